import { TandemError } from '../../model/errors.ts';

/** A GGUF file taken apart: its key-value pairs, and its tensors as 32-bit floats, row by row. */
export interface Gguf {
  readonly values: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

const magic = 0x46554747;
const alignment = 32;
const mostTensorElements = 64 * 1024 * 1024;

/** Reads a GGUF file (version 2 or 3; tensors F32, F16 or Q8_0). @throws TandemError `invalid_argument` */
export function readGguf(bytes: Buffer, name: string): Gguf {
  try {
    return read(bytes);
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const why = error instanceof RangeError ? 'it ends too early' : (error as Error).message;
    throw damaged(name, why, error);
  }
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

interface TensorHead {
  readonly name: string;
  readonly elements: number;
  readonly type: number;
  readonly offset: number;
}

function read(bytes: Buffer): Gguf {
  const cursor: Cursor = { bytes, at: 0 };
  if (u32(cursor) !== magic) throw new SyntaxError('it does not begin with "GGUF"');
  const version = u32(cursor);
  if (version !== 2 && version !== 3) throw new SyntaxError(`its version is ${version}, not 2 or 3`);
  const tensorCount = u64(cursor);
  const valueCount = u64(cursor);
  const values: Record<string, unknown> = {};
  for (let n = 0; n < valueCount; n++) {
    const key = string(cursor);
    values[key] = value(cursor, u32(cursor));
  }
  const heads = Array.from({ length: Math.min(tensorCount, 10_000) }, () => tensorHead(cursor));
  const begin = Math.ceil(cursor.at / alignment) * alignment;
  const tensors = Object.fromEntries(heads.map(head => [head.name, tensor(bytes, begin, head)]));
  return { values, tensors };
}

function tensorHead(cursor: Cursor): TensorHead {
  const name = string(cursor);
  const dimensions = Array.from({ length: Math.min(u32(cursor), 4) }, () => u64(cursor));
  const elements = dimensions.reduce((product, size) => product * size, 1);
  if (elements > mostTensorElements) throw new SyntaxError(`the tensor ${name} is too large`);
  return { name, elements, type: u32(cursor), offset: u64(cursor) };
}

function tensor(bytes: Buffer, begin: number, head: TensorHead): Float32Array {
  const { elements, type, offset, name } = head;
  const weights = new Float32Array(elements);
  let at = begin + offset;
  if (type === 0) {
    for (let n = 0; n < elements; n++, at += 4) weights[n] = bytes.readFloatLE(at);
  } else if (type === 1) {
    for (let n = 0; n < elements; n++, at += 2) weights[n] = half(bytes.readUInt16LE(at));
  } else if (type === 8) {
    // Q8_0: blocks of 32 bytes, each with a scale of 16 bits before it.
    for (let n = 0; n < elements; n += 32, at += 34) {
      const scale = half(bytes.readUInt16LE(at));
      for (let within = 0; within < 32; within++) weights[n + within] = scale * bytes.readInt8(at + 2 + within);
    }
  } else throw new SyntaxError(`the tensor ${name} is of type ${type}; F32, F16 and Q8_0 are read`);
  return weights;
}

function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scalarReaders: Readonly<Record<number, (cursor: Cursor) => unknown>> = {
  0: cursor => cursor.bytes.readUInt8(advance(cursor, 1)),
  1: cursor => cursor.bytes.readInt8(advance(cursor, 1)),
  2: cursor => cursor.bytes.readUInt16LE(advance(cursor, 2)),
  3: cursor => cursor.bytes.readInt16LE(advance(cursor, 2)),
  4: u32,
  5: cursor => cursor.bytes.readInt32LE(advance(cursor, 4)),
  6: cursor => cursor.bytes.readFloatLE(advance(cursor, 4)),
  7: cursor => cursor.bytes.readUInt8(advance(cursor, 1)) === 1,
  8: string,
  10: u64,
  11: cursor => Number(cursor.bytes.readBigInt64LE(advance(cursor, 8))),
  12: cursor => cursor.bytes.readDoubleLE(advance(cursor, 8)),
};

function value(cursor: Cursor, type: number): unknown {
  if (type === 9) {
    const elementType = u32(cursor);
    const length = u64(cursor);
    if (length > cursor.bytes.length) throw new RangeError('array');
    return Array.from({ length }, () => value(cursor, elementType));
  }
  const reader = scalarReaders[type];
  if (!reader) throw new SyntaxError(`it holds a value of unknown type ${type}`);
  return reader(cursor);
}

function u32(cursor: Cursor): number {
  return cursor.bytes.readUInt32LE(advance(cursor, 4));
}

function u64(cursor: Cursor): number {
  return Number(cursor.bytes.readBigUInt64LE(advance(cursor, 8)));
}

function string(cursor: Cursor): string {
  const length = u64(cursor);
  const at = advance(cursor, length);
  return cursor.bytes.toString('utf8', at, at + length);
}

function advance(cursor: Cursor, size: number): number {
  const { at } = cursor;
  if (at + size > cursor.bytes.length) throw new RangeError('end of file');
  cursor.at += size;
  return at;
}

function damaged(name: string, why: string, cause: unknown): TandemError {
  return new TandemError('invalid_argument', `The model file "${name}" cannot be read: ${why}. Fetch it again.`, {
    cause,
    data: { file: name },
  });
}

import { TandemError } from '../../model/errors.ts';

/** A GGUF file taken apart: its key-value pairs, and its tensors as 32-bit floats, row by row. */
export interface Gguf {
  readonly values: ReadonlyMap<string, unknown>;
  readonly tensors: ReadonlyMap<string, Float32Array>;
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

/** How a tensor type is laid out: blocks of so many elements in so many bytes. */
interface Layout {
  readonly elements: number;
  readonly bytes: number;
  decode(bytes: Buffer, at: number, into: Float32Array): void;
}

const magic = 0x46554747;
const defaultAlignment = 32;
const most = { dimensions: 4, arrayDepth: 4 };

/**
 * Reads a GGUF file (version 2 or 3; tensors F32, F16 or Q8_0). @throws TandemError
 * `invalid_argument`
 */
export function readGguf(content: Uint8Array, name: string): Gguf {
  try {
    return read(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  } catch (error) {
    if (error instanceof RangeError)
      throw unreadable({ name, why: 'it ends too early', cause: error });
    if (error instanceof SyntaxError) throw unreadable({ name, why: error.message, cause: error });
    throw error;
  }
}

function read(bytes: Buffer): Gguf {
  const cursor: Cursor = { bytes, at: 0 };
  if (u32(cursor) !== magic) throw new SyntaxError('it does not begin with "GGUF"');
  const version = u32(cursor);
  if (version !== 2 && version !== 3)
    throw new SyntaxError(`its version is ${version}, not 2 or 3`);
  const tensorCount = u64(cursor);
  const valueCount = u64(cursor);
  const values = new Map<string, unknown>();
  for (let n = 0; n < valueCount; n++) values.set(string(cursor), value(cursor, u32(cursor)));
  const heads: TensorHead[] = [];
  for (let n = 0; n < tensorCount; n++) heads.push(tensorHead(cursor));
  const begin = alignedBegin(cursor.at, values);
  return { values, tensors: new Map(heads.map(head => [head.name, tensor(bytes, begin, head)])) };
}

function alignedBegin(at: number, values: ReadonlyMap<string, unknown>): number {
  const alignment = values.get('general.alignment') ?? defaultAlignment;
  if (typeof alignment !== 'number' || alignment < 1)
    throw new SyntaxError(`its alignment is ${String(alignment)}`);
  return Math.ceil(at / alignment) * alignment;
}

function tensorHead(cursor: Cursor): TensorHead {
  const name = string(cursor);
  const dimensions = u32(cursor);
  if (dimensions > most.dimensions)
    throw new SyntaxError(`the tensor ${name} has ${dimensions} dimensions`);
  let elements = 1;
  for (let n = 0; n < dimensions; n++) elements *= u64(cursor);
  return { name, elements, type: u32(cursor), offset: u64(cursor) };
}

const layoutByType: Readonly<Record<number, Layout>> = {
  0: {
    elements: 1,
    bytes: 4,
    decode(bytes, begin, into) {
      for (let n = 0, at = begin; n < into.length; n++, at += 4) into[n] = bytes.readFloatLE(at);
    },
  },
  1: {
    elements: 1,
    bytes: 2,
    decode(bytes, begin, into) {
      for (let n = 0, at = begin; n < into.length; n++, at += 2)
        into[n] = half(bytes.readUInt16LE(at));
    },
  },
  // Q8_0: 32 signed bytes after the scale of 16 bits that they share.
  8: {
    elements: 32,
    bytes: 34,
    decode(bytes, begin, into) {
      for (let n = 0, at = begin; n < into.length; n += 32, at += 34) {
        const scale = half(bytes.readUInt16LE(at));
        for (let within = 0; within < 32; within++)
          into[n + within] = scale * bytes.readInt8(at + 2 + within);
      }
    },
  },
};

function tensor(
  bytes: Buffer,
  begin: number,
  { name, elements, type, offset }: TensorHead,
): Float32Array {
  const layout = layoutByType[type];
  if (!layout)
    throw new SyntaxError(`the tensor ${name} is of type ${type}; F32, F16 and Q8_0 are read`);
  if (elements % layout.elements !== 0)
    throw new SyntaxError(`the tensor ${name} has ${elements} elements`);
  // Before the array is made: a damaged size must not cost gigabytes.
  const size = (elements / layout.elements) * layout.bytes;
  if (!(begin + offset + size <= bytes.length)) throw new RangeError(`tensor ${name}`);
  const weights = new Float32Array(elements);
  layout.decode(bytes, begin + offset, weights);
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

const readerByType: Readonly<Record<number, (cursor: Cursor) => unknown>> = {
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

const arrayType = 9;

function value(cursor: Cursor, type: number, depth = 0): unknown {
  if (type === arrayType) return array(cursor, depth + 1);
  const reader = readerByType[type];
  if (!reader) throw new SyntaxError(`it holds a value of unknown type ${type}`);
  return reader(cursor);
}

function array(cursor: Cursor, depth: number): unknown[] {
  if (depth > most.arrayDepth) throw new SyntaxError('it holds arrays in arrays in arrays');
  const type = u32(cursor);
  const length = u64(cursor);
  const elements: unknown[] = [];
  for (let n = 0; n < length; n++) elements.push(value(cursor, type, depth));
  return elements;
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

function unreadable({
  name,
  why,
  cause,
}: {
  name: string;
  why: string;
  cause: unknown;
}): TandemError {
  const advice = 'Give a whole GGUF file in F32, F16 or Q8_0.';
  return new TandemError(
    'invalid_argument',
    `The model file "${name}" cannot be read: ${why}. ${advice}`,
    {
      cause,
      data: { file: name },
    },
  );
}

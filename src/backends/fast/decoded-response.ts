import { isUtf8 } from 'node:buffer';
import { Readable, Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import * as zlib from 'node:zlib';
import type { QuickResponse } from './quick-response.ts';

type Decoder = () => Transform;

const byCoding: Readonly<Record<string, Decoder | undefined>> = {
  gzip: zlib.createGunzip,
  'x-gzip': zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  // Of Node 22.15 and later.
  zstd: zlib.createZstdDecompress as Decoder | undefined,
};

// Each takes memory of its own.
const mostCodings = 4;

/**
 * Reads a response that its server has compressed, as some proxies do unasked, or has written in
 * another charset than UTF-8. One whose coding nobody knows stays as it is. Whoever reads the rest
 * bounds it: this file is loaded alone, when it is needed, and a bundle would load with it whatever
 * it imports.
 */
export function decodedResponse(response: QuickResponse): QuickResponse | Response {
  const headers = response.headersByName();
  const codings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const decoders = codings.flatMap(each => {
    const name = each.trim();
    return name === 'identity' || name === '' ? [] : [byCoding[name]];
  });
  if (decoders.length > mostCodings || decoders.some(each => !each)) return response;
  const charset = /charset\s{0,9}=\s{0,9}["']?([\w:-]{1,40})/i.exec(
    headers['content-type'] ?? '',
  )?.[1];
  const other = charset === undefined ? undefined : decoderOf(charset);
  if (other) decoders.unshift(() => charsetReader(other));
  if (decoders.length === 0) return response;
  const { 'content-encoding': _coding, 'content-length': _length, ...others } = headers;
  const source = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  const decoded = decoders.reduceRight<Readable>((stream, make) => {
    const decoder = make!();
    stream.on('error', error => decoder.destroy(error));
    return stream.pipe(decoder);
  }, source);
  decoded.on('close', () => source.destroy());
  const { status, statusText } = response;
  const body = Readable.toWeb(decoded) as ReadableStream<Uint8Array>;
  return new Response(body, { status, statusText, headers: others });
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    const decoder = new TextDecoder(charset);
    return decoder.encoding === 'utf-8' ? undefined : decoder;
  } catch {
    return undefined;
  }
}

// Many servers name a charset that they do not write in: UTF-8 counts until something is none.
function charsetReader(decoder: TextDecoder): Transform {
  let isOther = decoder.encoding.startsWith('utf-16');
  let held = Buffer.alloc(0);
  return new Transform({
    transform(piece: Buffer<ArrayBuffer>, _encoding, done) {
      const all = held.length > 0 ? Buffer.concat([held, piece]) : piece;
      const whole = all.length - begunAtEnd(all);
      isOther ||= !isUtf8(all.subarray(0, whole));
      held = isOther ? Buffer.alloc(0) : all.subarray(whole);
      done(null, isOther ? decoder.decode(all, { stream: true }) : all.subarray(0, whole));
    },
    flush(done) {
      done(null, decoder.decode(held));
    },
  });
}

// How many bytes of a character stand at the end whose others have not come.
function begunAtEnd(bytes: Buffer): number {
  const tail = bytes.subarray(-3);
  const first = tail.findLastIndex(byte => byte >= 0xc0);
  if (first < 0) return 0;
  const lead = tail[first] ?? 0;
  const wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const count = tail.length - first;
  return count < wanted ? count : 0;
}

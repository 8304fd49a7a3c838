import { Readable, type Transform } from 'node:stream';
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
 * Reads a response that its server has compressed: some proxies do so unasked. One whose coding
 * nobody knows stays as it is. Whoever reads the rest bounds it: this file is loaded alone, when it
 * is needed, and a bundle would load with it whatever it imports.
 */
export function decodedResponse(response: QuickResponse): QuickResponse | Response {
  const headers = response.headersByName();
  const codings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const decoders = codings.flatMap(each => {
    const name = each.trim();
    return name === 'identity' || name === '' ? [] : [byCoding[name]];
  });
  if (decoders.length === 0 || decoders.length > mostCodings || decoders.some(each => !each))
    return response;
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

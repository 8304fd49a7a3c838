import { unreadable } from '../unreadable.ts';

// A page that is drawn by more bytes of operators is a drawing, and no text to be read.
const mostUnpacked = 33_554_432;
const mostTogether = 268_435_456;
// Deflate packs a thousand bytes into one at most: what is shorter cannot unpack to more.
const leastPacked = mostUnpacked / 1032;
// A dictionary stands before its stream.
const mostDictionary = 2048;

/**
 * Requires that what a PDF draws its pages by unpacks to at most 32 MiB for each stream, and 256
 * MiB for all: its reader takes every operator, and has no place to stop inside a page. Images are
 * not read, and not counted. @throws TandemError `unreadable_document`
 */
export function requireBoundedStreams(bytes: Uint8Array, title: string): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let together = 0;
  let at = 0;
  for (;;) {
    const begin = file.indexOf('stream', at);
    if (begin < 0) return;
    const end = file.indexOf('endstream', begin + 6);
    if (end < 0) return;
    at = end + 9;
    if (end - begin < leastPacked) continue;
    together += drawnSize(dictionaryAt(file, begin), file.subarray(begin + 6, end));
    if (together > mostTogether || Number.isNaN(together))
      throw unreadable(
        title,
        `What draws a page of it unpacks to more than ${mostUnpacked} bytes.`,
        'Split it, or give its text.',
      );
  }
}

function dictionaryAt(file: Buffer, begin: number): string {
  const before = file.toString('latin1', Math.max(0, begin - mostDictionary), begin);
  return before.slice(before.lastIndexOf(' obj') + 1);
}

function drawnSize(dictionary: string, stream: Buffer): number {
  if (/\/(?:Image|Metadata)\b/.test(dictionary)) return 0;
  if (/\/Fl(?:ateDecode)?\b/.test(dictionary)) return unpackedSize(stream);
  return stream.length > mostUnpacked ? Number.NaN : stream.length;
}

// NaN stands for more than may be; what is no stream of deflate is its reader's to judge.
function unpackedSize(packed: Buffer): number {
  const { inflateSync } = process.getBuiltinModule('node:zlib');
  const start = packed[0] === 0x0d ? 2 : 1;
  try {
    return inflateSync(packed.subarray(start), { maxOutputLength: mostUnpacked }).length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? Number.NaN : 0;
  }
}

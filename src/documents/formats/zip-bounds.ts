import { unreadable } from './unreadable.ts';

// Of all parts that hold text, unpacked; and how many times as long as packed: text of real
// documents packs to a twentieth.
const mostUnpacked = 64 * 1024 * 1024;
const mostRatio = 200;
const smallUnpacked = 4 * 1024 * 1024;
const mostParts = 10_000;

/**
 * Refuses an archive whose parts of text unpack to more than a document has, whatever sizes it
 * claims: each is unpacked once, within the bound. @throws TandemError `unreadable_document`
 */
export async function requireBoundedZip(bytes: Uint8Array, title: string): Promise<void> {
  const { inflateRawSync } = await import('node:zlib');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let unpacked = 0;
  for (const { packed, isPacked } of partsOf(view, title)) {
    const most = Math.min(
      mostUnpacked - unpacked,
      Math.max(smallUnpacked, packed.length * mostRatio),
    );
    if (!isPacked) unpacked += packed.length;
    else {
      try {
        unpacked += inflateRawSync(packed, { maxOutputLength: Math.max(most, 1) }).length;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') continue;
        throw tooLarge(title);
      }
    }
    if (unpacked > mostUnpacked) throw tooLarge(title);
  }
}

function tooLarge(title: string) {
  const most = mostUnpacked / 1024 ** 2;
  const why = `It unpacks to more than ${most} MB, or ${mostRatio} times its size.`;
  return unreadable(title, why, 'Split it, or save it as text.');
}

interface ZipPart {
  readonly packed: Buffer;
  readonly isPacked: boolean;
}

const directoryEnd = 0x06054b50;
const directoryEntry = 0x02014b50;

// The directory stands at the end (APPNOTE 4.3.12 and 4.3.16); pictures are not read.
function* partsOf(bytes: Buffer, title: string): Generator<ZipPart> {
  let at = endOfDirectory(bytes);
  for (let count = 0; at >= 0 && at + 46 <= bytes.length; count++) {
    if (bytes.readUInt32LE(at) !== directoryEntry) return;
    if (count >= mostParts) throw unreadable(title, `It has over ${mostParts} parts.`, 'Split it.');
    const [name, extra, comment] = [28, 30, 32].map(field => bytes.readUInt16LE(at + field));
    const file = bytes.toString('latin1', at + 46, at + 46 + name!);
    const head = bytes.readUInt32LE(at + 42);
    if (/\.(?:xml|rels|html?|txt|json)$/i.test(file) && head + 30 <= bytes.length) {
      const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
      const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
      yield { packed, isPacked: bytes.readUInt16LE(at + 10) === 8 };
    }
    at += 46 + name! + extra! + comment!;
  }
}

function endOfDirectory(bytes: Buffer): number {
  const from = Math.max(0, bytes.length - 65_557);
  for (let at = bytes.length - 22; at >= from; at--)
    if (bytes.readUInt32LE(at) === directoryEnd) return bytes.readUInt32LE(at + 16);
  return -1;
}

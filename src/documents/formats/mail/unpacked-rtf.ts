import kinds from '../kinds.json' with { type: 'json' };

// What every RTF begins with.
const preset = kinds.rtfBeginning;
const mostBytes = 16_000_000;

/**
 * Unpacks the RTF of a mail ([MS-OXRTFCP]): pieces that were written before, within a window of
 * 4096 letters that begins with words of every RTF; empty where it is none.
 */
export function unpackedRtf(bytes: Uint8Array): string {
  if (bytes.length < 16) return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = Buffer.from(bytes.subarray(8, 12)).toString('latin1');
  if (kind === 'MELA') return Buffer.from(bytes.subarray(16)).toString('latin1');
  if (kind !== 'LZFu') return '';
  return latin(unpacked(bytes, Math.min(mostBytes, view.getUint32(4, true))));
}

function unpacked(bytes: Uint8Array, most: number): number[] {
  const window = Buffer.alloc(4096, 0x20);
  let at = window.write(preset, 'latin1');
  const written: number[] = [];
  const put = (letter: number) => {
    written.push(letter);
    window[at] = letter;
    at = (at + 1) % 4096;
  };
  let from = 16;
  for (let bits = 0; from < bytes.length && written.length < most; bits >>= 1) {
    // Each byte says of the next eight pieces whether they are a letter or a place.
    if (bits <= 1) bits = bytes[from++]! | 0x100;
    if ((bits & 1) === 0) {
      put(bytes[from++] ?? 0);
      continue;
    }
    const reference = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
    from += 2;
    const offset = reference >> 4;
    // A piece that begins where the next would be written marks the end.
    if (offset === at) break;
    for (let index = 0; index < (reference & 15) + 2; index++)
      put(window[(offset + index) % 4096]!);
  }
  return written;
}

function latin(letters: readonly number[]): string {
  return Buffer.from(letters).toString('latin1');
}

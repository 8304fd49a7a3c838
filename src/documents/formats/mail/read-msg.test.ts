import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../algorithms/seeded-random.ts';
import { TandemError } from '../../../model/errors.ts';
import { readMsg } from './read-msg.ts';
import { unpackedRtf } from './unpacked-rtf.ts';

const bytes = new Uint8Array(readFileSync(new URL('../corpus/outlook.msg', import.meta.url)));
const read = (given: Uint8Array) => readMsg({ bytes: given, title: 'a.msg', mediaType: '' });

function outcomeOf(given: Uint8Array): string {
  try {
    return read(given).text.length < 1_000_000 ? 'bounded' : 'endless';
  } catch (error) {
    const isSaid = TandemError.isInstance(error) && error.code === 'unreadable_document';
    return isSaid ? 'bounded' : String(error);
  }
}

describe('readMsg', () => {
  it('ends on every broken file: as text, or by saying that it is broken', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 400; round++) {
      const end = round % 3 === 0 ? Math.ceil(random() * bytes.length) : bytes.length;
      const broken = bytes.slice(0, end);
      // The tables and the folder are where chains may run in circles.
      for (let change = 0; change < 12; change++)
        broken[Math.floor(random() * Math.min(end, 6000))] = Math.floor(random() * 256);
      expect(outcomeOf(broken)).toBe('bounded');
    }
  });

  it('hands over what is attached, a mail within as its text', () => {
    const { attachments = [] } = read(bytes);
    expect(attachments.map(({ title }) => title)).toEqual(['terms.txt', 'Inner offer']);
  });
});

describe('unpackedRtf', () => {
  it('is empty for what is no packed RTF, and ends where the bytes do', () => {
    expect(unpackedRtf(new Uint8Array(20))).toBe('');
    const cut = Buffer.from('\x20\0\0\0\xff\xff\xff\0LZFu\0\0\0\0\xff', 'latin1');
    expect(unpackedRtf(new Uint8Array(cut)).length).toBeLessThan(200);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Stops, stopCutter } from './stop-cutter.ts';

describe('the stop cutter', () => {
  it('cuts before a stop sequence, and after the text that is to stay', () => {
    expect(cut(['ab;cd'], { before: [';'], after: undefined })).toBe('ab');
    expect(cut(['ab;cd'], { before: [], after: ';' })).toBe('ab;');
    expect(cut(['ab;cd'], { before: [';'], after: ';' })).toBe('ab');
    expect(cut(['ab;c.d'], { before: ['.'], after: ';' })).toBe('ab;');
  });

  it('holds back what may begin a stop, and gives it out if none comes', () => {
    const cutter = stopCutter({ before: ['END'], after: undefined });
    expect(cutter.add('the E')).toBe('the ');
    expect(cutter.add('N')).toBe('');
    expect(cutter.add('ERGY EN')).toBe('ENERGY ');
    expect(cutter.rest()).toBe('EN');
  });

  it('ignores an empty stop sequence', () => {
    expect(cut(['ab'], { before: [''], after: undefined })).toBe('ab');
  });

  it('cuts at the same place however the text is split', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
    const stop = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        letters,
        fc.array(stop, { maxLength: 3 }),
        fc.option(stop, { nil: undefined }),
        (text, before, after) => {
          expect(cut([...text], { before, after })).toBe(cut([text], { before, after }));
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });
});

function cut(pieces: readonly string[], stops: Stops): string {
  const cutter = stopCutter(stops);
  return pieces.map(piece => cutter.add(piece)).join('') + cutter.rest();
}

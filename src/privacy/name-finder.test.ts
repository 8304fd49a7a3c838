import { describe, expect, it } from 'vitest';
import { nameFinder } from './name-finder.ts';

describe('nameFinder', () => {
  it('finds names of people, without the punctuation around them', async () => {
    const text = 'Please call John Smith, or "Mary Johnson".';
    const found = await nameFinder()(text);
    expect(found.map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`)).toEqual([
      'NAME John Smith',
      'NAME Mary Johnson',
    ]);
  });
});

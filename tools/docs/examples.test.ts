import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examplesModule, examplesOf, examplesPath, shownEntries } from './examples.ts';

const shown = shownEntries.map(examplesOf);

describe('public functions', () => {
  it('are each shown by an example', () => {
    expect(shown.flatMap(({ bare }) => bare)).toEqual([]);
    expect(shown.flatMap(({ examples }) => examples).length).toBeGreaterThan(200);
  });

  it('have examples that the compiler checks, as `npm run write-examples` writes them', () => {
    expect(readFileSync(examplesPath, 'utf8')).toBe(
      examplesModule(shown.flatMap(({ examples }) => examples)),
    );
  });
});

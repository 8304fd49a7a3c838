import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPersonalData } from '../algorithms/text/personal-data.ts';
import * as runs from '../entries/runs.ts';

const page = readFileSync(new URL('../../docs/masking.md', import.meta.url), 'utf8');
const [covered = '', rest = ''] = page.split('Out of scope of the built-in detectors:');
const [outOfScope = '', finders = ''] = rest.split('## Names');

const examplesIn = (part: string) =>
  part
    .split('\n')
    .filter(line => line.startsWith('| ') && !/^\| (?:kind|what|-+)/.test(line))
    .flatMap(line => {
      const cells = line.split(' | ');
      const [, kind = ''] = /^\| `([A-Z]+)`/.exec(line) ?? [];
      return [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, example = '']) => ({
        kind,
        example,
      }));
    });

describe('the table of what is masked', () => {
  it.each(examplesIn(covered))('$kind: $example is masked as a whole', ({ kind, example }) => {
    const text = `See ${example} there`;
    expect(findPersonalData(text)).toEqual([{ start: 4, end: 4 + example.length, kind }]);
  });

  it.each(
    [...covered.split('Beside their word')[1]!.matchAll(/`([^`]+)`/g)].map(
      ([, example = '']) => example,
    ),
  )('beside its word: %s is masked', example => {
    expect(findPersonalData(example)).toHaveLength(1);
  });

  it('names every finder that there is', () => {
    const named = [...finders.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(
      Object.keys(runs)
        .filter(name => name.endsWith('Finder'))
        .sort(),
    );
  });

  it.each(examplesIn(outOfScope))('out of scope: $example stays', ({ example }) => {
    expect(findPersonalData(example)).toEqual([]);
  });
});

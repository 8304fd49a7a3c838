import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patternFiles, withEntry } from './pattern-template.ts';
import { checkStructure } from './structure-rules.ts';

describe('new-pattern', () => {
  it('writes a pattern, an entry, a test that takes the exam, and a README, within the rules of the house', () => {
    const files = patternFiles('debate-club');
    expect(Object.keys(files)).toEqual(['debate-club.ts', 'entry.ts', 'debate-club.test.ts', 'README.md']);
    const sources = Object.entries(files).map(([name, text]) => ({ path: `src/patterns/debate-club/${name}`, text }));
    expect(checkStructure(sources)).toEqual([]);
  });

  it('adds its import, its line in the table and its export to the index', () => {
    const before = readFileSync('src/index.ts', 'utf8');
    const added = withEntry(before, 'debate-club')
      .split('\n')
      .filter(line => !before.includes(line));
    expect(added).toEqual([
      "import { debateClubEntry } from './patterns/debate-club/entry.ts';",
      "  'debate-club': debateClubEntry,",
      "export { debateClub } from './patterns/debate-club/debate-club.ts';",
      "export type { DebateClubOptions } from './patterns/debate-club/debate-club.ts';",
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { patternFiles } from './pattern-template.ts';
import { checkStructure } from './structure-rules.ts';
import { trialOf } from './trial.ts';

describe('new-pattern', () => {
  it('writes a pattern, an entry, a test that takes the exam, a README, within the rules', () => {
    const files = patternFiles('debate-club');
    expect(Object.keys(files)).toEqual([
      'debate-club.ts',
      'entry.ts',
      'debate-club.test.ts',
      'README.md',
    ]);
    const sources = Object.entries(files).map(([name, text]) => ({
      path: `src/patterns/debate-club/${name}`,
      text,
    }));
    expect(checkStructure(sources)).toEqual([]);
  });

  it('adds a pattern as one folder and three lines, which types and the exam accept as they are', {
    timeout: 60_000,
  }, () => {
    using trial = trialOf('new-pattern.ts', 'debate-club');
    const folder = 'src/patterns/debate-club';
    expect(trial.created.map(path => path.replace(`${folder}/`, ''))).toEqual([
      'README.md',
      'debate-club.test.ts',
      'debate-club.ts',
      'entry.ts',
    ]);
    expect(trial.added).toEqual({
      'src/registry/patterns.ts': [
        "import { debateClubEntry } from '../patterns/debate-club/entry.ts';",
        "  'debate-club': debateClubEntry,",
      ],
      'src/index.ts': [
        'export { type DebateClubOptions, debateClub } from ' +
          "'./patterns/debate-club/debate-club.ts';",
      ],
    });
    expect(trial.removed).toBe(0);
    trial.typecheck();
    trial.run('biome', 'check', folder, 'src/registry', 'src/index.ts');
    expect(trial.run('vitest', 'run', folder, 'tools/public-names.test.ts')).toMatch(
      /Tests.*passed/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { trialOf } from './trial.ts';

describe('new-gate', () => {
  it('adds a gate as one file and its row, which types and its test accept as they are', {
    timeout: 60_000,
  }, () => {
    using trial = trialOf('new-gate.ts', 'no-hedging');
    const gate = 'src/patterns/cascade/gates/no-hedging.ts';
    expect(trial.created).toEqual([gate.replace('.ts', '.test.ts'), gate]);
    expect(Object.keys(trial.added)).toEqual(['src/patterns/cascade/gate-by-name.ts']);
    const [lineOfImport, ...row] = trial.added['src/patterns/cascade/gate-by-name.ts']!;
    expect(lineOfImport).toBe("import { noHedging, noHedgingScore } from './gates/no-hedging.ts';");
    expect(row[0]).toMatch(/^ {2}'no-hedging': namedGate\(\{/);
    expect(trial.removed).toBe(0);
    trial.typecheck();
    trial.run('biome', 'check', gate, 'src/patterns/cascade/gate-by-name.ts');
    expect(trial.run('vitest', 'run', gate.replace('.ts', '.test.ts'))).toMatch(/2 passed/);
  });
});

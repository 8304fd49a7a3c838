import { expect, it } from 'vitest';
import { trialOf } from './trial.ts';

it('new-store adds an engine as one folder and one line, which types and exam accept as is', {
  timeout: 60_000,
}, () => {
  using trial = trialOf('new-store.ts', 'far-away');
  expect(trial.created).toEqual([
    'src/runs/far-away/engine.test.ts',
    'src/runs/far-away/engine.ts',
  ]);
  expect(trial.added).toEqual({
    'src/runs/engines.ts': ["export { farAwayEngine } from './far-away/engine.ts';"],
  });
  expect(trial.removed).toBe(0);
  trial.typecheck();
  trial.run('biome', 'check', 'src/runs/far-away', 'src/runs/engines.ts');
  expect(trial.run('vitest', 'run', 'src/runs/far-away')).toMatch(/\d\d passed/);
});

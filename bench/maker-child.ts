/**
 * A process of its own that solves a tower, so that it can be killed: `maker-child.ts LEDGER DISKS
 * P VALID`.
 */
import { hanoiTask, openLedger, solve } from '../src/entries/solve.ts';
import { towerSampler } from './tower-solver.ts';

const [path = '', disks, p, valid] = process.argv.slice(2);
const task = hanoiTask(Number(disks));
using ledger = await openLedger({ path, runId: '0d6f6a52-8a4b-4c3e-9d53-0f1d2b3c4d5e' });
const found = await solve({
  task,
  solver: towerSampler(task, { p: Number(p), valid: Number(valid) }),
  k: 3,
  seed: 1,
  ledger,
});
const { steps, samples, flagged, resumedFrom, votesPerStep, state } = found;
const megabytes = process.resourceUsage().maxRSS / 1000;
console.log(
  JSON.stringify({
    steps,
    samples,
    flagged,
    resumedFrom,
    votesPerStep,
    megabytes,
    isDone: task.isDone(state),
  }),
);

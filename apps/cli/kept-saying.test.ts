import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { progressLine, solutionPage } from './commands/solve-report.ts';
import { openTerminal } from './terminal.ts';
import { watchRun } from './watch-run.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 200, write: (text: string) => written.push(text) } as never;
  const stdin = new PassThrough() as never;
  return { written, terminal: openTerminal({ stdout: stream, stderr: stream, stdin, env: {} }) };
}

it('says every 10 s without a terminal how far a work is, until something else is said', () => {
  const { written, terminal } = opened(false);
  terminal.progress('asking 3 of 50');
  vi.advanceTimersByTime(21_000);
  expect(written).toEqual(['10 s · asking 3 of 50\n', '20 s · asking 3 of 50\n']);
  terminal.note('done');
  vi.advanceTimersByTime(60_000);
  expect(written.slice(2)).toEqual(['done\n']);
});

it('leaves a question on the screen while it is answered, whatever goes on', async () => {
  const { written, terminal } = opened(true);
  const watch = watchRun(terminal, { isTold: true });
  const answer = terminal.ask('Go on? ', AbortSignal.timeout(5000));
  const before = written.length;
  vi.advanceTimersByTime(3000);
  expect(written).toHaveLength(before);
  await expect(answer).rejects.toThrow();
  vi.advanceTimersByTime(2000);
  expect(written.at(-1)).toMatch(/\d s$/);
  watch.stop();
});

it('gives the pace of slow steps in seconds a step, on the way and at the end', () => {
  const figures = { samples: 8, flagged: 0, hardest: { step: 1, samples: 2 }, costUsd: 0 } as const;
  const progress = { ...figures, phase: 'steps', step: 3, steps: 9, samplesPerStep: 2 } as const;
  const slow = { ...progress, stepsPerSecond: 1 / 140, elapsedMs: 420_000, leftMs: undefined };
  expect(progressLine(slow)).toContain('step 3 of 9, 140 s a step, ');
  expect(progressLine({ ...slow, stepsPerSecond: 0 })).toContain('step 3 of 9, 2.00 samples');
  const totals = { calls: 8, inputTokens: 1, cachedTokens: 0, outputTokens: 1, costUsd: 0 };
  const solution = {
    ...{ ...figures, state: 0, steps: 3, resumedFrom: 0, k: 2, flags: {}, votesPerStep: 2 },
    ...{ escalated: 0, totals, durationMs: 420_000 },
  };
  const { terminal } = opened(false);
  const page = solutionPage({ solution, answer: 'x', name: 'task' }, terminal.style);
  expect(page).toContain('140 s a step');
});

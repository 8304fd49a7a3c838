import { describe, expect, it } from 'vitest';
import type { ReadingProgress } from '../../src/entries/runs.ts';
import { openTerminal } from './terminal.ts';
import { watchRun } from './watch-run.ts';

function shown(width: number, events: readonly ReadingProgress[]): string[] {
  const written: string[] = [];
  const stream = (isTTY: boolean) =>
    ({ isTTY, columns: width, write: (text: string) => written.push(text) }) as never;
  const terminal = openTerminal({ stdout: stream(false), stderr: stream(true), env: {} });
  let time = 0;
  const watched = watchRun(terminal, { isTold: true, now: () => (time += 100) });
  for (const progress of events)
    watched.onEvent!({ type: 'reading', progress, runId: 'r', path: [], atMs: 0 });
  watched.stop();
  return written;
}

const grid = (rows: number): ReadingProgress => ({
  kind: 'grid',
  pattern: 'minions',
  round: 1,
  rows,
  columns: ['total', 'unit'],
});
const cell = (
  row: number,
  column: number,
  state: 'running' | 'found' | 'nothing' | 'failed',
): ReadingProgress => ({
  kind: 'cell',
  pattern: 'minions',
  row,
  column,
  state,
  tokens: state === 'running' ? 0 : 1200,
});

describe('the grid of chunks and tasks', () => {
  it('shows every chunk of every task, what was found, and the tokens used', () => {
    const written = shown(70, [
      grid(5),
      cell(0, 0, 'found'),
      cell(1, 0, 'nothing'),
      cell(2, 1, 'failed'),
      cell(3, 1, 'running'),
    ]);
    const last = written.at(-2)!;
    expect(last).toContain('round 1: 3 of 10 jobs, 1 found, 1 failed, 3,600 tokens');
    expect(last).toContain('total █░···');
    expect(last).toContain('unit  ··×▸·');
  });

  it('lets a mark stand for several chunks where the terminal is narrow', () => {
    const written = shown(40, [grid(300), cell(299, 0, 'found')]);
    const lines = written.at(-2)!.split('\n');
    for (const line of lines.slice(1)) expect(line.length).toBeLessThan(70);
    expect(lines[1]!.trimEnd().endsWith('█')).toBe(true);
  });

  it('takes its lines away when it ends', () => {
    const written = shown(60, [grid(5), cell(0, 0, 'found')]);
    expect(written.at(-1)).toBe(`\r\u001b[K${'\u001b[1A\r\u001b[K'.repeat(3)}`);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunHappening } from '../../src/entries/runs.ts';
import { openTerminal } from './terminal.ts';
import { watchRun } from './watch-run.ts';

const event = (happening: RunHappening): RunEvent => ({
  ...{ runId: 'r', path: ['cascade'], atMs: 0 },
  ...happening,
});
const asked = event({ type: 'asked', name: 'draft', model: 'ollama:m', place: 'device' });
const answered = event({
  ...{ type: 'answered', name: 'draft', model: 'ollama:m', place: 'device', tokens: undefined },
  ...{ costUsd: 0, durationMs: 140_000, isReplayed: false, error: undefined },
});

function watched(isTTY: boolean, isTold = true) {
  const written: string[] = [];
  const stream = { isTTY, columns: 200, write: (text: string) => written.push(text) } as never;
  const terminal = openTerminal({ stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
  return { written, watch: watchRun(terminal, { isTold, now: () => Date.now() }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a watched run', () => {
  it('tells every 10 s, where there is no terminal, what is waited for and how long', () => {
    const { written, watch } = watched(false);
    watch.onEvent!(asked);
    vi.advanceTimersByTime(35_000);
    expect(written).toHaveLength(3);
    expect(written[2]).toBe('30 s · 1 out, waiting for ollama:m (draft) 30 s\n');
  });

  it('has a clock on a terminal, and says how long a call takes', () => {
    const { written, watch } = watched(true);
    watch.onEvent!(answered);
    watch.onEvent!(event({ type: 'told', text: 'agreement 0.33 < 0.67: cloud answers' }));
    watch.onEvent!(answered);
    watch.onEvent!(asked);
    vi.advanceTimersByTime(62_000);
    expect(written.at(-1)).toContain(
      '1 min 2 s\nagreement 0.33 < 0.67: cloud answers · 2 answered, 140 s a call · ' +
        '1 out, waiting for ollama:m (draft) 1 min 2 s',
    );
    watch.stop();
    const { length } = written;
    vi.advanceTimersByTime(5000);
    expect(written).toHaveLength(length);
  });

  it('shows a plan, and says how each step was voted on, without what a terminal obeys', () => {
    const { written, watch } = watched(false);
    watch.onEvent!(
      event({ type: 'planned', steps: ['a: Add 2 and\u001b[2J 3.', 'b: Double it.'] }),
    );
    const voted = { step: 'a', votes: 4, agreed: 2, flagged: 1, faults: ['malformed'] };
    watch.onEvent!(event({ type: 'voted', ...voted, result: '5' }));
    watch.onEvent!(asked);
    vi.advanceTimersByTime(11_000);
    expect(written).toEqual([
      'plan of 2:\n  a: Add 2 and 3.\n  b: Double it.\n',
      '10 s · step a: 4 votes, 2 agree, 1 flagged (malformed) → 5 · ' +
        '1 out, waiting for ollama:m (draft) 10 s\n',
    ]);
  });

  it('says nothing where nothing is wanted', () => {
    const { watch } = watched(false, false);
    expect(watch.onEvent).toBeUndefined();
  });
});

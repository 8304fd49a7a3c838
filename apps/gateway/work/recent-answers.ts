import { randomBytes } from 'node:crypto';
import type { Answer, Journal, Span } from '../../../src/index.ts';

const keptMs = 120_000;
const mostKept = 256;

interface KeptRun {
  readonly answers: Map<string, Answer>;
  readonly secret: string;
  failedMs: number | undefined;
}

/**
 * The journal of a server that keeps nothing on disk: finished calls are held while their run goes on, and for two
 * minutes after it has failed, so that a repeat of the request does not pay twice.
 */
export function recentAnswers(now: () => number): Journal {
  const runs = new Map<string, KeptRun>();
  const runOf = (runId: string): KeptRun => {
    const known = runs.get(runId);
    if (known) return known;
    const made = { answers: new Map(), secret: randomBytes(24).toString('base64url'), failedMs: undefined };
    runs.set(runId, made);
    return made;
  };
  const spentByDay = new Map<string, { usd: number; tokens: number }>();
  return {
    begin(runId) {
      runOf(runId).failedMs = undefined;
    },
    find: ({ runId, key }) => runs.get(runId)?.answers.get(key),
    intend: async () => {},
    async record({ runId, key, answer, span }) {
      if (span.place === 'cloud') addSpent(spentByDay, span);
      if (answer) runOf(runId).answers.set(key, answer);
    },
    read: () => {},
    decide: () => {},
    end({ runId, state }) {
      const ended = runs.get(runId);
      if (!ended) return;
      if (state === 'done' || ended.answers.size === 0) runs.delete(runId);
      else {
        ended.failedMs = now();
        forgetOld(runs, now());
      }
    },
    spentSince: since => spentByDay.get(since.slice(0, 10)) ?? { usd: 0, tokens: 0 },
    secretOf: runId => runOf(runId).secret,
  };
}

// Today alone: it is what a budget of the day asks for. Without a file it begins with the process.
function addSpent(spentByDay: Map<string, { usd: number; tokens: number }>, { costUsd, tokens }: Span): void {
  const day = new Date().toISOString().slice(0, 10);
  const { usd, tokens: before } = spentByDay.get(day) ?? { usd: 0, tokens: 0 };
  const more = (tokens?.input ?? 0) + (tokens?.output ?? 0);
  spentByDay.clear();
  spentByDay.set(day, { usd: usd + (costUsd === 'unknown' ? 0 : costUsd), tokens: before + more });
}

function forgetOld(runs: Map<string, KeptRun>, now: number): void {
  let failed = 0;
  for (const { failedMs } of runs.values()) if (failedMs !== undefined) failed++;
  for (const [runId, { failedMs }] of runs) {
    if (failedMs === undefined) continue;
    if (now - failedMs <= keptMs && failed <= mostKept) return;
    runs.delete(runId);
    failed--;
  }
}

import { randomBytes } from 'node:crypto';
import {
  type Journal,
  openStore,
  type RunJournal,
  type SharedAccounts,
  type Span,
} from '../../../src/entries/runs.ts';
import type { Answer } from '../../../src/index.ts';

const keptMs = 120_000;
const mostKept = 256;

interface KeptRun {
  readonly answers: Map<string, Answer>;
  secret: string | undefined;
  failedMs: number | undefined;
}

/**
 * The journal of a server that keeps nothing on disk: finished calls are held while their run goes
 * on, and for two minutes after it has failed, so that a repeat of the request does not pay twice.
 */
export function recentAnswers(now: () => number): Journal {
  const runs = new Map<string, KeptRun>();
  // What clouds cost is known to this process alone, and begins with it.
  const accounts = openStore(':memory:', { patienceMs: 0 });
  const runOf = (runId: string): KeptRun => {
    const known = runs.get(runId);
    if (known) return known;
    const made: KeptRun = { answers: new Map(), secret: undefined, failedMs: undefined };
    runs.set(runId, made);
    return made;
  };
  return {
    accounts,
    begin({ runId }): RunJournal {
      const run = runOf(runId);
      run.failedMs = undefined;
      return {
        find: ({ key }) => run.answers.get(key),
        intend: async () => {},
        async record({ key, answer, span }) {
          if (span.place === 'cloud') await book(accounts, span);
          if (answer) run.answers.set(key, answer);
        },
        read: () => {},
        decide: () => {},
        end({ state }) {
          if (state === 'done' || run.answers.size === 0) runs.delete(runId);
          else {
            run.failedMs = now();
            forgetOld(runs, now());
          }
        },
        // Chance is asked of the system, which few runs need.
        secret: () => {
          run.secret ??= randomBytes(24).toString('base64url');
          return run.secret;
        },
      };
    },
  };
}

const recorded = { id: 'journal', limit: {} };

// What a budget of the day asks for.
async function book(accounts: SharedAccounts, { costUsd, tokens }: Span): Promise<void> {
  const spent = {
    usd: costUsd === 'unknown' ? 0 : costUsd,
    tokens: (tokens?.input ?? 0) + (tokens?.output ?? 0),
  };
  const hold = await accounts.reserve([recorded], { usd: 0, tokens: 0 }, keptMs);
  if ('id' in hold) await accounts.settle(hold, spent);
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

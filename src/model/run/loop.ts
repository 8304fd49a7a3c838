/**
 * The scope of a long loop of calls, a million of them perhaps: budget, egress, masking, limits and
 * retries act on each as ever, but spans and records are summed up instead of kept singly. What a
 * loop has done is kept by its ledger.
 */

import { leavesOf, type Span, type Usd } from '../../trace/span.ts';
import { describeError } from '../errors.ts';
import { addUsd } from '../leaf/cost/prices.ts';
import { type Ask, askIn } from '../pattern/ask.ts';
import type { Clock } from './ports.ts';
import { currentScope, type RunOptions, type Scope } from './scope.ts';
import { enterScope, run, settleScope } from './scope-life.ts';

/** What calls have used together. */
export interface LoopTotals {
  readonly calls: number;
  readonly inputTokens: number;
  /** Of the input, what the engine had read before. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: Usd;
}

/** A loop under way. */
export interface Loop {
  readonly ask: Ask;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Sums up the calls since the last time, and forgets them. */
  take(): LoopTotals;
  /** Puts what clouds have cost since the last time on record. */
  record(): Promise<void>;
}

/** Totals of nothing. */
export const noCalls: LoopTotals = {
  calls: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costUsd: 0,
};

/** Adds totals. */
export function addTotals(a: LoopTotals, b: LoopTotals): LoopTotals {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costUsd: addUsd(a.costUsd, b.costUsd),
  };
}

/**
 * Runs a loop in a scope of its own, under the one around it or, with `options.run`, in a new run.
 */
export async function runLoop<T>(
  options: { readonly name: string; readonly signal?: AbortSignal; readonly run?: RunOptions },
  work: (loop: Loop) => Promise<T>,
): Promise<T> {
  const within = async () => {
    const call = { prompt: [], ...(options.signal && { abortSignal: options.signal }) };
    const scope = enterScope(call, { name: options.name, modelId: options.name });
    scope.keepsCalls = false;
    try {
      return await currentScope.run(scope, () => work(loopIn(scope)));
    } catch (error) {
      scope.span.error = describeError(error);
      throw error;
    } finally {
      await settleScope(scope);
    }
  };
  return options.run ? run(options.run, within) : within();
}

function loopIn(scope: Scope): Loop {
  const clouds = new Map<string, Span>();
  let recorded = 0;
  const ask = askIn(scope);
  return {
    ask,
    signal: ask.signal,
    clock: scope.run.clock,
    take() {
      const leaves = leavesOf(scope.span);
      scope.span.children.length = 0;
      scope.children.length = 0;
      for (const leaf of leaves)
        if (leaf.place === 'cloud' && scope.run.journal) sumUp(clouds, leaf);
      return leaves.length === 0 ? noCalls : totalsOf(leaves);
    },
    async record() {
      const spans = [...clouds.values()];
      clouds.clear();
      for (const span of spans) {
        const place = `${scope.path}>${span.modelId}/sum of calls ${recorded++} at ${span.startMs}`;
        const digest = { model: span.modelId, prompt: '', options: '' };
        const address = { runId: scope.run.id, key: place, slot: place, digest };
        await scope.run.journal?.record({ ...address, trail: [scope.name, span.name], span });
      }
    },
  };
}

function totalsOf(leaves: readonly Span[]): LoopTotals {
  let [inputTokens, cachedTokens, outputTokens] = [0, 0, 0];
  let costUsd: Usd = 0;
  for (const { tokens, costUsd: cost } of leaves) {
    inputTokens += tokens?.input ?? 0;
    cachedTokens += tokens?.cachedInput ?? 0;
    outputTokens += tokens?.output ?? 0;
    costUsd = addUsd(costUsd, cost);
  }
  return { calls: leaves.length, inputTokens, cachedTokens, outputTokens, costUsd };
}

function sumUp(clouds: Map<string, Span>, leaf: Span): void {
  const sum = clouds.get(leaf.modelId);
  if (!sum) {
    clouds.set(leaf.modelId, { ...leaf, name: `calls to ${leaf.modelId}` });
    return;
  }
  const tokens = (name: 'input' | 'cachedInput' | 'output') =>
    (sum.tokens?.[name] ?? 0) + (leaf.tokens?.[name] ?? 0);
  sum.tokens = {
    input: tokens('input'),
    cachedInput: tokens('cachedInput'),
    output: tokens('output'),
  };
  sum.costUsd = addUsd(sum.costUsd, leaf.costUsd);
  sum.characters += leaf.characters;
  sum.masked += leaf.masked;
  sum.attempts += leaf.attempts;
  sum.durationMs = (sum.durationMs ?? 0) + (leaf.durationMs ?? 0);
}

import {
  type DayTotals,
  type FinishedRun,
  leavesOf,
  type Span,
} from '../../../src/entries/runs.ts';

/** The last runs of a server that keeps none, in figures. */
export interface RecentRuns {
  /** Notes a run that has ended. */
  note(run: FinishedRun, owner: string | undefined): void;
  /** Newest first. */
  list(): readonly RecentRun[];
  find(id: string): RecentRun | undefined;
  tally(since: string): DayTotals[];
}

/** A run in figures. */
export interface RecentRun {
  readonly id: string;
  readonly endedMs: number;
  readonly owner: string | undefined;
  readonly root: Span;
}

const most = 1000;

/** Opens the memory of a server that keeps nothing: its last runs, until it ends. */
export function openRecentRuns(): RecentRuns {
  // A ring: nothing is moved where one is added.
  const ring: RecentRun[] = [];
  let next = 0;
  return {
    note({ runId, root }, owner) {
      ring[next] = { id: runId, endedMs: Date.now(), owner, root };
      next = (next + 1) % most;
    },
    list: () => [...ring.slice(next), ...ring.slice(0, next)].reverse(),
    find: id => ring.find(run => run.id === id),
    tally: since => ring.map(totalsOf).filter(({ day }) => day >= since),
  };
}

/** The calls of a run that reached a model. */
export function callsOf({ root }: RecentRun): Span[] {
  return leavesOf(root);
}

/** What a run came to; `costUsd` counts the calls whose price is known. */
export function figuresOf(run: RecentRun) {
  const leaves = callsOf(run);
  const left = leaves.filter(({ place, replayed }) => place === 'cloud' && !replayed);
  const prices = leaves.map(({ costUsd }) => costUsd);
  const answering = answeringSpan(run.root);
  const decision = answering?.decision;
  return {
    pattern: run.root.kind === 'pattern' ? (answering?.name ?? null) : null,
    answeredBy: decision?.answeredBy ?? leaves.at(-1)?.modelId ?? null,
    place: decision?.place ?? leaves.at(-1)?.place ?? null,
    degraded: decision?.degraded ?? false,
    reason: answering?.reason ?? null,
    savedUsd: typeof decision?.savedUsd === 'number' ? decision.savedUsd : null,
    baseline: decision?.baseline ?? null,
    calls: leaves.length,
    cloudCalls: left.length,
    costUsd: prices.reduce<number>((sum, usd) => sum + (usd === 'unknown' ? 0 : usd), 0),
    isPriced: prices.every(usd => usd !== 'unknown'),
    leftCharacters: left.reduce((sum, { characters }) => sum + characters, 0),
  };
}

/** What decided; the root is the run itself where several answers were asked for. */
export function answeringSpan(root: Span): Span | undefined {
  if (root.decision) return root;
  for (const child of root.children) {
    const found = answeringSpan(child);
    if (found) return found;
  }
  return undefined;
}

/** Whether a saving is counted against a model that nobody has configured: no money was saved. */
export function isUnconfigured(baseline: string | null | undefined): boolean {
  return baseline?.startsWith('none:') ?? false;
}

function totalsOf(run: RecentRun): DayTotals {
  const { pattern, answeredBy, place, savedUsd, baseline, ...figures } = figuresOf(run);
  return {
    day: new Date(run.endedMs - (run.root.durationMs ?? 0)).toISOString().slice(0, 10),
    owner: run.owner ?? null,
    pattern,
    answeredBy,
    place,
    baseline,
    runs: 1,
    failed: run.root.error === undefined ? 0 : 1,
    calls: figures.calls,
    cloudCalls: figures.cloudCalls,
    costUsd: figures.costUsd,
    unpriced: figures.isPriced ? 0 : 1,
    savedUsd: savedUsd ?? 0,
    compared: savedUsd === null ? 0 : 1,
    leftCalls: figures.cloudCalls,
    leftCharacters: figures.leftCharacters,
  };
}

import type { Pruning } from '../pruning.ts';
import type {
  AcceptedEntry,
  DecisionEntry,
  DocumentEntry,
  RunFacts,
  RunRecord,
  RunState,
  StoredCall,
  StoredEgress,
  StoredRun,
} from '../store.ts';

/** A run with all that was recorded of it but what left. */
export interface MemoryRun {
  readonly id: string;
  readonly begunAt: string;
  endedAt: string | null;
  state: RunState;
  error: string | null;
  holder: string;
  /** 0 until somebody holds the run. */
  token: number;
  untilMs: number;
  secret: string | undefined;
  facts: RunFacts;
  cloudCalls: number;
  costUsd: number | null;
  leftCalls: number;
  leftCharacters: number;
  readonly calls: StoredCall[];
  readonly decisions: Omit<DecisionEntry, 'kind'>[];
  readonly documents: Map<string, Omit<DocumentEntry, 'kind'>>;
  /** Sealed prompts that left, by their hash. */
  readonly sent: Map<string, string>;
  ledger:
    | { facts: string | undefined; readonly steps: AcceptedEntry['steps'][number][] }
    | undefined;
}

/** The runs of a store, and what left from them, in the order of recording. */
export interface MemoryRuns {
  readonly rows: Map<string, MemoryRun>;
  egress: StoredEgress[];
  /** Finished calls of all runs whose tokens and time are known. */
  timed: { readonly run: string; readonly call: StoredCall }[];
  prunings: Pruning[];
}

/** Finds a run, or makes one that nobody holds. */
export function rowOf({ rows }: MemoryRuns, id: string, at: string): MemoryRun {
  const known = rows.get(id);
  if (known) return known;
  const row: MemoryRun = {
    id,
    begunAt: at,
    endedAt: null,
    state: 'running',
    error: null,
    holder: '',
    token: 0,
    untilMs: 0,
    secret: undefined,
    facts: {},
    cloudCalls: 0,
    costUsd: 0,
    leftCalls: 0,
    leftCharacters: 0,
    calls: [],
    decisions: [],
    documents: new Map(),
    sent: new Map(),
    ledger: undefined,
  };
  rows.set(id, row);
  return row;
}

/** Adds to what is known of a run. */
export function noteFacts(row: MemoryRun, facts: RunFacts = {}): void {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  row.facts = { ...row.facts, ...Object.fromEntries(given) };
}

/** Tells whether somebody is at work on a run. */
export function isHeld({ state, untilMs }: MemoryRun, nowMs: number): boolean {
  return state === 'running' && untilMs > nowMs;
}

/** Shows a run as lists do. */
export function listedRun(row: MemoryRun, nowMs: number): StoredRun {
  const {
    id,
    begunAt,
    endedAt,
    state,
    error,
    cloudCalls,
    costUsd,
    leftCalls,
    leftCharacters,
    facts,
  } = row;
  return {
    id,
    begunAt,
    endedAt,
    state,
    error,
    holder: isHeld(row, nowMs) ? row.holder : null,
    calls: row.calls.length,
    cloudCalls,
    costUsd,
    leftCalls,
    leftCharacters,
    owner: facts.owner ?? null,
    parent: facts.parent ?? null,
    title: facts.title ?? null,
    pattern: facts.pattern ?? null,
    model: facts.model ?? null,
    answeredBy: facts.answeredBy ?? null,
    place: facts.place ?? null,
    degraded: facts.degraded ?? false,
    savedUsd: facts.savedUsd ?? null,
    baseline: facts.baseline ?? null,
    coverage: facts.coverage ?? null,
  };
}

/** Shows a run with all that was recorded of it. */
export function recordOf(
  { rows, egress }: MemoryRuns,
  id: string,
  nowMs: number,
): RunRecord | undefined {
  const row = rows.get(id);
  if (!row) return undefined;
  return {
    ...listedRun(row, nowMs),
    program: row.facts.program ?? null,
    summary: row.facts.summary ?? null,
    documents: [...row.documents.values()],
    decisions: [...row.decisions],
    steps: row.calls.map(
      ({ body: _body, key: _key, slot: _slot, digest: _digest, ...step }) => step,
    ),
    egress: egress.filter(({ run }) => run === id),
  };
}

import type { Label } from '../model/run/labels.ts';
import type { Spent } from '../trace/prices.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { Store } from './store.ts';

/** A run as it is listed. */
export interface RunRow {
  readonly id: string;
  readonly begunAt: string;
  readonly endedAt: string | null;
  /** `running` also for a run whose process died. */
  readonly state: 'running' | 'done' | 'failed' | 'aborted' | 'cancelled';
  readonly error: string | null;
  readonly calls: number;
  readonly cloudCalls: number;
  /** Null if the price of a call is unknown. */
  readonly costUsd: number | null;
}

/** A recorded call. */
export interface RecordedCall {
  readonly at: string;
  readonly trail: readonly string[];
  readonly model: string;
  readonly place: 'device' | 'cloud';
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
  readonly characters: number;
  readonly attempts: number;
  readonly durationMs: number | null;
  /** False for a call that was cut off, which cost something and is not replayed. */
  readonly isFinished: boolean;
}

/** Something that left for a cloud. */
export interface ListedCrossing {
  readonly at: string;
  readonly run: string;
  readonly destination: string;
  readonly purpose: string;
  readonly characters: number;
  readonly tokens: number;
  readonly contentHash: string;
  readonly masked: number;
  readonly label: Label;
}

/** A document that was read in a run. */
export interface RecordedDocument {
  readonly hash: string;
  readonly title: string;
  readonly characters: number;
  readonly label: Label;
}

/** What a pattern decided. */
export interface RecordedDecision {
  readonly at: string;
  readonly trail: readonly string[];
  readonly answeredBy: string;
  readonly place: 'device' | 'cloud';
  readonly reason: string;
  readonly confidence: number | null;
  readonly degraded: boolean;
}

/** A run with all that happened in it. */
export interface RunDetails extends RunRow {
  /** What it was started with, if that was noted. */
  readonly program: unknown;
  readonly documents: readonly RecordedDocument[];
  /** What its patterns decided, the inner ones first; those of a resumed run are noted again. */
  readonly decisions: readonly RecordedDecision[];
  readonly steps: readonly RecordedCall[];
  readonly crossings: readonly ListedCrossing[];
}

const runColumns = `run.id, begun_at as begunAt, ended_at as endedAt, state, error, count(call.seq) as calls,
  coalesce(sum(call.place = 'cloud'), 0) as cloudCalls,
  case when count(call.seq) = count(call.cost_usd) then coalesce(sum(call.cost_usd), 0) end as costUsd`;

const crossingColumns = 'at, run, destination, purpose, characters, tokens, content_hash as contentHash, masked, label';

/** Lists runs, newest first. */
export function listRuns(store: Store, limit = 50): RunRow[] {
  return store.read<RunRow>(
    `select ${runColumns} from run left join call on call.run = run.id
     group by run.id order by begun_at desc limit :limit`,
    { limit },
  );
}

/** Reads a run; `undefined` if there is none of that id. */
export function readRun(
  store: Store,
  { id, cipher }: { readonly id: string; readonly cipher: ContentCipher },
): RunDetails | undefined {
  const [row] = store.read<RunRow & { program: string | null }>(
    `select ${runColumns}, program from run left join call on call.run = run.id where run.id = :id group by run.id`,
    { id },
  );
  if (!row) return undefined;
  const steps = store.read<Omit<RecordedCall, 'trail' | 'isFinished'> & { trail: string; answer: string | null }>(
    `select at, trail, model, place, input_tokens as inputTokens, output_tokens as outputTokens, cost_usd as costUsd,
       characters, attempts, duration_ms as durationMs, answer from call where run = :id order by seq`,
    { id },
  );
  const crossings = store.read<ListedCrossing>(`select ${crossingColumns} from crossing where run = :id order by seq`, {
    id,
  });
  return {
    ...row,
    program: row.program === null ? null : JSON.parse(cipher.open(row.program)),
    documents: store.read<RecordedDocument>(
      'select hash, title, characters, label from document where run = :id order by title',
      { id },
    ),
    decisions: readDecisions(store, id),
    steps: steps.map(({ trail, answer, ...step }) => ({
      ...step,
      trail: JSON.parse(trail) as string[],
      isFinished: answer !== null,
    })),
    crossings,
  };
}

function readDecisions(store: Store, id: string): RecordedDecision[] {
  const rows = store.read<Omit<RecordedDecision, 'trail' | 'degraded'> & { trail: string; degraded: number }>(
    `select at, trail, answered_by as answeredBy, place, reason, confidence, degraded
     from decision where run = :id order by seq`,
    { id },
  );
  return rows.map(({ trail, degraded, ...row }) => ({
    ...row,
    trail: JSON.parse(trail) as string[],
    degraded: degraded === 1,
  }));
}

/** Lists what left for a cloud, oldest first. */
export function listCrossings(store: Store, since = ''): ListedCrossing[] {
  return store.read<ListedCrossing>(`select ${crossingColumns} from crossing where at >= :since order by seq`, {
    since,
  });
}

/** Sums what all runs have spent on clouds since an ISO time; a call of unknown price counts by its tokens alone. */
export function sumSpent(store: Store, since: string): Spent {
  const [row] = store.read<Spent>(
    `select coalesce(sum(cost_usd), 0) as usd,
       coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0) as tokens
     from call where place = 'cloud' and at >= :since`,
    { since },
  );
  return row ?? { usd: 0, tokens: 0 };
}

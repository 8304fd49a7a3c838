import { fitSpeed, type ModelSpeed } from '../algorithms/fit-speed.ts';
import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { Coverage, Summary } from '../model/run/summary.ts';
import type { Answer, Call } from '../model/types.ts';
import type { ContentCipher } from './content-cipher.ts';
import { answerFromJson, summaryFromJson } from './run-entries.ts';
import { describeOwner, isDead } from './run-owner.ts';
import type { RunQuery, RunRecord, RunStore, StoredEgress, StoredRun } from './store.ts';

/**
 * A run as it is listed. `running` is also a run whose process died: then `holder`, the process at
 * work in words, is null once its lease has run out. `title` stands where content is kept.
 */
export interface RunRow extends Omit<StoredRun, 'leftCalls' | 'leftCharacters' | 'coverage'> {
  /** Calls and characters that left for a cloud, or were about to. */
  readonly left: { readonly calls: number; readonly characters: number };
  readonly coverage: Coverage | null;
}

/**
 * A recorded call. `isFinished` is false for one that was cut off, which cost something and is not
 * replayed.
 */
export type RecordedCall = Omit<RunRecord['steps'][number], 'cachedTokens'>;

/** Something that left for a cloud. */
export type ListedEgressEvent = StoredEgress;

/** A document that was read in a run. */
export type RecordedDocument = RunRecord['documents'][number];

/** What a pattern decided. */
export type RecordedDecision = RunRecord['decisions'][number];

/** A run with all that happened in it. */
export interface RunDetails extends RunRow {
  /** What it was started with, if that was noted. */
  readonly program: unknown;
  /** What its last answer said of itself, where content is kept. */
  readonly summary: Summary | null;
  readonly documents: readonly RecordedDocument[];
  /** What its patterns decided, the inner ones first; those of a resumed run are noted again. */
  readonly decisions: readonly RecordedDecision[];
  readonly steps: readonly RecordedCall[];
  readonly egress: readonly ListedEgressEvent[];
}

/** A finished call of a run, with its answer. */
export interface RecordedAnswer {
  /** Its place among the calls of the run, from 1. */
  readonly call: number;
  /** Role in the pattern, such as `draft` or `sample 2`. */
  readonly name: string;
  readonly model: string;
  readonly place: string;
  readonly answer: Answer;
  readonly costUsd: number | null;
  readonly durationMs: number | null;
}

/** A page of runs. */
export interface ListedRuns {
  readonly runs: RunRow[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string;
}

const mostListed = 1000;

/** Lists runs, newest first, from behind a cursor. */
export async function listRuns(
  store: RunStore,
  cipher: ContentCipher,
  query: RunQuery,
): Promise<ListedRuns> {
  const { runs, next } = await store.runs(query);
  return { runs: runs.map(run => rowOf(run, cipher)), ...(next !== undefined && { next }) };
}

/** Lists the newest runs, however many are wanted. */
export async function newestRuns(
  store: RunStore,
  cipher: ContentCipher,
  limit = 50,
): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  for (let after: string | undefined; rows.length < limit; ) {
    const most = Math.min(limit - rows.length, mostListed);
    const { runs, next } = await listRuns(store, cipher, {
      limit: most,
      ...(after !== undefined && { after }),
    });
    rows.push(...runs);
    if (next === undefined) break;
    after = next;
  }
  return rows;
}

function rowOf(run: StoredRun, cipher: ContentCipher): RunRow {
  const { leftCalls, leftCharacters, title, coverage, holder, ...row } = run;
  return {
    ...row,
    holder: holder === null || isDead(holder) ? null : describeOwner(holder),
    left: { calls: leftCalls, characters: leftCharacters },
    title: title === null ? null : cipher.open(title),
    coverage: coverage === null ? null : (JSON.parse(cipher.open(coverage)) as Coverage),
  };
}

/** Reads a run. @throws TandemError `unknown_name` */
export async function showRun(
  store: RunStore,
  cipher: ContentCipher,
  id: string,
): Promise<RunDetails> {
  const found = await store.show(id);
  if (!found) throw await unknownRun(store, id);
  const { program, summary, documents, decisions, steps, egress, ...run } = found;
  const opened = summary === null ? null : summaryFromJson(cipher.open(summary), run);
  return {
    ...rowOf(run, cipher),
    program: program === null ? null : JSON.parse(cipher.open(program)),
    summary: opened,
    documents: documents
      .map(({ title, ...each }) => ({
        ...each,
        title: cipher.open(title) || each.hash.slice(0, 12),
      }))
      .sort((a, b) => (a.title < b.title ? -1 : 1)),
    decisions: withOwn(
      decisions.map(each => ({ ...each, reason: cipher.open(each.reason) })),
      opened,
      run,
    ),
    steps: steps.map(({ cachedTokens: _cached, ...step }) => step),
    egress,
  };
}

// The only decision of a run itself is told by the run's row alone.
function withOwn(
  decisions: readonly RecordedDecision[],
  summary: Summary | null,
  { endedAt, begunAt }: StoredRun,
): readonly RecordedDecision[] {
  if (!summary || decisions.some(({ trail }) => trail.length === 1)) return decisions;
  const { pattern, answeredBy, place, reason, confidence = null, degraded = false } = summary;
  const own = { at: endedAt ?? begunAt, trail: [pattern], answeredBy, place };
  return [...decisions, { ...own, reason, confidence, degraded }];
}

async function unknownRun(store: RunStore, runId: string): Promise<TandemError> {
  const { runs } = await store.runs({ limit: 100 });
  const known = runs.map(({ id }) => id);
  const near = known.find(id => id.startsWith(runId)) ?? nearest(runId, known);
  const advice = near ? `Did you mean "${near}"?` : 'See `tandem runs`.';
  return new TandemError('unknown_name', `There is no run "${runId}" in the journal. ${advice}`, {
    data: { runId },
  });
}

/**
 * Reads the answers of a run, in the order of recording; none where the journal keeps hashes alone.
 */
export async function readAnswers(
  store: RunStore,
  cipher: ContentCipher,
  run: string,
): Promise<RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  let call = 0;
  for await (const page of store.calls(run)) {
    for (const { trail, model, place, body, costUsd, durationMs } of page) {
      call++;
      if (body === undefined) continue;
      const answer = answerFromJson(cipher.open(body));
      const name = trail.at(-1) ?? '';
      answers.push({ call, name, model, place, answer, costUsd, durationMs });
    }
  }
  return answers;
}

/** Reads a prompt that left a run, by its hash; undefined where it is not kept. */
export async function readSent(
  store: RunStore,
  cipher: ContentCipher,
  run: string,
  contentHash: string,
): Promise<Call['prompt'] | undefined> {
  const body = await store.sent(run, contentHash);
  return body === undefined ? undefined : (JSON.parse(cipher.open(body)) as Call['prompt']);
}

const mostTimed = 500;

/**
 * Fits the speed of every model to its last finished calls; a model that was hardly asked is left
 * out.
 */
export async function readSpeeds(store: RunStore): Promise<Readonly<Record<string, ModelSpeed>>> {
  const callsByModel = Map.groupBy(await store.timed(20 * mostTimed), ({ model }) => model);
  const fitted = [...callsByModel].flatMap(([model, calls]) => {
    const speed = fitSpeed(calls.slice(0, mostTimed));
    return speed ? [[model, speed] as const] : [];
  });
  return Object.fromEntries(fitted);
}

import type { CitedExtract, Passage } from '../../../documents/cited-extract.ts';
import { TandemError } from '../../../model/errors.ts';
import { readsTasks } from '../../../model/leaf/model/place.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import { askForm, type JobResult } from './ask-form.ts';
import { askFewWords, type Running } from './few-words.ts';
import { formWatch } from './form-watch.ts';
import { inLanes } from './in-lanes.ts';
import type { Job } from './jobs.ts';
import { isRead, type Miss } from './read-output.ts';

/** What a worker found, with what it was asked. */
export interface Finding extends Omit<CitedExtract, 'id'> {
  readonly taskId: string;
  /** How many answers gave it. */
  readonly votes: number;
}

/** What became of the jobs of a round. */
export interface JobResults {
  /** Answers whose sentence stands in the chunk, in the order of the jobs. */
  readonly found: readonly Finding[];
  readonly count: Readonly<Record<Miss | 'failed' | 'reused', number>>;
  /** Chunks that were understood by at least one job. */
  readonly read: ReadonlySet<Passage>;
  /** Chunks that were ranked, and not read, since the worker reads the best of them alone. */
  readonly ranked: ReadonlySet<Passage>;
}

/**
 * Runs jobs, those of one chunk one after the other, so that an engine reads its prefix once. A
 * worker that cannot fill in forms is asked for a few words about the best chunks of each task.
 * @throws TandemError if every job fails
 */
export async function runJobs(
  ask: Ask,
  running: Running,
  groups: readonly (readonly Job[])[],
): Promise<JobResults> {
  const { worker, lanes } = running;
  const watch = formWatch(worker);
  const work = groups.map(group => group.map(job => () => askForm(ask, { worker, watch }, job)));
  const asked = (await inLanes(work, lanes)).flat();
  watch.end();
  const results = readsTasks(worker) ? asked : await askFewWords(ask, running, asked);
  return resultsOf(asked, results);
}

function resultsOf(first: readonly JobResult[], last: readonly JobResult[]): JobResults {
  const found: Finding[] = [];
  const read = new Set<Passage>();
  const ranked = new Set<Passage>();
  for (const result of last) {
    const { job, output } = result;
    const known = knownBy(result);
    if (known === 'read') read.add(job.passage);
    if (known === 'ranked') ranked.add(job.passage);
    if (typeof output === 'string' || TandemError.isInstance(output)) continue;
    found.push({ ...output, taskId: job.task.id, votes: 1 });
  }
  for (const passage of read) ranked.delete(passage);
  const failures = last.map(({ output }) => output).filter(TandemError.isInstance);
  if (failures.length > 0 && failures.length === last.length) throw failures[0];
  return { found, count: countOf(first), read, ranked };
}

// Of a chunk that was shown in part nobody knows the rest.
function knownBy({ output, isOfPart }: JobResult): 'read' | 'ranked' | undefined {
  if (output === 'left') return 'ranked';
  if (TandemError.isInstance(output) || !isRead(output)) return undefined;
  return isOfPart ? 'ranked' : 'read';
}

function countOf(results: readonly JobResult[]): JobResults['count'] {
  const count = {
    abstained: 0,
    malformed: 0,
    cut: 0,
    echoed: 0,
    unsupported: 0,
    instructing: 0,
    failed: 0,
    reused: 0,
  };
  for (const { output, isReused } of results) {
    if (isReused) count.reused++;
    if (TandemError.isInstance(output)) count.failed++;
    else if (typeof output === 'string' && output !== 'left') count[output]++;
  }
  return count;
}

import { chunkByParagraph } from '../../../algorithms/text/chunk.ts';
import type { Passage } from '../../../documents/cited-extract.ts';
import { joinedScores } from '../../../documents/finding/join-orders.ts';
import { rankPassages } from '../../../documents/finding/nearest-passages.ts';
import { textOf } from '../../../model/answer.ts';
import { TandemError } from '../../../model/errors.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import type { Embedder } from '../../../model/pattern/embedding.ts';
import type { LanguageModel } from '../../../model/types.ts';
import { type JobResult, tell } from './ask-form.ts';
import { canTell, isHeld } from './can-tell.ts';
import { inLanes } from './in-lanes.ts';
import { fewWordsCall } from './job-call.ts';
import type { Job } from './jobs.ts';
import { isRead, locateHeld, type Output, readFewWords } from './read-output.ts';
import { type ChunkStanding, releasedBy, standingBy } from './standing.ts';

/**
 * Chunks of a task that a worker is asked about in a few words. One without a way to abstain says
 * something about any chunk: it is asked about the best alone, and of a long one about the part
 * that is nearest to the question.
 */
const mostChunks = 4;
const mostCharacters = 800;

/** How jobs are run. */
export interface Running {
  readonly worker: LanguageModel;
  /** Jobs at a time. */
  readonly lanes: number;
  /** Helps, where there is one, to decide what is released of a chunk. */
  readonly embedder?: Embedder | undefined;
}

/**
 * Asks a worker for a few words about the chunks that it has not understood as a form: of each task
 * the nearest to its question.
 */
export async function askFewWords(
  ask: Ask,
  { worker, lanes, embedder }: Running,
  results: readonly JobResult[],
): Promise<readonly JobResult[]> {
  const open = results.filter(({ job, output }) => job.sample === 1 && isOpen(output));
  const standings = embedder ? await standingsOf(ask, embedder, open) : new Map();
  const again = nearestUnread(results, open, standings);
  const passages = [...new Set(again.map(({ job }) => job.passage))];
  const groups = passages.map(passage => again.filter(({ job }) => job.passage === passage));
  const tells = again.length > 0 && (await canTell(ask, worker));
  const asking = { worker, tells, standings };
  const work = groups.map(group => group.map(result => () => askOne(ask, asking, result)));
  const asked = new Map<JobResult, JobResult>();
  for (const [index, group] of (await inLanes(work, lanes)).entries())
    for (const [at, result] of group.entries()) asked.set(groups[index]![at]!, result);
  return results.map(result => asked.get(result) ?? result);
}

type Standings = ReadonlyMap<string, ChunkStanding>;

async function standingsOf(
  ask: Ask,
  embedder: Embedder,
  open: readonly JobResult[],
): Promise<Standings> {
  const passages = [...new Set(open.map(({ job }) => job.passage))];
  const standings = new Map<string, ChunkStanding>();
  for (const question of new Set(open.map(({ job }) => job.task.question))) {
    const standing = await standingBy(ask, embedder, { question, passages });
    if (standing) standings.set(question, standing);
  }
  return standings;
}

function nearestUnread(
  results: readonly JobResult[],
  open: readonly JobResult[],
  standings: Standings,
): JobResult[] {
  const tasks = new Set(open.map(({ job }) => job.task));
  return [...tasks].flatMap(task => {
    const ofTask = results.filter(({ job }) => job.task === task && job.sample === 1);
    const passages = ofTask.map(({ job }) => job.passage);
    return nearestFirst(passages, task.question, standings.get(task.question))
      .slice(0, mostChunks)
      .map(at => ofTask[at]!)
      .filter(({ output }) => isOpen(output));
  });
}

function nearestPart({ passage, task }: Job, standing: ChunkStanding | undefined): Passage {
  if (passage.text.length <= mostCharacters) return passage;
  const parts = chunkByParagraph(passage.text, { maxCharacters: mostCharacters });
  const passages = parts.map(({ start, end, text }) => ({
    ...passage,
    ...{ start: passage.start + start, end: passage.start + end, text },
  }));
  return passages[nearestFirst(passages, task.question, standing)[0]!]!;
}

// By meaning too, where there is an embedder.
function nearestFirst(
  passages: readonly Passage[],
  question: string,
  standing: ChunkStanding | undefined,
): readonly number[] {
  const byWords = rankPassages(passages, question);
  if (!standing) return byWords;
  const ranks: number[] = [];
  for (const [rank, at] of byWords.entries()) ranks[at] = rank;
  const scores = joinedScores(passages.map(standing.near), ranks);
  return byWords.sort((a, b) => scores[b]! - scores[a]!);
}

// What failed would fail again.
function isOpen(output: JobResult['output']): boolean {
  return output === 'left' || (!TandemError.isInstance(output) && !isRead(output));
}

interface AskedWorker {
  readonly worker: LanguageModel;
  readonly tells: boolean;
  /** By question; none where there is no embedder, or it failed. */
  readonly standings: Standings;
}

async function askOne(
  ask: Ask,
  { worker, tells, standings }: AskedWorker,
  { job, output }: JobResult,
) {
  tell(ask, job, 'running');
  try {
    const standing = standings.get(job.task.question);
    const passage = nearestPart(job, standing);
    const near = { ...job, passage, places: [passage] };
    const answer = await ask(worker, fewWordsCall(near), { id: `${job.id} in a few words` });
    const held = tells ? await isHeld(ask, worker, near) : undefined;
    const read = await readSaid(near, { said: textOf(answer), held, standing });
    tell(ask, job, typeof read === 'string' ? 'refused' : 'found', answer);
    return { job, output: read, isReused: false, isOfPart: passage !== job.passage };
  } catch (error) {
    if (!TandemError.isInstance(error) || error.code !== 'model_failed') throw error;
    tell(ask, job, 'failed');
    return { job, output: output === 'left' ? error : output, isReused: false };
  }
}

/** What was said of a chunk, and what helps to read it. */
export interface FewWordsSaid {
  readonly said: string;
  /** Whether the chunk holds an answer, of a worker that can tell. */
  readonly held: boolean | undefined;
  readonly standing?: ChunkStanding | undefined;
}

/** Reads what a worker said of a chunk in a few words. */
export async function readSaid(
  job: Pick<Job, 'passage' | 'places' | 'task'>,
  { said, held, standing }: FewWordsSaid,
): Promise<Output> {
  const read =
    held === false ? 'unsupported' : readFewWords(job, said, held ? locateHeld : undefined);
  return standing ? releasedBy(standing, job, { said, read, held }) : read;
}

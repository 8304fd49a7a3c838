import type { TokenCounter } from '../../algorithms/text/chunk-by-tokens.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { CitedExtract, Passage } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import type { Finders } from '../../documents/finding/meaning.ts';
import { passagesOf } from '../../documents/passages.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import type { LanguageModel } from '../../model/types.ts';
import { combine, release, type TaskResult } from './combine.ts';
import { decide, type RoundDecision } from './decide.ts';
import type { Running } from './jobs/few-words.ts';
import { type Job, jobsOf } from './jobs/jobs.ts';
import { type Finding, type JobResults, runJobs } from './jobs/run-jobs.ts';
import { notesText, type RoundNote, tasksText } from './notes.ts';
import { type JobPlan, plainPlan } from './plan.ts';
import { type Described, describeDocuments, type Planned, planJobs } from './plan-jobs.ts';
import { seenAlone } from './seen-alone.ts';
import { selectPassages } from './select-passages.ts';

/** What reading works with. */
export interface Reading extends Running, Finders {
  readonly cloud: LanguageModel;
  readonly question: string;
  readonly documents: readonly Document[];
  readonly declared: ((question: string) => JobPlan) | undefined;
  readonly maxRounds: number;
  readonly maxJobs: number;
  readonly maxReleased: number;
  readonly showsOutline: boolean;
  readonly count: TokenCounter | undefined;
}

/** What all rounds have brought. */
export interface Read {
  readonly origin: string;
  readonly rounds: number;
  readonly results: readonly TaskResult[];
  readonly extracts: readonly CitedExtract[];
  readonly notes: readonly RoundNote[];
  readonly count: JobResults['count'];
  /** The chunks of the first cutting. */
  readonly passages: readonly Passage[];
  readonly read: readonly Passage[];
  readonly failed: readonly Passage[];
  readonly found: number;
  /** Chunks that were ranked and not shown to the worker. */
  readonly ranked: number;
  readonly remarks: readonly string[];
}

interface State {
  readonly results: TaskResult[];
  readonly found: Finding[][];
  readonly notes: RoundNote[];
  readonly count: Record<string, number>;
  readonly read: Passage[];
  readonly failed: Passage[];
  readonly remarks: string[];
  readonly ids: Map<string, string>;
  /** The jobs of earlier rounds. */
  readonly asked: Job[];
  ranked: number;
  passages: readonly Passage[];
  extracts: readonly CitedExtract[];
}

/**
 * Reads documents in rounds: plan, jobs, combination; then the cloud says whether that is enough,
 * if something is open and a round is left. What it misses and notes goes into every later call.
 */
export async function readRounds(ask: Ask, reading: Reading): Promise<Read> {
  const { question, maxRounds } = reading;
  const about = describeDocuments(reading.documents, reading.showsOutline);
  const state = emptyState();
  ask.progress({ kind: 'stage', pattern: 'minions', stage: 'planning' });
  const first = reading.declared
    ? { plan: reading.declared(question), origin: 'declared jobs' }
    : await planJobs(ask, reading.cloud, { question, documents: about, round: 1 });
  let { plan } = first;
  if (!reading.declared) await ask.plan(stepsOf(plan));
  for (let round = 1; ; round++) {
    const isNew = await readRound(ask, reading, { plan, round, state });
    if (!isNew) break;
    if (round >= maxRounds || !isOpen(plan, state)) break;
    const decided = await decideOrStop(ask, reading, { about, round, state });
    if (!decided?.wantsMore) break;
    const { feedback, scratchpad } = decided;
    const texts = state.extracts.map(each => [each.text, each.note].join('\n'));
    state.notes.push(seenAlone({ round, feedback, scratchpad }, { question, texts }));
    const notes = notesText(state.notes);
    plan =
      decided.plan ??
      (await planAgain(ask, reading, { question, documents: about, notes, round: round + 1 })).plan;
  }
  const { results, extracts, notes, passages, read, failed, remarks } = state;
  const found = state.found.flat().length;
  const count = state.count as unknown as JobResults['count'];
  const rounds = state.found.length;
  return {
    origin: first.origin,
    rounds,
    results,
    extracts,
    notes,
    count,
    passages,
    read,
    failed,
    found,
    ranked: state.ranked,
    remarks,
  };
}

// A plan in words, for whoever watches and approves.
function stepsOf({ tasks, chunking }: JobPlan): string[] {
  return tasks.map(({ question, select = { by: 'all' } }) => {
    const which = select.by === 'best' ? `the best ${select.top}` : `${select.by}`;
    return `${question} (${which} of the chunks by ${chunking.by})`;
  });
}

function emptyState(): State {
  return {
    results: [],
    found: [],
    notes: [],
    count: {},
    read: [],
    failed: [],
    remarks: [],
    ids: new Map(),
    asked: [],
    ranked: 0,
    passages: [],
    extracts: [],
  };
}

interface Round {
  readonly plan: JobPlan;
  readonly round: number;
  readonly state: State;
}

// The same questions of the same chunks bring the same again: such a round is none.
async function readRound(
  ask: Ask,
  reading: Reading,
  { plan, round, state }: Round,
): Promise<boolean> {
  const { documents, count, embedder, reranker, maxJobs } = reading;
  const passages = passagesOf(documents, plan.chunking, count);
  if (round === 1) state.passages = passages;
  const facts = { passages, rounds: state.found, maxJobs, embedder, reranker };
  const { byTask, remarks } = await selectPassages(ask, plan.tasks, facts);
  const groups = jobsOf(plan.tasks, { passages, selected: byTask, round });
  if (!noteAsked(state.asked, groups)) return false;
  const columns = plan.tasks.map(({ id }) => id);
  ask.progress({ kind: 'grid', pattern: 'minions', round, rows: passages.length, columns });
  for (const [column, chosen] of byTask.entries()) {
    if (chosen.size === passages.length) continue;
    for (const row of passages.keys()) {
      if (!chosen.has(row))
        ask.progress({
          kind: 'cell',
          pattern: 'minions',
          row,
          column,
          state: 'skipped',
          tokens: 0,
        });
    }
  }
  const done = await runJobs(ask, reading, groups);
  state.found.push([...done.found]);
  state.remarks.push(...remarks);
  state.read.push(...done.read);
  state.failed.push(
    ...groups
      .map(([job]) => job!.passage)
      .filter(passage => !done.read.has(passage) && !done.ranked.has(passage)),
  );
  state.ranked += done.ranked.size;
  for (const [name, value] of Object.entries(done.count))
    state.count[name] = (state.count[name] ?? 0) + value;
  state.results.push(...combine(plan.tasks, done.found));
  const { question, maxReleased } = reading;
  state.extracts = release(state.results, { question, maxCharacters: maxReleased, ids: state.ids });
  return true;
}

// Notes what is asked; says whether any of it is new: another question, of another chunk.
function noteAsked(asked: Job[], groups: readonly (readonly Job[])[]): boolean {
  const jobs = groups.flat();
  const known = asked.length > 0 ? new Set(asked.map(keyOf)) : undefined;
  asked.push(...jobs);
  return jobs.some(job => !known?.has(keyOf(job)));
}

function keyOf({ task, passage }: Job): string {
  const words = [...new Set(contentTerms(task.question))].sort();
  return `${passage.document.id} ${passage.start}-${passage.end} ${words.join(' ')}`;
}

// Something is open if a task found nothing, answers contradict each other, or the plan itself was
// for a first look.
function isOpen(plan: JobPlan, { results }: State): boolean {
  const own = results.slice(-plan.tasks.length);
  return (
    plan.followUp === true ||
    own.some(({ findings, conflicts }) => findings.length === 0 || conflicts.length > 0)
  );
}

async function decideOrStop(
  ask: Ask,
  { cloud, question, maxRounds }: Reading,
  { about, round, state }: { about: Described; round: number; state: State },
): Promise<RoundDecision | undefined> {
  const { extracts, results } = state;
  ask.progress({ kind: 'stage', pattern: 'minions', stage: 'deciding' });
  const tasks = tasksText(results, extracts);
  const notes = notesText(state.notes);
  try {
    return await decide(ask, cloud, {
      question,
      documents: about,
      extracts,
      tasks,
      notes,
      round,
      maxRounds,
    });
  } catch (error) {
    // A cloud that is closed cannot ask for more; the answer says so itself.
    if (TandemError.isInstance(error) && placeIsClosed(error)) return undefined;
    throw error;
  }
}

function planAgain(
  ask: Ask,
  { cloud }: Reading,
  facts: Parameters<typeof planJobs>[2],
): Promise<Planned> {
  return planJobs(ask, cloud, facts).catch(error => {
    if (!TandemError.isInstance(error) || !placeIsClosed(error)) throw error;
    return { plan: plainPlan(facts.question), origin: '' };
  });
}

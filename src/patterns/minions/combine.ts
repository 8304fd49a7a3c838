import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { canonicalAnswer } from '../../algorithms/text/canonical-answer.ts';
import { relevance } from '../../algorithms/text/relevance.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { CitedExtract } from '../../documents/cited-extract.ts';
import { searchTerms } from '../../documents/search-terms.ts';
import type { Finding } from './jobs/run-jobs.ts';
import type { JobTask } from './plan.ts';

/** What a task has come to. */
export interface TaskResult {
  readonly task: JobTask;
  readonly findings: readonly Finding[];
  /** Answers that differ where one was wanted, each with its citation. */
  readonly conflicts: readonly Finding[];
}

/**
 * Combines the findings of each task as its plan says. Where one answer is wanted, the others are
 * kept beside it, with their citations: a contradiction is for the reader to judge, not for a vote
 * to hide.
 */
export function combine(tasks: readonly JobTask[], found: readonly Finding[]): TaskResult[] {
  return tasks.map(task => {
    const own = merged(found.filter(({ taskId }) => taskId === task.id));
    const ways = {
      all: () => own,
      list: () => distinct(own),
      vote: () => byVotes(own),
      best: () => byRelevance(own, task),
    };
    const findings = ways[task.combine ?? 'all']();
    const isSingle = task.combine === 'vote' || task.combine === 'best';
    const conflicts = isSingle ? distinct(findings.filter(hasNote)) : [];
    return {
      task,
      findings: isSingle ? distinct(findings) : findings,
      conflicts: conflicts.length > 1 ? conflicts : [],
    };
  });
}

// The same place found by several samples, or in the overlap of two chunks, is one finding.
function merged(found: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of found) {
    const key = placeOf(finding);
    const known = byPlace.get(key);
    byPlace.set(key, known ? { ...known, votes: known.votes + finding.votes } : finding);
  }
  return [...byPlace.values()];
}

function distinct(found: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of found) {
    const key = canonicalAnswer(finding.note ?? finding.text);
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}

function byVotes(found: readonly Finding[]): Finding[] {
  const votes = new Map<string, number>();
  for (const { note, text, votes: own } of found) {
    const key = canonicalAnswer(note ?? text);
    votes.set(key, (votes.get(key) ?? 0) + own);
  }
  const of = ({ note, text }: Finding) => votes.get(canonicalAnswer(note ?? text))!;
  return [...found].sort((a, b) => of(b) - of(a));
}

function byRelevance(found: readonly Finding[], task: JobTask): Finding[] {
  const scores = new Map(found.map(finding => [finding, relevance(finding.text, task.question)]));
  return [...found].sort((a, b) => scores.get(b)! - scores.get(a)!).slice(0, 3);
}

function hasNote({ note }: Finding): boolean {
  return note !== undefined;
}

/** Names the place of a finding. */
export function placeOf({ document, start, end }: Omit<CitedExtract, 'id'>): string {
  return `${document.id}:${start}-${end}`;
}

/** What may be released in one call. */
export interface Release {
  readonly question: string;
  readonly maxCharacters: number;
  /** Ids given before: an extract keeps its own through all rounds. */
  readonly ids: Map<string, string>;
}

/**
 * Chooses what goes up: equal passages once; tasks take turns, each with its most relevant first,
 * until the cap is reached; then in the order of the document.
 */
export function release(
  results: readonly TaskResult[],
  { question, maxCharacters, ids }: Release,
): CitedExtract[] {
  const queues = results.map(({ findings, task }) =>
    ranked(findings, `${question}\n${task.question}`, question),
  );
  const order = [
    ...new Set(results.flatMap(({ findings }) => findings.map(({ document }) => document))),
  ];
  const chosen = new Map<string, Finding>();
  let room = maxCharacters;
  for (let turn = 0; queues.some(queue => queue.length > 0); turn++) {
    const finding = queues[turn % queues.length]!.shift();
    if (!finding || chosen.has(placeOf(finding))) continue;
    const size = finding.text.length + (finding.note?.length ?? 0);
    if (size > room) continue;
    room -= size;
    chosen.set(placeOf(finding), finding);
  }
  return [...chosen]
    .sort(
      ([, a], [, b]) => order.indexOf(a.document) - order.indexOf(b.document) || a.start - b.start,
    )
    .map(([place, { taskId: _task, votes: _votes, ...extract }]) => ({
      ...extract,
      id: idOf(ids, place),
    }));
}

function idOf(ids: Map<string, string>, place: string): string {
  const id = ids.get(place) ?? `e${ids.size + 1}`;
  ids.set(place, id);
  return id;
}

// By the share of the question's words, then by how rare they are among what was found.
function ranked(findings: readonly Finding[], asked: string, question: string): Finding[] {
  const lists = findings.map(({ text, note }) => contentTerms(`${text} ${note ?? ''}`));
  const bm25 = searchTerms(lists, [...new Set(contentTerms(questionIn(asked)))]);
  const scored = findings.map((finding, index) => ({
    finding,
    share: relevance(`${finding.text} ${finding.note ?? ''}`, question),
    bm25: bm25.get(index) ?? 0,
  }));
  scored.sort((a, b) => b.share - a.share || b.bm25 - a.bm25 || a.finding.start - b.finding.start);
  return scored.map(({ finding }) => finding);
}

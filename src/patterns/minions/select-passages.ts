import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { CitedExtract, Passage } from '../../documents/cited-extract.ts';
import { pageAt } from '../../documents/document.ts';
import { indexed } from '../../documents/finding/document-index.ts';
import {
  type Finders,
  type IndexedDocument,
  type Meaning,
  meaningBy,
  nearestHalf,
} from '../../documents/finding/meaning.ts';
import { searchTerms } from '../../documents/search-terms.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import type { JobTask } from './plan.ts';

/** What a selection is made from. */
export interface SelectionFacts extends Finders {
  readonly passages: readonly Passage[];
  /** What each round before has found. */
  readonly rounds: readonly (readonly Omit<CitedExtract, 'id'>[])[];
  /** Jobs of the round, at most. */
  readonly maxJobs: number;
}

/** The chunks that each task reads, by position, and what was odd about it. */
export interface Selected {
  readonly byTask: readonly ReadonlySet<number>[];
  readonly remarks: readonly string[];
}

/**
 * Chooses the chunks of every task. A selection of nothing (pages that do not exist, a round that
 * found nothing) reads all, and says so; jobs beyond the limit are left out, the least related to
 * their task first.
 */
export async function selectPassages(
  ask: Ask,
  tasks: readonly JobTask[],
  facts: SelectionFacts,
): Promise<Selected> {
  const remarks: string[] = [];
  const search = searcher(ask, facts);
  const byTask: Set<number>[] = [];
  for (const task of tasks) {
    const chosen = await choose(task, facts, search);
    if (chosen.size === 0) remarks.push(`"${task.id}" selected nothing, so all was read`);
    byTask.push(chosen.size > 0 ? chosen : everything(facts.passages));
  }
  const jobs = byTask.reduce(
    (sum, chosen, index) => sum + chosen.size * (tasks[index]!.samples ?? 1),
    0,
  );
  if (jobs <= facts.maxJobs) return { byTask, remarks };
  remarks.push(`${jobs} jobs were planned, ${facts.maxJobs} allowed`);
  const share = facts.maxJobs / jobs;
  const kept: ReadonlySet<number>[] = [];
  for (const [index, task] of tasks.entries()) {
    const most = Math.max(1, Math.floor(byTask[index]!.size * share));
    const ranked = await search(task.question);
    kept.push(
      new Set(
        fillUp(
          ranked.filter(each => byTask[index]!.has(each)),
          byTask[index]!,
          most,
        ),
      ),
    );
  }
  return { byTask: kept, remarks };
}

type Search = (question: string) => Promise<readonly number[]>;

async function choose(
  { question, select = { by: 'all' } }: JobTask,
  facts: SelectionFacts,
  search: Search,
): Promise<Set<number>> {
  const { passages } = facts;
  if (select.by === 'best') return new Set((await search(question)).slice(0, select.top));
  if (select.by === 'pages') return new Set(onPages(passages, select.ranges));
  if (select.by === 'answers')
    return around(passages, facts.rounds[select.round - 1] ?? [], select.neighbours ?? 0);
  return everything(passages);
}

function everything(passages: readonly Passage[]): Set<number> {
  return new Set(passages.keys());
}

function onPages(
  passages: readonly Passage[],
  ranges: readonly { from: number; to: number }[],
): number[] {
  return [...passages.keys()].filter(index => {
    const { document, start, end } = passages[index]!;
    const first = pageAt(document, start);
    const last = pageAt(document, Math.max(start, end - 1));
    return ranges.some(({ from, to }) => first <= to && last >= from);
  });
}

function around(
  passages: readonly Passage[],
  found: readonly Omit<CitedExtract, 'id'>[],
  neighbours: number,
): Set<number> {
  const chosen = new Set<number>();
  for (const [index, passage] of passages.entries()) {
    const isHit = found.some(
      ({ document, start, end }) =>
        document.id === passage.document.id && start < passage.end && end > passage.start,
    );
    if (!isHit) continue;
    for (let near = index - neighbours; near <= index + neighbours; near++) {
      if (passages[near]?.document.id === passage.document.id) chosen.add(near);
    }
  }
  return chosen;
}

function fillUp(ranked: readonly number[], allowed: ReadonlySet<number>, most: number): number[] {
  const chosen = ranked.slice(0, most);
  for (const index of allowed) {
    if (chosen.length >= most) break;
    if (!chosen.includes(index)) chosen.push(index);
  }
  return chosen;
}

// Ranks by BM25, and by meaning too where there is an embedder: a chunk is as near as the nearest
// passage in it. The terms of the chunks are found once.
function searcher(ask: Ask, { passages, embedder, reranker }: SelectionFacts): Search {
  const meaning = meaningBy(ask, { embedder, reranker });
  let lists: string[][] | undefined;
  const texts = () => passages.map(({ text, context }) => (context ? `${context}\n${text}` : text));
  return async question => {
    lists ??= texts().map(contentTerms);
    const scores = searchTerms(lists, [...new Set(contentTerms(questionIn(question)))]);
    const byWords = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([index]) => index);
    const near = meaning && (await cosinesIn(passages, question, meaning));
    const byMeaning = near && [...passages.keys()].sort((a, b) => near[b]! - near[a]! || a - b);
    const order = byMeaning ? fused(byWords, byMeaning) : byWords;
    const chunks = order.map(index => passages[index]!);
    const again = await meaning?.rerank?.(question, chunks);
    return again?.map(chunk => order[chunks.indexOf(chunk)]!) ?? order;
  };
}

async function cosinesIn(
  passages: readonly Passage[],
  question: string,
  meaning: Meaning,
): Promise<number[] | undefined> {
  const documents = [...new Set(passages.map(({ document }) => document))];
  const parts: IndexedDocument[] = [];
  for (const document of documents) parts.push({ document, index: await indexed(document) });
  const compared = await meaning.compare(parts, question);
  return (
    compared &&
    passages.map(passage => {
      const near = compared[documents.indexOf(passage.document)]!;
      return near.near[nearestHalf(passage, near)]!;
    })
  );
}

// Reciprocal rank fusion (Cormack et al., 2009), with its usual constant.
function fused(...rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [rank, index] of ranking.entries())
      scores.set(index, (scores.get(index) ?? 0) + 1 / (60 + rank + 1));
  }
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([index]) => index);
}

import type { Passage } from '../cited-extract.ts';
import { characters, type IndexedSpan, passageOf } from './document-index.ts';
import { type IndexedDocument, type Nearness, nearestHalf } from './meaning.ts';

/** A document that was compared with a question. */
export interface ComparedPart extends IndexedDocument {
  readonly nearness: Nearness;
}

/** A half of a passage, by the part and the position in it. */
interface Half {
  readonly part: ComparedPart;
  readonly at: number;
}

// The usual constant of reciprocal rank fusion (Cormack et al., 2009).
const fusion = 60;
// So many halves, which come to about five passages, are those that both orders name; below them
// meaning leads: words are right at the head of their order or not at all.
const head = 8;

/**
 * Joins an order by words, of stretches of documents, with that by meaning, and gives the passages
 * around what comes first: the nearest half, grown by its neighbours, the nearer one first.
 */
export function joinOrders(
  parts: readonly ComparedPart[],
  byWords: readonly { readonly part: ComparedPart; readonly span: IndexedSpan }[],
  most: number,
): Passage[] {
  const halves = parts.flatMap(part => part.nearness.halves.map((_, at): Half => ({ part, at })));
  const near = ({ part, at }: Half) => part.nearness.cosines[at]!;
  const byMeaning = halves.map((half, order) => ({ half, order, near: near(half) }));
  byMeaning.sort((a, b) => b.near - a.near || a.order - b.order);
  const scores = new Map(byMeaning.map(({ half }, rank) => [half, 1 / (fusion + rank + 1)]));
  const firstOf = new Map<ComparedPart, number>();
  for (const [order, { part, at }] of halves.entries()) if (at === 0) firstOf.set(part, order);
  const named = new Set(
    byWords.map(({ part, span }) => halves[firstOf.get(part)! + nearestHalf(span, part.nearness)]!),
  );
  for (const [rank, half] of [...named].entries())
    scores.set(half, scores.get(half)! + 1 / (fusion + rank + 1));
  const both = [...scores].sort(([, a], [, b]) => b - a).slice(0, head);
  return grown([...both.map(([half]) => half), ...byMeaning.map(({ half }) => half)], most);
}

function grown(order: readonly Half[], most: number): Passage[] {
  const takenByPart = new Map<ComparedPart, Set<number>>();
  const passages: Passage[] = [];
  for (const { part, at } of order) {
    if (passages.length === most) break;
    const taken = takenByPart.get(part) ?? new Set();
    takenByPart.set(part, taken);
    if (!taken.has(at)) passages.push(passageAround(part, at, taken));
  }
  return passages;
}

function passageAround(
  { document, nearness }: ComparedPart,
  at: number,
  taken: Set<number>,
): Passage {
  const { halves, cosines } = nearness;
  let [first, last] = [at, at];
  taken.add(at);
  const fits = (from: number, to: number, next: number) =>
    halves[next] !== undefined &&
    !taken.has(next) &&
    halves[to]!.end - halves[from]!.start <= characters;
  for (;;) {
    const [before, after] = [first - 1, last + 1];
    const canBefore = fits(before, last, before);
    const canAfter = fits(first, after, after);
    if (!canBefore && !canAfter) break;
    if (canBefore && !(canAfter && cosines[after]! >= cosines[before]!)) first = before;
    else last = after;
    taken.add(first).add(last);
  }
  const { start, context } = halves[first]!;
  return passageOf(document, { start, end: halves[last]!.end, ...(context && { context }) });
}

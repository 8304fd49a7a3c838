import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import MiniSearch from 'minisearch';
import { loadDocuments } from '../../src/index.ts';

/** A question on a document, with its answer and marked evidence. */
export interface Question {
  readonly id: string;
  readonly part: string;
  readonly file: string;
  readonly question: string;
  readonly answer: string;
  readonly answerable: boolean;
  /** Whether every quote is needed, or any of them answers. */
  readonly need: 'all' | 'any';
  readonly evidence: readonly { readonly quote: string }[];
}

/**
 * Reads the questions of a folder of documents: each line of `questions.jsonl` names its file. A
 * page of help, `page.md`, has questions that say how the line that answers them begins, and others
 * in `unanswerable.jsonl`.
 */
export function questionsIn(dir: string): Question[] {
  if (isHelp(dir)) return questionsOnPage(dir);
  return linesIn<Question>(join(dir, 'questions.jsonl'));
}

/** Whether a folder holds a page of help with questions in users' words. */
export function isHelp(dir: string | undefined): boolean {
  return dir !== undefined && existsSync(join(dir, 'page.md'));
}

function questionsOnPage(dir: string): Question[] {
  const lines = readFileSync(join(dir, 'page.md'), 'utf8').split('\n');
  const kinds = ['questions.jsonl', 'unanswerable.jsonl'].map(name => join(dir, name));
  return kinds.flatMap(path =>
    linesIn<{ readonly question: string; readonly answer?: string }>(path).map(
      ({ question, answer: beginning }, at): Question => {
        const answer = lines.find(line => beginning !== undefined && line.startsWith(beginning));
        return {
          id: `${basename(dir)} ${basename(path, '.jsonl')} ${at + 1}`,
          ...{ part: 'all', file: 'page.md', question, answer: answer ?? '' },
          ...{ answerable: answer !== undefined, need: 'all' },
          evidence: answer === undefined ? [] : [{ quote: answer }],
        };
      },
    ),
  );
}

function linesIn<Line>(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line) as Line);
}

const texts = new Map<string, Promise<string>>();

/** The text of a document of the folder; it is read once. */
export function textIn(dir: string, file: string): Promise<string> {
  const path = join(dir, file);
  const known = texts.get(path) ?? loadDocuments([path]).then(found => found.documents[0]!.text);
  texts.set(path, known);
  return known;
}

/**
 * The best passages of a plain search: BM25 of words (k1 1.2, b .75), joined with an embedder's
 * order by reciprocal rank (constant 60) where there is one.
 */
export function bestPassages(
  passages: readonly string[],
  question: string,
  { most, nearness }: { readonly most: number; readonly nearness?: readonly number[] | undefined },
): string[] {
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: words => words.match(/[\p{L}\p{N}]+/gu) ?? [],
    searchOptions: { bm25: { k: 1.2, b: 0.75, d: 0 } },
  });
  index.addAll(passages.map((text, id) => ({ id, text })));
  const byWords = index.search(question).map(({ id }) => id as number);
  const byMeaning = nearness
    ? [...passages.keys()].sort((a, b) => nearness[b]! - nearness[a]!)
    : [];
  const scores = new Map<number, number>();
  for (const order of [byWords, byMeaning]) {
    for (const [rank, at] of order.entries())
      scores.set(at, (scores.get(at) ?? 0) + 1 / (61 + rank));
  }
  const order = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return order.slice(0, most).map(([at]) => passages[at]!);
}

/** Whether passages hold the marked evidence of a question. */
export function holdEvidence({ need, evidence }: Question, passages: readonly string[]): boolean {
  const levelled = passages.map(level);
  const isHeld = ({ quote }: { readonly quote: string }) =>
    levelled.some(passage => passage.includes(level(quote)) || level(quote).includes(passage));
  return need === 'any' ? evidence.some(isHeld) : evidence.every(isHeld);
}

function level(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
  chain,
  documentCall,
  extractive,
  type LanguageModel,
  loadDocuments,
  minions,
  model,
  notConfigured,
} from '../../src/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { bestByWords } from './best-by-words.ts';
import { share } from './share.ts';

interface Question {
  readonly part: string;
  readonly file: string;
  readonly question: string;
  readonly answerable: boolean;
  readonly need: 'all' | 'any';
  readonly evidence: readonly { readonly quote: string }[];
}

interface Shown {
  readonly quotes: readonly string[];
  readonly isCited: boolean;
  /** That it was found in another way than asked for, such as without the reranker. */
  readonly isWarned: boolean;
}

const first = 5;
const further = 20;
const reread = ', reranked';

/**
 * `npm run evals -- real-documents DIR [PART] [--embedder URL --model NAME] [--reranker MODEL]`:
 * what is found in real documents without a language model, beside a plain search; with the
 * address of a server that answers `/v1/embeddings`, by meaning too; with a model, such as
 * `llama-server:NAME@http://127.0.0.1:8080/v1`, or the address of a server that answers
 * `/v1/rerank`, read again in another order. DIR holds the documents and `questions.jsonl`, each
 * line with `file`, `question`, `answerable`, `evidence` (quotes), `need` (`all` or `any` of them)
 * and `part`.
 */
export async function realDocumentsEval(argv: readonly string[]): Promise<EvalResult> {
  const { values: asked, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      embedder: { type: 'string' },
      model: { type: 'string', default: 'e5' },
      reranker: { type: 'string' },
    },
  });
  const [dir, part = 'tune'] = positionals;
  const notes = [
    'Found: the evidence stands among the first five passages cited or nearest, in their order.',
    'Plain search: BM25 of words (k1 1.2, b .75) over passages of 800 characters, its best five.',
    'Chance: five passages drawn at random. Intervals: Wilson, 95 %.',
  ];
  if (dir === undefined || !existsSync(join(dir, 'questions.jsonl'))) {
    const skipped = 'give a folder of documents with questions.jsonl';
    return { eval: 'real documents without a model', notes, rows: [], skipped };
  }
  const questions = questionsIn(dir).filter(each => part === 'all' || each.part === part);
  const ways = waysOf(asked);
  const rows: EvalRow[] = [];
  const plain = await plainRows(dir, questions);
  let before: ReadonlyMap<Question, Shown> | undefined;
  for (const [name, model] of Object.entries(ways)) {
    const shown = new Map<Question, Shown>();
    for (const question of questions)
      shown.set(question, await askOf(model, await textOf(dir, question.file), question));
    rows.push(...rowsOf(name, shown, plain.found));
    const warned = [...shown.values()].filter(({ isWarned }) => isWarned).length;
    if (warned > 0)
      rows.push({ what: `${name}: found without it`, value: share(warned, shown.size) });
    if (before && name.endsWith(reread)) rows.push(...pairedRows(name, before, shown));
    before = shown;
  }
  return {
    eval: `real documents without a model, part ${part}`,
    notes,
    rows: [...plain.rows, ...rows],
  };
}

interface Asked {
  readonly embedder?: string;
  readonly model: string;
  readonly reranker?: string;
}

function waysOf({ embedder, model: name, reranker }: Asked): Record<string, LanguageModel> {
  const local = extractive();
  const cloud = notConfigured();
  const meant = embedder !== undefined && { embedder: { endpoint: embedder, model: name } };
  const found = meant ? 'minions by meaning' : 'minions';
  const walked = !meant && { chain: chain({ worker: local, manager: cloud }) };
  return {
    [found]: minions({ local, cloud, ...meant }),
    ...walked,
    ...(reranker !== undefined && {
      [`${found}${reread}`]: minions({
        ...{ local, cloud, ...meant },
        reranker: /^https?:/.test(reranker)
          ? { endpoint: reranker, model: 'reranker' }
          : model(reranker),
      }),
    }),
  };
}

function questionsIn(dir: string): Question[] {
  const lines = readFileSync(join(dir, 'questions.jsonl'), 'utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line) as Question);
}

const texts = new Map<string, Promise<string>>();

function textOf(dir: string, file: string): Promise<string> {
  const known =
    texts.get(file) ?? loadDocuments([join(dir, file)]).then(({ documents }) => documents[0]!.text);
  texts.set(file, known);
  return known;
}

async function askOf(
  model: ReturnType<typeof minions>,
  text: string,
  { question, file }: Question,
): Promise<Shown> {
  const answer = await model.doGenerate(documentCall(question, [{ title: file, text }]));
  const sources = answer.content
    .filter(part => part.type === 'source')
    .map(part => part.providerMetadata?.tandem as { quote: string; kind?: string });
  return {
    quotes: sources.map(({ quote }) => quote),
    isCited: sources.some(({ kind }) => kind !== 'nearest'),
    isWarned: answer.warnings.some(
      warning => warning.type === 'other' && warning.message.startsWith('Passages '),
    ),
  };
}

async function plainRows(dir: string, questions: readonly Question[]) {
  const answerable = questions.filter(each => each.answerable);
  const found = new Set<Question>();
  let chance = 0;
  for (const question of answerable) {
    const { best, drawn } = bestByWords(await textOf(dir, question.file), question.question, first);
    if (holds(question, best)) found.add(question);
    chance += drawn.filter(passages => holds(question, passages)).length / drawn.length;
  }
  const rows: EvalRow[] = [
    { what: 'plain search: evidence found', value: share(found.size, answerable.length) },
    {
      what: 'by chance: evidence found',
      value: (chance / Math.max(1, answerable.length)).toFixed(2),
    },
  ];
  return { found, rows };
}

function rowsOf(
  name: string,
  shown: ReadonlyMap<Question, Shown>,
  plain: ReadonlySet<Question>,
): EvalRow[] {
  const asked = [...shown];
  const answerable = asked.filter(([question]) => question.answerable);
  const others = asked.filter(([question]) => !question.answerable);
  const foundIn = (most: number) =>
    answerable.filter(([question, { quotes }]) => holds(question, quotes.slice(0, most)));
  const found = foundIn(first);
  const cited = (of: typeof asked) => of.filter(([, { isCited }]) => isCited).length;
  return [
    {
      what: `${name}: evidence found`,
      value: share(found.length, answerable.length),
      wanted: `at least ${plain.size} of ${answerable.length}, as the plain search`,
      isMet: found.length >= plain.size,
    },
    {
      what: `${name}: evidence among the first twenty`,
      value: share(foundIn(further).length, answerable.length),
    },
    {
      what: `${name}: a passage cited where there is an answer`,
      value: share(cited(answerable), answerable.length),
      wanted: 'at least .6',
      isMet: cited(answerable) >= 0.6 * answerable.length,
    },
    {
      what: `${name}: a passage cited where there is none`,
      value: share(cited(others), others.length),
      wanted: 'at most 3 of 16',
      isMet: cited(others) <= (3 / 16) * others.length,
    },
  ];
}

// Of the same questions: what the new order finds that the one before did not, and the reverse.
function pairedRows(
  name: string,
  before: ReadonlyMap<Question, Shown>,
  after: ReadonlyMap<Question, Shown>,
): EvalRow[] {
  const asked = [...after.keys()].filter(question => question.answerable);
  return [first, further].map(most => {
    const found = (of: ReadonlyMap<Question, Shown>) =>
      asked.map(question => holds(question, of.get(question)!.quotes.slice(0, most)));
    const [was, is] = [found(before), found(after)];
    const won = asked.filter((_, n) => is[n] && !was[n]).length;
    const lost = asked.filter((_, n) => was[n] && !is[n]).length;
    return {
      what: `${name}: won and lost among the first ${most}, paired`,
      value: `+${won} −${lost} of ${asked.length}`,
    };
  });
}

function holds({ need, evidence }: Question, passages: readonly string[]): boolean {
  const levelled = passages.map(level);
  const isHeld = ({ quote }: { quote: string }) =>
    levelled.some(passage => passage.includes(level(quote)));
  return need === 'any' ? evidence.some(isHeld) : evidence.every(isHeld);
}

function level(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

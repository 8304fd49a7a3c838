import { plainPassages } from '../../../evals/reading/best-by-words.ts';
import { citedIds } from '../../../src/algorithms/finding/cited-ids.ts';
import { documentCall, type LanguageModel, minions, textOf, userCall } from '../../../src/index.ts';
import {
  bestPassages,
  holdEvidence,
  type Question,
  questionsIn,
  textIn,
} from '../document-questions.ts';
import { countFigure, type Figure, type Measured, resampled, share } from '../figures.ts';
import { isMadeUp, isRightAnswer } from '../read-answers.ts';
import { type Bench, pairOf } from '../stand.ts';
import type { Wire } from '../wire.ts';

const most = 3;
// Of more questions every second is asked.
const mostWhole = 50;

/** What a way of answering made of a question. */
interface Looked {
  readonly text: string;
  readonly isRight: boolean;
  readonly isCited: boolean;
  readonly tokens: number;
}

interface Row {
  readonly question: Question;
  readonly ours: Looked;
  readonly plain: Looked;
}

/**
 * Questions on real documents: MINIONS with small workers and a larger model as its cloud, beside
 * the same cloud with the three best passages of a plain search and no way to abstain.
 */
export async function lookups(bench: Bench): Promise<Measured> {
  const { documents } = bench;
  const pair = await pairOf(bench);
  if (documents === undefined || typeof pair === 'string') {
    const why = typeof pair === 'string' ? pair : 'no `--documents` with a questions.jsonl';
    return { figures: [], skipped: [`lookups: ${why}`] };
  }
  const known = questionsIn(documents);
  const all = inTurns(known, known.length > mostWhole ? 2 : 1);
  const questions = all.slice(0, bench.rows ?? all.length);
  const embedder = bench.embedder && { endpoint: `${bench.embedder}/v1`, model: 'e5' };
  const asked = minions({
    local: pair.local.model,
    cloud: pair.cloud.model,
    plan: 'plain',
    concurrency: 1,
    ...(embedder && { embedder }),
  });
  const rows: Row[] = [];
  for (const question of questions) {
    const text = await textIn(documents, question.file);
    const row = await rowOf(question, {
      ours: () => oursOf(asked, question, text),
      plain: () => plainOf(bench, pair.cloud.model, { question, text }),
      wire: pair.cloud.wire!,
    }).catch((error: unknown) => {
      // Of a replay that ends early what was kept is told.
      if (!bench.isReplay) throw error;
    });
    if (!row) break;
    bench.note(JSON.stringify({ ...row, question: row.question.id, is: question.answer }));
    rows.push(row);
  }
  const left = questions.length - rows.length;
  return {
    figures: figuresOf(rows),
    skipped: left > 0 ? [`${left} of ${questions.length} questions`] : [],
  };
}

// Every `step`th of those with an answer and of those without, in turns: an early end is fair.
function inTurns(questions: readonly Question[], step: number): Question[] {
  const chosen = [true, false].map(has =>
    questions.filter(({ answerable }) => answerable === has).filter((_, at) => at % step === 0),
  );
  const [answerable = [], others = []] = chosen;
  const each = Math.floor(answerable.length / Math.max(1, others.length));
  return answerable.flatMap((question, at) => {
    const other = at % each === each - 1 ? others[Math.floor(at / each)] : undefined;
    return other ? [question, other] : [question];
  });
}

async function rowOf(
  question: Question,
  ways: {
    readonly ours: () => Promise<Omit<Looked, 'tokens' | 'isRight'>>;
    readonly plain: () => Promise<Omit<Looked, 'tokens' | 'isRight'>>;
    readonly wire: Wire;
  },
): Promise<Row> {
  const counted = async (way: () => Promise<Omit<Looked, 'tokens' | 'isRight'>>) => {
    const from = ways.wire.crossings.length;
    const said = await way();
    const since = ways.wire.crossings.slice(from);
    const tokens = since.reduce((sum, each) => sum + each.inputTokens + each.outputTokens, 0);
    const isRight = question.answerable && isRightAnswer(question, said.text);
    return { ...said, tokens, isRight };
  };
  return { question, ours: await counted(ways.ours), plain: await counted(ways.plain) };
}

async function oursOf(asked: ReturnType<typeof minions>, question: Question, text: string) {
  const call = documentCall(question.question, [{ title: question.file, text }], {
    temperature: 0,
    maxOutputTokens: 80,
  });
  const answer = await asked.doGenerate(call);
  const said = textOf(answer);
  const ids = citedIds(said);
  const sources = answer.content.filter(part => part.type === 'source');
  const named = sources.filter(({ id }) => ids.includes(id));
  // An answer that names none is given with all of them.
  const quotes = (named.length > 0 ? named : sources).map(({ providerMetadata }) =>
    String(providerMetadata?.tandem?.quote),
  );
  return { text: said, isCited: question.answerable && holdsSome(question, quotes) };
}

async function plainOf(
  bench: Bench,
  cloud: LanguageModel,
  { question, text }: { readonly question: Question; readonly text: string },
) {
  const passages = plainPassages(text);
  const nearness = await bench.embed?.(question.question, passages);
  const best = bestPassages(passages, question.question, { most, nearness });
  const prompt =
    `<text>\n${best.join('\n---\n')}\n</text>\n\n` +
    `Answer the question from the text in one short sentence.\nQuestion: ${question.question}`;
  const answer = await cloud.doGenerate(userCall(prompt, { temperature: 0, maxOutputTokens: 50 }));
  return { text: textOf(answer), isCited: question.answerable && holdEvidence(question, best) };
}

// What is cited may be one of several places that are needed.
function holdsSome(question: Question, quotes: readonly string[]): boolean {
  return holdEvidence({ ...question, need: 'any' }, quotes);
}

function figuresOf(rows: readonly Row[]): Figure[] {
  const answerable = rows.filter(({ question }) => question.answerable);
  const others = rows.filter(({ question }) => !question.answerable);
  const count = (of: readonly Row[], test: (row: Row) => boolean) => of.filter(test).length;
  const right = count(answerable, ({ ours }) => ours.isRight);
  const plain = count(answerable, row => row.plain.isRight);
  const paired = resampled(answerable.length, weights => {
    const gained = weights.reduce((sum, weight, at) => {
      const { ours, plain: other } = answerable[at]!;
      return sum + weight * (Number(ours.isRight) - Number(other.isRight));
    }, 0);
    return gained / Math.max(1, answerable.length);
  });
  const madeUp = count(others, ({ ours }) => isMadeUp(ours.text));
  const plainMadeUp = count(others, row => isMadeUp(row.plain.text));
  return [
    countFigure('MINIONS on real documents: right', [right, answerable.length], {
      baseline:
        `three passages to the same cloud ${plain}; paired ` +
        `${share(paired.low)} to ${share(paired.high)}`,
      wanted: [`at least ${plain}`, (_, value) => value >= plain],
    }),
    countFigure(
      'right, and evidence among what the answer cites',
      [count(answerable, ({ ours }) => ours.isRight && ours.isCited), answerable.length],
      {
        baseline: `right, and evidence among the three passages ${count(
          answerable,
          row => row.plain.isRight && row.plain.isCited,
        )}`,
      },
    ),
    tokensFigure(rows),
    countFigure('without an answer: something made up', [madeUp, others.length], {
      baseline: `three passages to the same cloud ${plainMadeUp}`,
      wanted: [`fewer than ${plainMadeUp}`, (_, value) => value < plainMadeUp],
    }),
    countFigure(
      '"nothing in the document" where there is an answer',
      [count(answerable, ({ ours }) => /^Nothing in /m.test(ours.text)), answerable.length],
      { wanted: ['0', (_, value) => value === 0] },
    ),
  ];
}

function tokensFigure(rows: readonly Row[]): Figure {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [ours, plain] = [sum(row => row.ours.tokens), sum(row => row.plain.tokens)];
  return {
    what: 'tokens of the cloud',
    value: `${ours}`,
    n: rows.length,
    baseline: `three passages ${plain}`,
    wanted: { says: 'at most 3 times', holds: ours <= 3 * plain },
  };
}

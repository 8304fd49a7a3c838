// What the analyst is worth: ten questions on the report, beside the three best passages of a plain
// search, and beside a cloud model that is sent the whole report each time.
//
//   node examples/document-analysis/eval.ts [--local SPEC --cloud SPEC] [--most N]
import { direct, run, summaryOf, TandemError, textOf, userCall } from 'tandem';
import { costOf, priceOf } from 'tandem/backends';
import type { Document } from 'tandem/runs';
import { doubleOf } from 'tandem/testing';
import { type Figure, paired, points, report, share, usd } from '../job/figures.ts';
import { readPair } from '../job/pair.ts';
import { searchOver } from '../job/search.ts';
import { tapped } from '../job/tapped.ts';
import {
  questions as all,
  analyst,
  cloudStandIn,
  type Read,
  type ReportQuestion,
  read,
  readReport,
} from './analyst.ts';

const named = await readPair({ most: 'string' });
const { model: cloud, sent } = tapped(named.cloud ?? cloudStandIn());
const document = await readReport();
const model = analyst(named.local, cloud);
const questions = all.slice(0, Number(named.options.most ?? all.length));
const price = priceOf('gpt-4.1');
const asIf = (characters: number, output: number) =>
  costOf({ input: Math.ceil(characters / 4), cachedInput: 0, output }, price);

const answerable = questions.filter(({ expected }) => expected !== undefined);
const outputTokens = 60;

// Passages of about 800 characters, as the pattern sends them.
const search = searchOver(passagesIn(document).map(text => ({ title: '', text })));
const best3 = (question: string) =>
  search(question)
    .slice(0, 3)
    .map(({ text }) => text)
    .join('\n');

function passagesIn({ text }: Document): string[] {
  const passages: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const last = passages.at(-1);
    if (last !== undefined && last.length + paragraph.length < 800)
      passages[passages.length - 1] = `${last}\n\n${paragraph}`;
    else passages.push(paragraph);
  }
  return passages;
}

const said = (text: string, { expected = '' }: ReportQuestion) =>
  text.replace(/\s+/g, ' ').includes(expected);
const isCited = ({ cited }: Read, question: ReportQuestion) =>
  cited.some(({ page }) => page === question.page);

// The reader that plays the cloud composes of finds alone; a cloud model is sent the three nearest
// passages too. Who only writes down what it is sent shows what that would be.
const mute = tapped(
  doubleOf({ modelId: 'mute', place: 'cloud' }, () => ({ text: 'Written down.' })),
);
const asked = named.cloud
  ? { model, sent }
  : { model: analyst(named.local, mute.model), sent: mute.sent };

const rows: { question: ReportQuestion; answer: Read; given: string }[] = [];
for (const question of questions) {
  const before = asked.sent.length;
  const answer = await read(model, document, question.question, named.prices);
  if (!named.cloud) await read(asked.model, document, question.question);
  rows.push({ question, answer, given: asked.sent.slice(before).join('\n') });
}
const known = rows.filter(({ question }) => question.expected !== undefined);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const ones = (is: (row: (typeof rows)[number]) => boolean) => known.map(row => Number(is(row)));
const right = ones(
  ({ question, answer }) => said(answer.text, question) && isCited(answer, question),
);
const told = ones(({ question, answer }) => said(answer.text, question));
const given = ones(({ question, given: text }) => said(text, question));
const plain = ones(({ question }) => said(best3(question.question), question));
const plainCost = sum(
  questions.map(({ question }) => Number(asIf(best3(question).length, outputTokens))),
);
const ourCost = named.cloud
  ? sum(rows.map(({ answer }) => answer.costUsd))
  : sum(rows.map(row => Number(row.given === '' ? 0 : asIf(row.given.length, outputTokens))));
const whole = await wholeReport();
const fromPassages = await threePassagesRight();
const silent = rows.filter(
  ({ question, answer }) => question.expected === undefined && answer.cited.length === 0,
);

/** The cloud model with the three passages of a plain search, and nothing else. */
async function threePassagesRight(): Promise<readonly number[] | undefined> {
  const { cloud: larger } = named;
  if (!larger) return undefined;
  const right: number[] = [];
  for (const question of answerable) {
    const prompt =
      `<text>\n${best3(question.question)}\n</text>\n\n` +
      `Answer the question from the text in one short sentence.\nQuestion: ${question.question}`;
    const answer = await direct(larger).doGenerate(
      userCall(prompt, { temperature: 0, maxOutputTokens: outputTokens }),
    );
    right.push(Number(said(textOf(answer), question)));
  }
  return right;
}

/** The cloud model with the whole report each time; without one, its price alone. */
async function wholeReport(): Promise<{ readonly right: string; readonly costUsd?: number }> {
  const { cloud: larger, prices } = named;
  if (!larger) {
    const costUsd = questions.length * Number(asIf(document.text.length, outputTokens));
    return { right: 'not measured without a model', costUsd };
  }
  let [count, costUsd] = [0, 0];
  for (const question of questions) {
    const call = userCall(`${document.text}\n\n${question.question} Answer in one sentence.`);
    const answer = await run({ prices }, async () => direct(larger).doGenerate(call)).catch(
      (error: unknown) => {
        if (!TandemError.isInstance(error) || error.code !== 'model_failed') throw error;
        // A small model has no room for a report, which is a finding too.
        return undefined;
      },
    );
    if (!answer) return { right: `not measured: ${larger.modelId} could not be asked it whole` };
    const cost = summaryOf(answer)?.costUsd;
    costUsd += typeof cost === 'number' ? cost : 0;
    if (question.expected !== undefined && said(textOf(answer), question)) count++;
  }
  return { right: share(count, answerable.length), costUsd };
}

const n = answerable.length;
// Of a model that is asked, the price of what is not asked is not known.
const threePassages = named.cloud ? '' : `; three passages ${usd(plainCost)}`;

const wholeCost = whole.costUsd === undefined ? '' : `; whole report ${usd(whole.costUsd)}`;

const figures: Figure[] = [
  { what: 'three best passages of a plain search hold the answer', value: share(sum(plain), n) },
  {
    what: 'what the cloud model is given holds the answer',
    value: share(sum(given), n),
    wanted: ['not below the three passages', sum(given) >= sum(plain)],
  },
  { what: 'the same, against the three passages', value: points(paired(given, plain)) },
  { what: 'right, with the right page cited', value: share(sum(right), n) },
  ...(fromPassages
    ? [
        { what: 'right, whatever is cited', value: share(sum(told), n) },
        {
          what: 'cloud model with the three passages: right',
          value: share(sum(fromPassages), n),
        },
        { what: 'right, against the three passages', value: points(paired(told, fromPassages)) },
      ]
    : []),
  { what: 'cloud model with the whole report: right', value: whole.right },
  {
    what: 'questions without an answer that cite nothing',
    value: share(silent.length, questions.length - n),
  },
  {
    what: 'sentences marked as said by nothing in the report',
    value: String(sum(rows.map(({ answer }) => answer.unsupported.length))),
  },
  {
    what: `price of ${questions.length} questions (${named.cloud?.modelId ?? 'as gpt-4.1'})`,
    value: `${usd(ourCost)}${wholeCost}${threePassages}`,
    ...(whole.costUsd !== undefined && {
      wanted: ['below the whole report', ourCost < whole.costUsd] as const,
    }),
  },
  {
    what: 'what left',
    value:
      `${asked.sent.join('').length} characters; whole report ` +
      `${questions.length * document.text.length}`,
  },
];
report(
  'Document analysis',
  [
    `Data: report.pdf (${document.text.length} characters, 21 pages, invented) and ` +
      `questions.jsonl: ${n} with an answer, ${questions.length - n} without.`,
    ...(named.local ? [] : ['Local: the extractive reader, which is no language model.']),
    ...(named.cloud ? [] : ['Cloud: the reader again, told to be elsewhere, priced as gpt-4.1.']),
  ],
  figures,
);

// What the desk is worth: 100 questions in customers' own words and 20 that it must not answer,
// after a calibration on 120 others.
//
//   node examples/customer-service/eval.ts                        the reader and a simulation
//   node examples/customer-service/eval.ts --local SPEC --cloud SPEC      two models
//   … --most N      N to calibrate and N to test, where models are slow
//   … --embedder URL --embedding NAME      articles are found by meaning
import { writeFileSync } from 'node:fs';
import { extractive, TandemError } from 'tandem';
import { type PriceByModel, priceOf } from 'tandem/backends';
import {
  type Calibration,
  calibrate,
  collectOutcome,
  type OutcomeRow,
  parseOutcomes,
  scoreRows,
} from 'tandem/eval';
import { type Figure, paired, points, report, share, usd } from '../job/figures.ts';
import { byMeaning, readPair } from '../job/pair.ts';
import { articlesOn, asksForPerson, deskCall, finderOf, handOver } from './desk.ts';
import { isRight, type Question, questions, simulatedLarge } from './questions.ts';

const {
  local: named,
  cloud: larger,
  embedder,
  options,
  prices: given,
} = await readPair({ ...byMeaning, out: 'string', most: 'string' });
const chosen = (['cal', 'test'] as const).flatMap(split =>
  questions.filter(each => each.split === split).slice(0, Number(options.most ?? questions.length)),
);
const local = named ?? extractive();
const cloud = larger ?? simulatedLarge();
const signals = named ? ['minProbability', 'characters'] : ['retrieval'];
// The simulation is charged as gpt-4.1 would be, by the characters that it is sent.
const prices: PriceByModel = larger ? given : { 'simulated-large': priceOf('gpt-4.1')! };
const quality = 0.9;
const confidence = 0.9;
const find = finderOf(embedder);
const laid = new Map<string, Awaited<ReturnType<typeof articlesOn>>>();
for (const { prompt } of chosen) laid.set(prompt, await articlesOn(find, prompt));

async function outcomeOf(question: Question): Promise<OutcomeRow> {
  const row = await collectOutcome(question, {
    local,
    cloud,
    signals,
    callOf: ({ prompt }) => deskCall(prompt, laid.get(prompt)!),
    run: { prices },
  });
  // Where no article is found the desk asks neither.
  const hasArticles = laid.get(question.prompt)!.length > 0;
  const graded = (role: 'local' | 'cloud') => {
    const answer = hasArticles ? (row[role].answer ?? '') : handOver;
    return { ...row[role], answer, correct: isRight(question, answer) ? 1 : 0 };
  };
  return { ...row, local: graded('local'), cloud: graded('cloud') };
}

// Two at a time: while one model works on a question, the other may work on the next.
const rows: OutcomeRow[] = [];
const waiting = [...chosen.entries()];
const work = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift())
    rows[next[0]] = await outcomeOf(next[1]);
};
await Promise.all([work(), work()]);
const text = rows.map(row => JSON.stringify(row)).join('\n');
const test = rows.filter(({ split }) => split === 'test');
const cal = rows.filter(({ split }) => split === 'cal');
const log = parseOutcomes(cal.map(row => JSON.stringify(row)).join('\n'), 'outcomes');
const fitted = calibrated();

// A local model that is never right, or always, leaves nothing to be fitted.
function calibrated(): { readonly calibration?: Calibration; readonly refusal: string } {
  try {
    const found = calibrate(
      { ...log, rows: log.rows.map(({ split: _, ...row }) => row) },
      {
        name: 'customer-service',
        demands: { quality, measure: 'kept', confidence },
        date: new Date().toISOString().slice(0, 10),
      },
    );
    return found.calibration ? { ...found, refusal: '' } : { refusal: found.refusal };
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return { refusal: error.message };
  }
}

if (typeof options.out === 'string') writeFileSync(options.out, `${text}\n`);

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const right = (role: 'local' | 'cloud') => sum(test.map(row => row[role].correct));
const cloudCost = sum(test.map(row => row.cloud.costUsd ?? 0));

function ofCascade(calibration: Calibration): Figure[] {
  const scores = scoreRows(calibration, test);
  const accepted = scores.map(({ score }) => score >= calibration.threshold);
  const correct = test.map((row, n) => (accepted[n] ? row.local : row.cloud).correct);
  const liked = test.filter(row => row.cloud.correct === 1).length;
  const kept = test.filter((row, n) => row.cloud.correct === 1 && correct[n] === 1).length;
  const spent = sum(
    test.map((row, n) => (row.local.costUsd ?? 0) + (accepted[n] ? 0 : (row.cloud.costUsd ?? 0))),
  );
  const sent = accepted.filter(isAccepted => !isAccepted).length;
  const { escalation } = calibration.expected;
  return [
    {
      what: 'the desk keeps of what the larger model gets right',
      value: share(kept, liked),
      wanted: [`at least ${100 * quality} %`, kept >= quality * liked],
    },
    { what: 'sent to the larger model', value: share(sent, test.length) },
    { what: 'its calibration foresaw', value: `${Math.round(100 * escalation)} % sent` },
    {
      what: `cost of the ${test.length} questions, and of the larger model alone`,
      value: `${usd(spent)} and ${usd(cloudCost)}`,
      wanted: ['less', spent < cloudCost],
    },
    {
      what: 'against the larger model alone',
      value: points(
        paired(
          correct,
          test.map(row => row.cloud.correct),
        ),
      ),
    },
    {
      what: 'against the local model alone',
      value: points(
        paired(
          correct,
          test.map(row => row.local.correct),
        ),
      ),
    },
    { what: 'answered what it must not', value: wronglyAnswered(accepted) },
  ];
}

function wronglyAnswered(accepted: readonly boolean[]): string {
  const answered = test.filter((row, n) => {
    const answer = (accepted[n] ? row.local : row.cloud).answer ?? '';
    return row.reference === undefined && !asksForPerson(answer);
  });
  return share(answered.length, test.filter(row => row.reference === undefined).length);
}

const answerable = test.filter(row => row.reference !== undefined);
const byWords = finderOf();
const firstByWords = await Promise.all(answerable.map(async row => (await byWords(row.prompt))[0]));
const found = answerable.filter((row, n) => firstByWords[n]?.text.includes(row.reference!));
const holding = answerable.filter(row =>
  laid.get(row.prompt)!.some(({ text }) => text.includes(row.reference!)),
);
const told = test.filter(row => !asksForPerson(row.local.answer ?? ''));
const baselines: Figure[] = [
  {
    what: 'the first article of a plain search holds the answer',
    value: share(found.length, answerable.length),
  },
  {
    what: 'the articles that are laid before a model hold it',
    value: share(holding.length, answerable.length),
  },
  { what: `${local.modelId} alone is right`, value: share(right('local'), test.length) },
  {
    what: `${local.modelId} alone: right of what it answers`,
    value: share(told.filter(row => row.local.correct === 1).length, told.length),
  },
  { what: `${cloud.modelId} alone is right`, value: share(right('cloud'), test.length) },
];
const notes = [
  `Data: questions.jsonl and help-centre.md of this folder, invented; ` +
    `${cal.length} to calibrate, ${test.length} to test, parted by a hash.`,
  `Articles are found by ${embedder ? 'meaning' : 'words'}.`,
  ...(named ? [] : ['Local: the extractive reader, which is no language model.']),
  ...(larger ? [] : ['Larger: a simulation that is right in 95 of 100, priced as gpt-4.1.']),
  ...(fitted.calibration ? [`Guarantee: ${fitted.calibration.guarantee}`] : []),
];
const ours: Figure[] = fitted.calibration
  ? ofCascade(fitted.calibration)
  : [{ what: 'no calibration: everything goes to the larger model', value: fitted.refusal }];
report('Customer service', notes, [...baselines, ...ours]);

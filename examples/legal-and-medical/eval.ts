// What the memo is worth: twelve questions on the file, its planted contradictions, what left.
//
//   node examples/legal-and-medical/eval.ts [--local SPEC --cloud SPEC] [--most N]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractive, inCloud, openJournal } from 'tandem';
import { type Figure, paired, points, report, share } from '../job/figures.ts';
import { readPair } from '../job/pair.ts';
import { tapped } from '../job/tapped.ts';
import { readFile } from './case-file.ts';
import { contradictionsIn } from './contradictions.ts';
import { examine, type HalfAnswer } from './examine.ts';
import { instructionsOf, leakedWords } from './leaks.ts';

interface Asked {
  readonly question: string;
  /** Words of a right answer, or others. */
  readonly expected: string;
  readonly title: string;
}

const here = import.meta.dirname;
const named = await readPair({ most: 'string' });
const asked = readFileSync(join(here, 'questions.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Asked)
  .slice(0, Number(named.options.most ?? 100));
// What the file was written to contradict itself in, with a paper on either side.
const planted = [
  {
    about: 'the day of the accident',
    titles: ['07-accident-report-hotel.md', '01-discharge-letter.txt'],
  },
  { about: 'which wrist was hurt', titles: ['11-insurer-expert.md', '01-discharge-letter.txt'] },
  {
    about: 'what the patient does not bear',
    titles: ['03-anaesthesia-sheet.txt', '02-general-practitioner.txt'],
  },
  {
    about: 'where the warning sign stood',
    titles: ['07-accident-report-hotel.md', '09-witness-wilk.eml'],
  },
];

const local = named.local ?? extractive();
const { model: cloud, sent } = tapped(named.cloud ?? inCloud(extractive({ sentences: 1 })));
const papers = await readFile(join(here, 'file'));
using journal = openJournal({ path: ':memory:' });

const holds = (text: string, { expected }: Asked) =>
  expected.split('|').some(words => text.includes(words));
const isRight = (half: HalfAnswer, question: Asked) =>
  holds(half.text, question) && half.cited.some(({ title }) => title.includes(question.title));

let unsupported = 0;
const ours: number[] = [];
const plain: number[] = [];
const beside: number[] = [];
for (const question of asked) {
  const {
    here: stays,
    there,
    nearest,
  } = await examine(question.question, papers, {
    local,
    cloud,
    journal,
  });
  unsupported += stays.unsupported.length + there.unsupported.length;
  const isAnswered = isRight(stays, question) || isRight(there, question);
  const isNear = nearest.some(
    ({ quote, title }) => title.includes(question.title) && holds(quote, question),
  );
  ours.push(Number(isAnswered));
  plain.push(Number(isNear));
  beside.push(Number(isAnswered || isNear));
}
const found = contradictionsIn(papers);
const placed = planted.filter(({ about, titles }) => {
  const same = found.find(each => each.about === about);
  const sides = same?.values.map(([, places]) => places.map(({ title }) => title)) ?? [];
  const sideOf = (title: string) =>
    sides.findIndex(side => side.some(name => name.includes(title)));
  const [one, other] = titles.map(sideOf);
  return one !== other && one! >= 0 && other! >= 0;
});
const strange = found.filter(({ about }) => !planted.some(each => each.about === about));
const known = [...asked.map(({ question }) => question), ...(await instructionsOf(local))];
const recorded = (await journal.egress()).length;
const leaked = leakedWords(sent, papers, known);
// The count can be wrong only if it sees nothing: with the labels taken off it must see something.
const open = tapped(inCloud(extractive({ sentences: 1 })));
const bare = papers.map(paper => ({ ...paper, label: 'extracts' as const }));
for (const { question } of asked)
  await examine(question, bare, { local: extractive(), cloud: open.model, journal });
const unlabelled = leakedWords(open.sent, papers, known);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const read = papers.reduce((all, { text }) => all + text.length, 0);

const figures: Figure[] = [
  {
    what: 'three best sentences of a plain search hold the answer',
    value: share(sum(plain), asked.length),
  },
  { what: 'right and cited, in two sentences', value: share(sum(ours), asked.length) },
  { what: 'against the plain search', value: points(paired(ours, plain)) },
  {
    what: 'the memo, which shows both, holds the answer with its place',
    value: share(sum(beside), asked.length),
    wanted: ['not below the plain search', sum(beside) >= sum(plain)],
  },
  { what: 'sentences marked as said by no words of the file', value: String(unsupported) },
  {
    what: 'planted contradictions found, with both places',
    value: `${placed.length} of ${planted.length}`,
    wanted: ['at least 1', placed.length > 0],
  },
  { what: 'contradictions found that are none', value: String(strange.length) },
  {
    what: 'words of papers that must stay in what left',
    value: String(leaked.length),
    wanted: ['0', leaked.length === 0],
  },
  {
    what: 'the same, were those papers labelled extracts',
    value: String(unlabelled.length),
    wanted: ['more than 0', unlabelled.length > 0],
  },
  {
    what: 'what left, with questions and instructions',
    value: `${sent.length} calls, ${sent.join('').length} characters; the file has ${read}`,
  },
  {
    what: 'calls that left and stand in the record',
    value: `${recorded} of ${sent.length}`,
    wanted: ['all', recorded === sent.length],
  },
];
report(
  'Legal and medical files',
  [
    `Data: file/ and questions.jsonl of this folder, invented: ${papers.length} papers, ` +
      `${asked.length} questions.`,
    ...(named.local ? [] : ['Local: the extractive reader, which is no language model.']),
    ...(named.cloud ? [] : ['Cloud: the reader again, told to be elsewhere.']),
    'Contradictions are found by rules of words that were written with this file at hand.',
  ],
  figures,
);

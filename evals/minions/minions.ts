import { companyFiling, type FilingQuestion } from '../documents/company-filing.ts';
import type { Eval, EvalRow } from '../result.ts';
import { askOffline } from './ask-offline.ts';
import { evidenceOf, type Measured } from './evidence.ts';
import { topOne } from './plain-search.ts';
import { seeded } from './seeded.ts';

const sizes = [30_000, 300_000];

/**
 * `npm run evals -- minions`: how much of the evidence MINIONS finds in generated filings, with the
 * extractive reader as worker and a scripted reducer, beside plain BM25; and the same by `tandem
 * ask --doc` on a PDF of 300 pages.
 */
export const minionsEval: Eval = async () => {
  const rows: EvalRow[] = [];
  for (const tokens of sizes) rows.push(...(await filingRows(tokens)));
  rows.push(...(await askOffline()));
  return {
    eval: 'minions on generated company filings',
    notes: [
      'Worker: the extractive reader, which is no language model. Reducer: a script that takes ' +
        'the extract with most words of the question, amounts first.',
      'Recall: the share of evidence sentences or rows that are in the released extracts; ' +
        'seeded, the same every time.',
    ],
    rows,
  };
};

/** Asks a filing of a size every kind of question. */
async function filingRows(tokens: number): Promise<EvalRow[]> {
  const filing = companyFiling({ tokens, random: seeded(11) });
  const ofType = (type: FilingQuestion['type']) =>
    filing.questions.filter(question => question.type === type);
  const lookups = ofType('lookup');
  const size = `${tokens / 1000}k tokens`;
  process.stderr.write(`minions: ${size}\n`);
  const found = topOne(filing.text, lookups);
  const asked = await evidenceOf(filing, lookups, ({ question }) => question);
  const paraphrased = await evidenceOf(filing, lookups, ({ paraphrase }) => paraphrase);
  const rows: EvalRow[] = [
    {
      what: `${size}: plain BM25, evidence in its best chunk`,
      value: found,
      wanted: 'at most 0.8',
      isMet: found <= 0.8,
    },
    ...measuredRows(size, 'lookups', asked, { atLeast: 0.95 }),
    ...measuredRows(size, 'paraphrased lookups', paraphrased),
  ];
  for (const type of ['arithmetic', 'comparison'] as const) {
    const others = await evidenceOf(filing, ofType(type), ({ question }) => question);
    rows.push(...measuredRows(size, type, others));
  }
  return rows;
}

function measuredRows(
  size: string,
  what: string,
  measured: Measured,
  bar?: { readonly atLeast: number },
): EvalRow[] {
  const { recall, verbatim, covered, answered, seconds } = measured;
  const rows: EvalRow[] = [
    {
      what: `${size}: ${what}, evidence recall`,
      value: recall,
      ...(bar && { wanted: `at least ${bar.atLeast}`, isMet: recall >= bar.atLeast }),
    },
  ];
  if (!bar) return rows;
  return [
    ...rows,
    {
      what: `${size}: ${what}, citations verbatim at their offsets`,
      value: verbatim,
      wanted: 'exactly 1',
      isMet: verbatim === 1,
    },
    {
      what: `${size}: ${what}, chunks read`,
      value: covered,
      wanted: 'exactly 1',
      isMet: covered === 1,
    },
    { what: `${size}: ${what}, right answer of the scripted reducer`, value: answered },
    { what: `${size}: ${what}, seconds a question`, value: seconds },
  ];
}

import { readFileSync } from 'node:fs';
import { auroc, bootstrap, seededRandom } from '../../src/entries/eval.ts';
import { cascade, defaultGate, type Gate, userCall } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';

/** A draft of a real model, with quantiles of its token probabilities in place of its tokens. */
interface TalliedDraft {
  readonly task: string;
  readonly model: string;
  readonly request: string;
  readonly text: string;
  readonly right: boolean;
  readonly finish: string;
  readonly tokens: number;
  readonly probMean: number;
  readonly probMin: number;
  readonly probLow: number;
  readonly probFirst: number;
}

const singles = ['mean', 'least', 'low', 'first', 'short'] as const;
type Single = (typeof singles)[number];
type Scored = TalliedDraft & {
  readonly by: Readonly<Record<Single, number>>;
  readonly gate: number;
};
const fits: readonly (readonly Single[])[] = [
  ['mean', 'least'],
  ['mean', 'first'],
  ['mean', 'least', 'short'],
  ['mean', 'low', 'least', 'first', 'short'],
];

function draftsIn(file: string): readonly TalliedDraft[] | undefined {
  try {
    const given: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(given) ? given : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * `npm run evals -- combined FILE`: whether signals joined tell more than the best alone, of drafts
 * whose questions no program works out: the default gate, which is fitted to nothing, and monotone
 * fits to other tasks of other models.
 */
export async function combinedEval([file]: readonly string[]): Promise<EvalResult> {
  const about = { eval: 'combined', notes };
  if (file === undefined)
    return { ...about, rows: [], skipped: 'no file of drafts: combined FILE' };
  const given = draftsIn(file);
  if (!given) return { ...about, rows: [], skipped: `${file} is no JSON list of drafts` };
  const drafts = given.filter(({ probMean }) => typeof probMean === 'number');
  const scored: Scored[] = [];
  for (const draft of drafts) {
    const { gate, isWorkedOut } = await judged(draft);
    if (!isWorkedOut) scored.push({ ...draft, gate, by: signalsOf(draft) });
  }
  const models = [...new Set(scored.map(({ model }) => model))];
  return {
    ...about,
    rows: [
      ...rowsOf('all', scored),
      ...fits.map(names => ({
        what: `  fitted to ${names.join(', ')}, above low`,
        value: above(scored, crossValidated(scored, names), 'low'),
      })),
      ...models.flatMap(one =>
        rowsOf(
          one,
          scored.filter(({ model }) => model === one),
        ),
      ),
    ],
  };
}

const notes = [
  'Real drafts with exact truth; rows hold `request`, `text`, `right` and quantiles of the token',
  'probabilities. `gate` is 0 where the default gate refuses for form, end or talk; of a value',
  'the joint probability (mean to the power of tokens), of a text the tenth of all. AUROC of',
  '"this draft is right", and the paired difference; 95 %, 1,000 resamples of drafts.',
];

function logit(share: number): number {
  const kept = Math.min(1 - 1e-5, Math.max(1e-5, share));
  return Math.log(kept / (1 - kept));
}

function signalsOf(draft: TalliedDraft): Scored['by'] {
  return {
    mean: logit(draft.probMean),
    least: logit(draft.probMin),
    low: logit(draft.probLow),
    first: logit(draft.probFirst),
    short: -Math.log(1 + draft.text.length),
  };
}

// The gate is shown one token as probable as the tenth of them, so that its rules alone differ. A
// question that a program works out is known by what is said of any number.
async function judged(draft: TalliedDraft) {
  const { score, reason } = await verdictOn(draft);
  const other = await verdictOn({ ...draft, text: '0', finish: 'stop' });
  const isWorkedOut = `${reason}${other.reason}`.includes('worked out');
  return { gate: score === 0 ? 0 : probabilityOf(draft), isWorkedOut };
}

// As the gate does: a value has the probability of all its tokens, a text a low one of its words.
function probabilityOf({ text, tokens, probMean, probLow }: TalliedDraft): number {
  return text.split(/\s+/).length <= 3 ? Math.max(1e-6, probMean) ** tokens : probLow;
}

async function verdictOn({ request, text, finish, probLow }: TalliedDraft) {
  const judge = defaultGate();
  let said = { score: 0, reason: '' };
  const keep: Gate = async draft => {
    const { score, reason } = await judge(draft);
    said = { score: score === 'unknown' ? 0 : score, reason };
    return { score: 1, accepts: true, reason: 'kept' };
  };
  const finishReason = finish === 'length' ? 'length' : 'stop';
  const logprobs = [{ token: text, logprob: Math.log(Math.max(1e-6, probLow)) }];
  await cascade({
    local: scriptedModel([{ text, finishReason, logprobs }]),
    cloud: scriptedModel([]),
    accept: Object.assign(keep, { needsLogprobs: true }),
    repair: false,
  }).doGenerate(userCall(request, { temperature: 0 }));
  return said;
}

function rowsOf(name: string, drafts: readonly Scored[]): EvalRow[] {
  const right = drafts.map(draft => Number(draft.right));
  const count = right.filter(Boolean).length;
  const head = { what: name, value: `${drafts.length} drafts, ${count} right` };
  if (count < 3 || count > drafts.length - 3) return [head];
  const gate = drafts.map(draft => draft.gate);
  const alone = singles.map(
    each =>
      `${each} ${auroc(
        drafts.map(draft => draft.by[each]),
        right,
      ).toFixed(3)}`,
  );
  const refused = drafts.filter(draft => draft.gate === 0);
  return [
    head,
    { what: '  single signals', value: alone.join(', ') },
    {
      what: '  refused by rules',
      value: `${refused.length}, ${refused.filter(draft => draft.right).length} of them right`,
    },
    ...singles.slice(0, 3).map(each => ({
      what: `  gate above ${each}`,
      value: above(drafts, gate, each),
    })),
  ];
}

function above(drafts: readonly Scored[], scores: readonly number[], than: Single): string {
  const right = drafts.map(draft => Number(draft.right));
  const others = drafts.map(draft => draft.by[than]);
  const gap = (weights: Float64Array) => {
    const drawn = [...weights].flatMap((weight, at) => Array<number>(weight).fill(at));
    const of = (values: readonly number[]) =>
      auroc(
        drawn.map(at => values[at]!),
        drawn.map(at => right[at]!),
      );
    return of(scores) - of(others);
  };
  const cases = { cases: drafts.length, random: seededRandom(1), resamples: 1000 };
  const { low, high } = bootstrap({ gap }, cases).gap;
  return `${auroc(scores, right).toFixed(3)}; ${low.toFixed(3)} to ${high.toFixed(3)}`;
}

function crossValidated(drafts: readonly Scored[], names: readonly Single[]): number[] {
  const made = new Map<string, (draft: Scored) => number>();
  return drafts.map(draft => {
    const key = `${draft.model} ${draft.task}`;
    const others = drafts.filter(({ model, task }) => model !== draft.model && task !== draft.task);
    const score = made.get(key) ?? fit(others, names);
    made.set(key, score);
    return score(draft);
  });
}

// A logistic regression whose weights never fall below nothing.
function fit(drafts: readonly Scored[], names: readonly Single[]): (draft: Scored) => number {
  const average = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = names.map(name => average(drafts.map(({ by }) => by[name])));
  const spreads = names.map(
    (name, at) => Math.sqrt(average(drafts.map(({ by }) => (by[name] - means[at]!) ** 2))) || 1,
  );
  const scaled = ({ by }: Scored) =>
    names.map((name, at) => (by[name] - means[at]!) / spreads[at]!);
  const weights = names.map(() => 0);
  let bias = 0;
  const score = (row: readonly number[]) => row.reduce((s, x, at) => s + x * weights[at]!, bias);
  const rows = drafts.map(scaled);
  for (let round = 0; round < 300; round++) {
    const slopes = weights.map(weight => weight);
    let slope = 0;
    for (const [place, row] of rows.entries()) {
      const error = 1 / (1 + Math.exp(-score(row))) - Number(drafts[place]!.right);
      for (const [at, x] of row.entries()) slopes[at]! += error * x;
      slope += error;
    }
    for (const [at, each] of slopes.entries())
      weights[at] = Math.max(0, weights[at]! - each / rows.length);
    bias -= slope / rows.length;
  }
  return draft => score(scaled(draft));
}

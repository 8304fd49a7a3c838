import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { auroc, bootstrap, collectDraft, seededRandom, verifier } from '../../src/entries/eval.ts';
import { cascade, model, summaryOf, userCall } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import { type Question, questions } from '../drafts/questions.ts';
import type { EvalResult } from '../result.ts';

const tasks = ['sums', 'two-steps'];
const most = 60;

/** A draft of a real model, and what its signals say. */
interface Verified {
  readonly id: string;
  readonly model: string;
  readonly isRight: boolean;
  readonly signals: Readonly<Record<string, number>>;
  /** What a cascade with the gate says at the first question, the probe before it. */
  readonly probed?: string;
}

/**
 * `npm run evals -- verifier FILE [URL MODEL]`: whether the verifier tells right sums of a real
 * small model from wrong ones: the share of eight verifications of each draft, beside the least
 * probable token; and what the probe says of the model. With the address of an OpenAI-compatible
 * server its drafts are collected into the file first.
 */
export async function verifierEval([file, url, name]: readonly string[]): Promise<EvalResult> {
  const about = { eval: 'verifier', notes };
  if (file === undefined)
    return { ...about, rows: [], skipped: 'no file of drafts: verifier FILE [URL MODEL]' };
  if (url !== undefined && name !== undefined) await collect(file, url, name);
  const kept = read(file);
  const models = [...new Set(kept.map(row => row.model))];
  return { ...about, rows: models.flatMap(one => rowsOf(kept.filter(row => row.model === one))) };
}

const notes = [
  'Sums of one and two steps with exact truth, decoded at temperature 0, each verified eight times',
  'at temperature 1. AUROC of "this draft is right"; intervals are of 1,000 resamples of drafts.',
];

function asked(): Question[] {
  return questions(most, 3)
    .filter(({ task }) => tasks.includes(task))
    .slice(0, most);
}

async function collect(file: string, url: string, name: string): Promise<void> {
  const known = new Set(read(file).map(row => `${row.model} ${row.id}`));
  const local = model(`openai-compatible:${name}`, { endpoint: url, place: 'device' });
  const cloud = scriptedModel(Array.from({ length: 9 }, () => 'cloud'));
  for (const [place, question] of asked().entries()) {
    const { id, prompt, maxOutputTokens } = question;
    if (known.has(`${name} ${id}`)) continue;
    const call = userCall(prompt, { temperature: 0, maxOutputTokens });
    const { answer = '', signals = {} } = await collectDraft(
      { id, prompt },
      { local, cloud, signals: ['minProbability', 'verified8'], callOf: () => call },
    );
    const found: Verified = {
      id,
      model: name,
      isRight: question.isRight(answer),
      signals,
      ...(place === 0 && {
        probed:
          summaryOf(
            await cascade({ local, cloud, accept: verifier({ checks: 1 }) }).doGenerate(call),
          )?.reason ?? '',
      }),
    };
    appendFileSync(file, `${JSON.stringify(found)}\n`);
    if (place % 10 === 0) console.error(`${name}: ${place} of ${most}`);
  }
}

function read(file: string): Verified[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap(line => (line === '' ? [] : (JSON.parse(line) as Verified)));
}

function rowsOf(drafts: readonly Verified[]) {
  const right = drafts.map(({ isRight }) => Number(isRight));
  const count = right.filter(Boolean).length;
  const verified = drafts.map(({ signals }) => signals.verified8 ?? 0.5);
  const least = drafts.map(({ signals }) => signals.minProbability ?? 0);
  const ranked = (scores: readonly number[], weights: Float64Array) => {
    const drawn = [...weights].flatMap((weight, at) => Array<number>(weight).fill(at));
    return auroc(
      drawn.map(at => scores[at]!),
      drawn.map(at => right[at]!),
    );
  };
  const cases = { cases: drafts.length, random: seededRandom(1), resamples: 1000 };
  const found = bootstrap(
    {
      verified: weights => ranked(verified, weights),
      least: weights => ranked(least, weights),
      above: weights => ranked(verified, weights) - ranked(least, weights),
    },
    cases,
  );
  const said = ({ low, high }: { low: number; high: number }) =>
    `${low.toFixed(3)} to ${high.toFixed(3)}`;
  const accepted = drafts.filter((_, at) => verified[at]! >= 0.75);
  const kept = accepted.filter(({ isRight }) => isRight).length;
  const [wrong, keptWrong] = [drafts.length - count, accepted.length - kept];
  return [
    { what: drafts[0]!.model, value: `${drafts.length} drafts, ${count} right` },
    {
      what: '  share of eight verifications, AUROC',
      value: `${auroc(verified, right).toFixed(3)} (${said(found.verified)})`,
    },
    {
      what: '  least probable token, AUROC',
      value: `${auroc(least, right).toFixed(3)} (${said(found.least)})`,
    },
    { what: '  verifier above least probable token', value: said(found.above) },
    {
      what: '  kept at .75, without a probe',
      value: `${kept} of ${count} right, ${keptWrong} of ${wrong} wrong`,
    },
    { what: '  with the probe', value: drafts.find(({ probed }) => probed)?.probed ?? 'not asked' },
  ];
}

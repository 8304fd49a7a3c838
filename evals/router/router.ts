import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  baselinePolicies,
  costsOf,
  crossValidate,
  decideByWeights,
  evaluatePolicies,
  fitRouter,
  foldByGroup,
  type OutcomeRow,
  type RouterWeights,
  readOutcomes,
  routingAccuracy,
} from '../../src/entries/eval.ts';
import { gadgetSearch, withGadget } from '../../src/testing/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { cascadeRows } from './cascade-draws.ts';
import { guaranteeRows } from './guarantee.ts';

const prompts = 150;

/**
 * `npm run evals -- router DATA [PART …]`: what routers reach on public outcomes, by
 * cross-validation, and how often what is promised fails.
 */
export async function routerEval(argv: readonly string[]): Promise<EvalResult> {
  const [data, ...wanted] = argv;
  const notes = [
    'Outcomes of Mixtral-8x7B-Instruct and gpt-4-1106-preview, and prompts labelled by kind; ' +
      'each figure on rows or',
    'groups that its router had not seen, thresholds included. Of MMLU the split `train` alone, ' +
      'of the others all rows.',
  ];
  if (data === undefined || !existsSync(data)) {
    const skipped =
      data === undefined
        ? 'give the folder of the public outcomes'
        : `there is no folder "${data}"`;
    return { eval: 'router', notes, rows: [], skipped };
  }
  const mmlu = readOutcomes(join(data, 'routellm', 'mmlu.jsonl'), { split: 'train' });
  const gsm8k = readOutcomes(join(data, 'routellm', 'gsm8k.jsonl'));
  const kinds = readOutcomes(join(data, 'simple_vs_complex', 'train.jsonl'));
  const parts: Readonly<Record<string, () => EvalRow[]>> = {
    mmlu: () => logRows('MMLU', mmlu, { units: ['rows', 'sources'], least: 0.63 }),
    subjects: () =>
      apgrRows('MMLU, subjects left out in 8 folds', crossValidated(mmlu, 'groups', 8), 0.57),
    gsm8k: () => logRows('GSM8K', gsm8k, { units: ['rows'], least: 0.55 }),
    labels: () => [
      ...kindRows(kinds),
      ...promiseRows('labels', kinds, { ...scored(kinds), units: ['rows', 'sources'] }),
    ],
    gadget: () => gadgetRows(mmlu),
  };
  const rows = Object.entries(parts).flatMap(([name, measure]) => {
    if (wanted.length > 0 && !wanted.includes(name)) return [];
    const { user, system } = process.cpuUsage();
    const found = measure().map(row => ({ ...row, part: name }));
    const spent = process.cpuUsage({ user, system });
    const seconds = ((spent.user + spent.system) / 1e6).toFixed(0);
    console.error(`router ${name}: ${seconds} s of processor time`);
    return found;
  });
  return { eval: 'router', notes, rows };
}

type Log = ReturnType<typeof readOutcomes>;
type CrossValidated = ReturnType<typeof crossValidate>;

function scored(log: Log): CrossValidated {
  return crossValidate(log, { by: 'rows', folds: 5 });
}

interface LogPlan {
  /** What is drawn. */
  readonly units: readonly ('rows' | 'sources')[];
  /** APGR that is wanted. */
  readonly least: number;
}

function logRows(name: string, log: Log, { units, least }: LogPlan): EvalRow[] {
  const found = scored(log);
  const policies = compared(log, found.policy, 5);
  return [
    ...apgrRows(`${name}, 5 folds of rows`, policies, least),
    ...promiseRows(name, log, { ...found, units }),
  ];
}

function promiseRows(
  name: string,
  log: Log,
  { policy, units }: CrossValidated & Pick<LogPlan, 'units'>,
): EvalRow[] {
  return [...guaranteeRows(name, log, { policy, units }), ...cascadeRows(name, log, policy)];
}

function crossValidated(log: Log, by: 'rows' | 'groups', folds: number) {
  const { policy } = crossValidate(log, { by, folds });
  return compared(log, policy, folds, by);
}

function compared(log: Log, policy: CrossValidated['policy'], folds: number, by = 'rows') {
  const foldOf = by === 'groups' ? foldByGroup(log.rows, folds) : undefined;
  const baselines = baselinePolicies(log.rows, [], foldOf);
  const { policies } = evaluatePolicies(log.rows, [policy, ...baselines], {
    costs: costsOf(log.rows),
  });
  return policies;
}

function apgrRows(what: string, policies: ReturnType<typeof compared>, least: number): EvalRow[] {
  const [router, ...others] = policies;
  const interval = router!.apgrInterval;
  const baselines = ['length', 'task-type', 'bag of words', 'knn'];
  const shown = others.filter(({ name }) => baselines.includes(name));
  const above = router!.aboveWords;
  return [
    {
      what: `${what}: APGR`,
      value: router!.apgr!,
      wanted: `at least ${least}`,
      isMet: router!.apgr! >= least,
    },
    {
      what: `${what}: 95 % interval`,
      value: `${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)}`,
    },
    {
      what: `${what}: above a bag of words, 95 %`,
      value: `${above?.low.toFixed(3)} to ${above?.high.toFixed(3)}`,
    },
    ...shown.map(({ name, apgr }) => ({ what: `${what}: APGR of ${name}`, value: apgr! })),
  ];
}

// What the weights of the package are: a guess. What the score would decide if it were believed
// stands beside what is promised.
function kindRows(log: Log): EvalRow[] {
  const groups = new Set(log.rows.map(({ group }) => group)).size;
  const { weights } = fitRouter(log, { date: '' });
  const { routes } = crossValidate(log, {
    by: 'groups',
    folds: groups,
    aim: { localFrom: 0.65, cloudBelow: 0.35 },
  });
  const found = routingAccuracy(log.rows, routes);
  const what = 'simple or complex, each source left out';
  return [
    { what: `${what}: decided with a promise of .9`, value: weights.thresholds.decided.share },
    { what: `${what}: decided by \`aim: 'guess'\``, value: found.decided },
    { what: `${what}: right of these`, value: found.accuracy! },
    { what: `${what}: balanced accuracy`, value: found.balancedAccuracy! },
    { what: `${what}: constant decision`, value: found.constantAccuracy! },
  ];
}

// Half of the rows, by a hash, fit weights and thresholds; those attacked are of the other half:
// the gadget is searched on some of them and counted on the rest.
function gadgetRows(log: Log): EvalRow[] {
  const sorted = [...log.rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const fitted = sorted.filter(row => halfOf(row) === 0);
  const attacked = sorted.filter(row => halfOf(row) === 1);
  const { weights } = fitRouter({ ...log, rows: fitted }, { date: '', measureLeftOut: false });
  const searched = attacked.filter((_, index) => index % 6 === 0).slice(0, prompts);
  const counted = attacked.filter((_, index) => index % 6 !== 0);
  const attack = { weights, searched, counted, vocabulary: wordsOf(fitted) };
  const [before, after] = [rises(attack, 'before'), rises(attack, 'after')];
  return [
    { what: 'gadget of 10 words, MMLU: attacked prompts', value: counted.length },
    { what: 'share sent to the cloud without a gadget', value: before.without },
    {
      what: 'rise by a gadget before the prompt',
      value: before.defended,
      wanted: 'at most 0.1',
      isMet: before.defended <= 0.1,
    },
    { what: 'the same without the defence', value: before.undefended },
    { what: 'rise by a gadget after the prompt', value: after.defended },
    { what: 'the same, without the defence', value: after.undefended },
  ];
}

interface Attack {
  readonly weights: RouterWeights;
  readonly searched: readonly OutcomeRow[];
  readonly counted: readonly OutcomeRow[];
  readonly vocabulary: readonly string[];
}

// By how much the best gadget raises the share of the cloud: one searched against bare scores, one
// against capped ones.
function rises({ weights, searched, counted, vocabulary }: Attack, place: 'before' | 'after') {
  const search = (urgency: (prompt: string) => number) =>
    gadgetSearch({ prompts: searched.map(({ prompt }) => prompt), vocabulary, urgency, place });
  const plain = search(text => decideByWeights(weights, text).scored.gain);
  const adapted = search(text => decideByWeights(weights, text).scored.cappedGain);
  const from = weights.thresholds.kept.localFrom;
  const undefended = (text: string) => decideByWeights(weights, text).score < from;
  const defended = (text: string) => decideByWeights(weights, text, 'kept').to === 'cloud';
  const rise = (gadget: string, isCloud: (text: string) => boolean) =>
    shareOf(counted, row => isCloud(withGadget(row.prompt, gadget, place))) -
    shareOf(counted, row => isCloud(row.prompt));
  return {
    without: shareOf(counted, row => defended(row.prompt)),
    defended: Math.max(rise(plain, defended), rise(adapted, defended)),
    undefended: rise(plain, undefended),
  };
}

function halfOf({ prompt }: OutcomeRow): number {
  return createHash('sha256').update(`bucket of ${prompt}`).digest().readUInt32BE(0) % 2;
}

function wordsOf(rows: readonly OutcomeRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { prompt } of rows) {
    for (const word of prompt.toLowerCase().match(/[a-z]{3,}/g) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= 5).map(([word]) => word);
}

function shareOf(rows: readonly OutcomeRow[], holds: (row: OutcomeRow) => boolean): number {
  return rows.filter(holds).length / rows.length;
}

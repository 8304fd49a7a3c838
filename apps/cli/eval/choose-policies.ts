import { resolve } from 'node:path';
import { nearest } from '../../../src/entries/config.ts';
import {
  baselinePolicies,
  calibratedPolicy,
  cascadePolicies,
  crossValidate,
  decideByWeights,
  foldByGroup,
  type OutcomeLog,
  type OutcomeRow,
  type Policy,
  type RouterWeights,
  type RoutingAccuracy,
  readCalibration,
  readOutcomes,
  readRouterFile,
  refuseSeen,
  routingAccuracy,
  thresholdForShare,
  trainedPolicy,
  weightsPolicy,
} from '../../../src/entries/eval.ts';
import { handScorer, userCall } from '../../../src/index.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { vectorsOf } from '../page/prompt-vectors.ts';
import { readConfig } from '../workspace.ts';

/** What is measured, and what must be said beside the figures. */
export interface ChosenPolicies {
  /** Those asked for first, then the baselines. */
  readonly policies: readonly Policy[];
  /** Name of the policy that the report is about. */
  readonly subject: string;
  /** What the frozen thresholds of a router decided. */
  readonly routing?: RoutingAccuracy;
  readonly thresholds?: RouterWeights['thresholds'];
  readonly trainedOn?: Pick<RouterWeights['training'], 'rows' | 'date' | 'hash' | 'leftOut'>;
}

type Routed = Pick<ChosenPolicies, 'routing' | 'thresholds' | 'trainedOn'> & {
  readonly policy: Policy;
};

/** Builds the policies that an invocation names, and all baselines. @throws TandemError */
export async function choosePolicies(
  invocation: Invocation,
  log: OutcomeLog,
  bar: (share: number, what: string) => void,
): Promise<ChosenPolicies> {
  const { positionals, options } = invocation;
  const isRouterWanted =
    positionals.includes(trainedPolicy) ||
    ['weights', 'folds', 'leave-groups-out'].some(name => options[name] !== undefined);
  const configured = await configuredFiles(invocation, 'weights');
  const calibrated = await configuredFiles(invocation, 'calibration');
  const routed = isRouterWanted ? [await routerOf(invocation, log, bar)] : [];
  for (const name of positionals) {
    const path = configured.get(name);
    if (path === undefined) continue;
    const found = await byWeights(invocation, log, { path, bar });
    routed.push({ ...found, policy: { ...found.policy, name } });
  }
  bar(0, 'baselines');
  const others = otherRows(invocation, log);
  const known = [
    ...routed.map(({ policy }) => policy),
    ...positionals.flatMap(name => calibratedBy(name, calibrated, log)),
    ...cascadePolicies(log.rows),
    lexiconPolicy(log.rows),
    ...baselinePolicies(log.rows, others, foldsOf(invocation, log)),
  ];
  const names = known.map(({ name }) => name);
  for (const name of positionals)
    if (!names.includes(name))
      requireKnown(name, [...names, trainedPolicy, ...configured.keys(), ...calibrated.keys()]);
  const asked = known.filter(({ name }) => positionals.includes(name));
  const { policy: _, ...about } = routed[0] ?? { policy: undefined };
  return {
    policies: [...asked, ...known.filter(policy => !asked.includes(policy))],
    subject: positionals[0] ?? names[0]!,
    ...about,
  };
}

function requireKnown(name: string, known: readonly string[]): never {
  const near = nearest(name, known);
  throw wrongUse(
    `There is no policy "${name}".`,
    near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`,
  );
}

async function routerOf(
  invocation: Invocation,
  log: OutcomeLog,
  bar: (share: number, what: string) => void,
): Promise<Routed> {
  const { options, folder } = invocation;
  const folds = options.folds as number | undefined;
  const isByGroup = options['leave-groups-out'] === true;
  if (options.weights !== undefined) {
    if (folds !== undefined || isByGroup) {
      throw wrongUse(
        '`--weights` and folds exclude each other.',
        'Give weights to test, or folds to train in.',
      );
    }
    return byWeights(invocation, log, { path: resolve(folder, options.weights as string), bar });
  }
  if (folds === undefined && !isByGroup) {
    throw wrongUse(
      '`router` needs weights or folds.',
      'Give --weights FILE, --folds 5 or --leave-groups-out.',
    );
  }
  const groups = new Set(log.rows.map(({ group }) => group)).size;
  if (isByGroup && groups < 3) {
    throw wrongUse(
      `The log names ${groups} groups.`,
      'Leaving groups out needs three or more ("group" in each row).',
    );
  }
  const { policy, routes } = crossValidate(log, {
    by: isByGroup ? 'groups' : 'rows',
    folds: isByGroup ? foldsByGroup(options, log.rows) : folds!,
    accuracy: options.accuracy as number,
    onProgress: bar,
  });
  return { policy, routing: routingAccuracy(log.rows, routes) };
}

async function byWeights(
  invocation: Invocation,
  log: OutcomeLog,
  { path, bar }: { path: string; bar: (share: number, what: string) => void },
): Promise<Routed> {
  const weights = readRouterFile(path);
  refuseSeen({ name: path, data: weights.training }, log.rows);
  const { options } = invocation;
  const vectors = weights.model.embedder
    ? (await vectorsOf(invocation, log.rows, { file: `${path}.vectors`, bar })).of
    : undefined;
  const { rows, date, hash, leftOut } = weights.training;
  const share = options['cloud-share'] as number | undefined;
  const from = share === undefined ? undefined : thresholdForShare(weights.reference, share);
  const aim = from === undefined ? undefined : { localFrom: from, cloudBelow: from };
  const routes = log.rows.map(
    ({ prompt }) => decideByWeights(weights, prompt, aim, vectors?.get(prompt)).to,
  );
  return {
    policy: weightsPolicy(weights, log.rows, vectors),
    routing: routingAccuracy(log.rows, routes),
    thresholds: weights.thresholds,
    trainedOn: { rows, date, hash, ...(leftOut && { leftOut }) },
  };
}

// Baselines are left without the same groups as the router beside them.
function foldsOf({ options }: Invocation, { rows }: OutcomeLog): number[] | undefined {
  if (options['leave-groups-out'] !== true) return undefined;
  return foldByGroup(rows, foldsByGroup(options, rows));
}

function foldsByGroup({ folds }: Invocation['options'], rows: readonly OutcomeRow[]): number {
  const groups = new Set(rows.map(({ group }) => group)).size;
  return (folds as number | undefined) ?? Math.min(groups, 12);
}

// Rows of the same file outside the split: what baselines that need labels are fitted to.
function otherRows({ options, folder }: Invocation, log: OutcomeLog): readonly OutcomeRow[] {
  if (options.split === undefined) return [];
  const all = readOutcomes(resolve(folder, options.data as string), {
    without: options.without as string[] | undefined,
  });
  const own = new Set(log.rows.map(({ prompt }) => prompt));
  return all.rows.filter(({ prompt }) => !own.has(prompt));
}

function lexiconPolicy(rows: readonly OutcomeRow[]): Policy {
  const scorer = handScorer();
  const scores = rows.map(({ prompt }) => scorer(prompt, userCall(prompt)) as number);
  return {
    name: 'lexicon',
    urgency: scores.map(score => 1 - score),
    localRight: scores,
    note: 'hand-written, untrained',
  };
}

function calibratedBy(name: string, paths: ReadonlyMap<string, string>, log: OutcomeLog): Policy[] {
  const path = paths.get(name);
  return path === undefined ? [] : [{ ...calibratedPolicy(readCalibration(path), log.rows), name }];
}

// The files that patterns of the configuration were trained to, by the option that only such a
// pattern has: path by name.
async function configuredFiles(
  invocation: Invocation,
  key: 'weights' | 'calibration',
): Promise<Map<string, string>> {
  const { patterns = {} } = await readConfig(invocation);
  const found = Object.entries(patterns).filter(([, given]) => typeof given[key] === 'string');
  return new Map(
    found.map(([name, given]) => [name, resolve(invocation.folder, given[key] as string)]),
  );
}

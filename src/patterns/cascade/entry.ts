import * as z from 'zod';
import { type AnswerKind, answerKinds } from '../../algorithms/answer-key.ts';
import { TandemError } from '../../model/errors.ts';
import { type PatternEntry, patternEntry, type Roles } from '../../model/pattern/pattern-entry.ts';
import { readCalibration } from '../../training/calibration.ts';
import { cascade } from './cascade.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { agreement } from './gates/agreement.ts';
import { bySignal } from './gates/by-signal.ts';
import { cited } from './gates/cited.ts';
import { all, greyBand } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { retrieval } from './gates/retrieval.ts';
import { judge, selfCheck } from './gates/self-check.ts';
import { selfReport } from './gates/self-report.ts';
import { matchesPattern } from './gates/validator.ts';
import type { CascadeOptions } from './options.ts';

const share = z.number().min(0).max(1);
const count = (least: number) => z.number().int().min(least).max(25);

const options = z.strictObject({
  /** A file of `tandem calibrate`; it takes the place of `gate` and what belongs to it. */
  calibration: z.string().min(1).optional(),
  gate: z
    .enum(['default', 'agreement', 'confident', 'retrieval', 'self-check', 'judge', 'self-report', 'cited', 'pattern'])
    .optional(),
  threshold: share.optional(),
  samples: count(2).optional(),
  /** What counts as the same answer. */
  key: z.enum(answerKinds as [string, ...string[]]).optional(),
  quantile: share.optional(),
  checks: count(1).optional(),
  /** A regular expression that every draft must match, whatever the gate. */
  pattern: z.string().min(1).optional(),
  /** Scores between which more samples decide. */
  greyBand: z.strictObject({ from: share, to: share, samples: count(2).optional() }).optional(),
  hopeless: z.strictObject({ below: share, action: z.enum(['answer', 'abstain']).optional() }).optional(),
  offline: z.enum(['degrade', 'fail']).optional(),
  streaming: z
    .union([
      z.enum(['hold', 'prefix']),
      z.strictObject({
        tokens: z.number().int().min(1).optional(),
        commitFrom: share.optional(),
        abortBelow: share.optional(),
      }),
    ])
    .optional(),
  progress: z.boolean().optional(),
  repair: z.boolean().optional(),
  sendDraft: z.boolean().optional(),
  hedgeAfterMs: z.union([z.number().min(0), z.literal('p95')]).optional(),
});

type Options = z.infer<typeof options>;

/** The cascade as configuration knows it. */
export const cascadeEntry: PatternEntry = patternEntry({
  summary: 'the local model drafts, a gate judges, the cloud answers what was refused',
  moreRoles: ['judge'],
  options,
  make: (roles, given) =>
    cascade({ local: roles.local, cloud: roles.cloud, ...judgement(given, roles), ...passed(given) }),
});

const judging = ['calibration', 'gate', 'threshold', 'samples', 'key', 'quantile', 'checks', 'pattern', 'greyBand'];

// Options that the cascade itself takes, as they are.
function passed(given: Options): Partial<CascadeOptions> {
  const kept = Object.entries(given).filter(([key, value]) => !judging.includes(key) && value !== undefined);
  return Object.fromEntries(kept) as Partial<CascadeOptions>;
}

function judgement(given: Options, roles: Roles): Pick<CascadeOptions, 'accept' | 'calibration'> {
  const { calibration } = given;
  if (calibration === undefined) return { accept: gateOf(given, roles) };
  const other = Object.keys(given).find(key => key !== 'calibration' && judging.includes(key));
  if (other === undefined) return { calibration: readCalibration(calibration) };
  const message = `\`calibration\` and \`${other}\` both say how drafts are judged. Give one of them.`;
  throw new TandemError('invalid_argument', message);
}

function gateOf(given: Options, roles: Roles): Gate {
  const { gate, threshold, samples, key, pattern, greyBand: grey } = given;
  const isAgreement = threshold !== undefined || samples !== undefined || key !== undefined;
  const named = gate ?? (isAgreement ? 'agreement' : pattern === undefined ? 'default' : 'pattern');
  const core = named === 'default' ? defaultGate() : all(complete(), ...coreOf(named, given, roles));
  const judged = grey
    ? greyBand(core, { from: grey.from, to: grey.to, by: agreement({ samples: grey.samples ?? 2 }) })
    : core;
  return pattern === undefined ? judged : all(matchesPattern(pattern), judged);
}

function coreOf(name: NonNullable<Options['gate']>, given: Options, { judge: by, cloud }: Roles): Gate[] {
  const { threshold, samples, quantile, checks } = given;
  const at = threshold === undefined ? {} : { threshold };
  const checking = { ...at, ...(checks !== undefined && { checks }) };
  const key = given.key as AnswerKind | undefined;
  const makers: Readonly<Record<typeof name, () => Gate[]>> = {
    default: () => [],
    pattern: () => [],
    agreement: () => [agreement({ ...at, ...(samples && { samples }), ...(key && { key }) })],
    // A server that sends no log-probabilities is judged by what it does give.
    confident: () => [bySignal({ confident: { ...at, ...(quantile !== undefined && { quantile }) } })],
    retrieval: () => [retrieval(at)],
    'self-check': () => [selfCheck(checking)],
    judge: () => [judge(by ?? cloud, checking)],
    'self-report': () => [selfReport(at)],
    cited: () => [cited()],
  };
  return makers[name]();
}

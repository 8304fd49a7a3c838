import type { Calibration } from '../../eval/calibration/calibration.ts';
import { requireRange, TandemError } from '../../model/errors.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';
import { calibratedGate, signalOf } from './calibrated.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { type PrefixOptions, prefixOptions } from './prefix.ts';
import type { SignalByName } from './signal.ts';

/** Options of a cascade. */
export interface CascadeOptions {
  /** Drafts every answer. */
  readonly local: LanguageModel;
  /**
   * Answers what the gate refuses. It sees the original call, never the draft unless `sendDraft`
   * says so.
   */
  readonly cloud: LanguageModel;
  /** Judges the draft. Default: the gate of `calibration`, else `defaultGate()`. */
  readonly accept?: Gate;
  /** A fitted gate with its threshold, made by `tandem calibrate` for this very pair of models. */
  readonly calibration?: Calibration;
  /** Signals of your own that the calibration names. */
  readonly signals?: SignalByName;
  /**
   * When the cloud cannot be had: give the refused draft marked `degraded`, or fail. Default:
   * `degrade`.
   */
  readonly offline?: 'degrade' | 'fail';
  /**
   * What is done with drafts so bad that the cloud would not mend them either. Default: they go to
   * the cloud.
   */
  readonly hopeless?: HopelessOptions;
  /**
   * `hold` shows nothing before the draft is judged whole; `prefix` judges its first tokens by
   * their log-probabilities and streams on, or goes to the cloud at once. Tool calls and objects
   * are always held. Default: `hold`.
   */
  readonly streaming?: 'hold' | 'prefix' | PrefixOptions;
  /**
   * Whether a stream says as reasoning what is being done before the answer begins. Default: false.
   */
  readonly progress?: boolean;
  /**
   * Whether a tool call or an object that breaks its schema is asked for once more on the device.
   * Default: true.
   */
  readonly repair?: boolean;
  /**
   * Whether the cloud is shown the refused draft, which may mislead it: measure before you use it.
   * Default: false.
   */
  readonly sendDraft?: boolean;
  /**
   * Asks the cloud too once the draft has taken so many milliseconds, and takes it if it speaks
   * first; `p95` is the local model's own 95th percentile, as the calibration saw it. Default:
   * never.
   */
  readonly hedgeAfterMs?: number | 'p95';
}

/** Drafts that are given up. */
export interface HopelessOptions {
  /**
   * Below this score a draft is hopeless, 0..1. Rules that are broken, such as a schema, are not:
   * the cloud may keep them.
   */
  readonly below: number;
  /**
   * Give the draft all the same, or decline to answer. An object cannot be declined; it escalates.
   * Default: `answer`.
   */
  readonly action?: 'answer' | 'abstain';
}

/** The options of a cascade, checked and complete. */
export interface CascadeSettings {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly accept: Gate;
  readonly offline: 'degrade' | 'fail';
  readonly hopeless: Required<HopelessOptions>;
  readonly prefix: Required<PrefixOptions> | undefined;
  readonly hasProgress: boolean;
  readonly repairs: boolean;
  readonly sendsDraft: boolean;
  readonly hedgeAfterMs: number | undefined;
}

/** Checks the options of a cascade. @throws TandemError `invalid_argument` */
export function cascadeSettings(options: CascadeOptions): CascadeSettings {
  const { local, cloud, accept, calibration, signals = {}, hopeless, streaming = 'hold' } = options;
  if (calibration && accept) {
    const message = '`accept` and `calibration` both name a gate. Give one of them.';
    throw new TandemError('invalid_argument', message);
  }
  if (calibration) {
    requirePair(calibration, options);
    requireSignals(calibration, options);
  }
  return {
    local,
    cloud,
    accept: accept ?? (calibration ? calibratedGate(calibration, signals) : defaultGate()),
    offline: options.offline ?? 'degrade',
    hopeless: {
      below: requireRange('hopeless.below', hopeless?.below ?? 0, [0, 1], 'It is a score.'),
      action: hopeless?.action ?? 'answer',
    },
    prefix:
      streaming === 'hold' ? undefined : prefixOptions(streaming === 'prefix' ? {} : streaming),
    hasProgress: options.progress ?? false,
    repairs: options.repair ?? true,
    sendsDraft: options.sendDraft ?? false,
    hedgeAfterMs: hedgeOf(options),
  };
}

function requirePair({ name, pair }: Calibration, { local, cloud }: CascadeOptions): void {
  if (pair.local === local.modelId && pair.cloud === cloud.modelId) return;
  throw new TandemError(
    'invalid_argument',
    `The calibration "${name}" is for ${pair.local} and ${pair.cloud}, not for ${local.modelId} ` +
      `and ${cloud.modelId}. ` +
      'Calibrate this pair by `tandem calibrate`.',
    { data: { calibrated: pair, given: { local: local.modelId, cloud: cloud.modelId } } },
  );
}

// What is unknown of a model is found out by its first draft, whose reason then says the same.
function requireSignals(
  { name, scorer }: Calibration,
  { local, signals = {} }: CascadeOptions,
): void {
  if (capabilitiesOf(local).logprobs !== false) return;
  const needed = scorer.signals
    .filter(({ absent }) => absent === undefined)
    .map(signal => signal.name);
  const missing = needed.filter(signal => signalOf(signal, signals).needsLogprobs);
  if (missing.length === 0) return;
  throw new TandemError(
    'invalid_argument',
    `The calibration "${name}" stands on ${missing.join(', ')}, for which log-probabilities are ` +
      'needed, and ' +
      `"${local.modelId}" sends none. Calibrate on what it gives: tandem calibrate ${name} LOG ` +
      '--signals agreement3. If ' +
      'the server was updated since, look again: tandem doctor --fresh.',
    { data: { calibration: name, missing, modelId: local.modelId } },
  );
}

function hedgeOf({ hedgeAfterMs, calibration }: CascadeOptions): number | undefined {
  if (hedgeAfterMs === undefined) return undefined;
  if (hedgeAfterMs !== 'p95')
    return requireRange('hedgeAfterMs', hedgeAfterMs, [0, 3_600_000], 'It is in milliseconds.');
  const p95 = calibration?.localP95Ms;
  if (p95 !== undefined) return p95;
  const message =
    '`hedgeAfterMs` is "p95", but no calibration says how long drafts take. Give milliseconds.';
  throw new TandemError('invalid_argument', message);
}

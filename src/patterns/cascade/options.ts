import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { functionOption, modelOption, objectOption } from '../../config/option-kinds.ts';
import { readOptions } from '../../config/read-options.ts';
import { earlierOnly } from '../../config/strictness.ts';
import type { Calibration } from '../../eval/calibration/calibration.ts';
import { type DriftMonitor, draftMonitor } from '../../eval/calibration/drift.ts';
import { TandemError } from '../../model/errors.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';
import { calibratedGate, signalOf } from './calibrated.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { onRefusal } from './gate-options.ts';
import { type Prefix, prefixOf, prefixSchema } from './prefix.ts';
import type { SignalByName } from './signal.ts';

const share = deferred(() => z.number().min(0).max(1));

/** Options of a cascade that are data and say nothing of its gate. */
export const cascadeData = deferred(() =>
  z.strictObject({
    /**
     * When the cloud cannot be had: give the refused draft marked `degraded`, or fail. Default:
     * `degrade`.
     */
    offline: z.enum(['degrade', 'fail']).default('degrade'),
    /**
     * What is done with drafts so bad that the cloud would not mend them either. Default: they go
     * to the cloud.
     */
    hopeless: z
      .strictObject({
        /**
         * Below this score a draft is hopeless. Rules that are broken, such as a schema, are not:
         * the cloud may keep them.
         */
        below: share,
        /**
         * Give the draft all the same, or decline to answer. An object cannot be declined; it
         * escalates. Default: `answer`.
         */
        action: z.enum(['answer', 'abstain']).default('answer'),
      })
      .optional(),
    /**
     * Whether a calibration of another pair of models may judge; the reason of each verdict then
     * says so. Default: false.
     */
    anyPair: earlierOnly(z.boolean().default(false), [[false], [true]]),
    /**
     * What is done with a draft that declines in prose, by the default gate: the cloud answers, or
     * the draft is judged as any other. Default: `escalate`.
     */
    onRefusal: onRefusal.optional(),
    /**
     * `hold` shows nothing before the draft is judged whole; `prefix` judges its first tokens by
     * their log-probabilities and streams on, or goes to the cloud at once. Tool calls and objects
     * are always held. Default: `hold`.
     */
    streaming: z.union([z.enum(['hold', 'prefix']), prefixSchema]).default('hold'),
    /**
     * Whether a stream says as reasoning what is being done before the answer begins. Default:
     * false.
     */
    progress: z.boolean().default(false),
    /**
     * Whether a tool call or an object that breaks its schema is asked for once more on the device.
     * Default: true.
     */
    repair: z.boolean().default(true),
    /**
     * Whether the cloud is shown the refused draft, which may mislead it: measure before you use
     * it. Default: false.
     */
    sendDraft: earlierOnly(z.boolean().default(false), [[false], [true]]),
    /**
     * Asks the cloud too once the draft has taken so many milliseconds, and takes it if it speaks
     * first; `p95` is the local model's own 95th percentile, as the calibration saw it. Default:
     * never.
     */
    hedgeAfterMs: z.union([z.number().min(0).max(3_600_000), z.literal('p95')]).optional(),
  }),
);

/** Options of a cascade as a program has them. */
export const cascadeOptions = deferred(() =>
  cascadeData.extend({
    /** Drafts every answer. */
    local: modelOption,
    /**
     * Answers what the gate refuses. It sees the original call, never the draft unless `sendDraft`
     * says so.
     */
    cloud: modelOption,
    /** Judges the draft. Default: the gate of `calibration`, else `defaultGate()`. */
    accept: functionOption<Gate>().optional(),
    /**
     * A fitted gate with its threshold, made by `tandem calibrate` for this very pair of models.
     */
    calibration: objectOption<Calibration>(
      'a calibration, such as `readCalibration(file)`',
    ).optional(),
    /** Signals of your own that the calibration names. */
    signals: objectOption<SignalByName>('signals by name').optional(),
  }),
);

/** Options of a cascade. */
export type CascadeOptions = Readonly<z.input<typeof cascadeOptions>>;

type CheckedCascade = z.output<typeof cascadeOptions>;

/** The options of a cascade, checked and complete. */
export interface CascadeSettings {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly accept: Gate;
  readonly offline: 'degrade' | 'fail';
  readonly hopeless: { readonly below: number; readonly action: 'answer' | 'abstain' };
  readonly prefix: Prefix | undefined;
  readonly hasProgress: boolean;
  readonly repairs: boolean;
  readonly sendsDraft: boolean;
  readonly hedgeAfterMs: number | undefined;
  /** Watches what a calibration says of drafts. */
  readonly drift: DriftMonitor | undefined;
}

/** Checks the options of a cascade. @throws TandemError `invalid_argument` */
export function cascadeSettings(given: CascadeOptions): CascadeSettings {
  const options = readOptions(cascadeOptions, given, 'cascade');
  const { local, cloud, accept, calibration, signals = {}, streaming, offline } = options;
  if (calibration && accept) {
    const message = '`accept` and `calibration` both name a gate. Give one of them.';
    throw new TandemError('invalid_argument', message);
  }
  if (calibration) requireSignals(calibration, options);
  const isOwnPair = calibration === undefined || isForPair(calibration, options);
  if (options.onRefusal && (accept || calibration)) throw belongsToDefault();
  return {
    local,
    cloud,
    accept:
      accept ??
      (calibration
        ? calibratedGate(
            calibration,
            signals,
            isOwnPair ? undefined : 'calibrated for another pair',
          )
        : defaultGate({ onRefusal: options.onRefusal })),
    offline,
    hopeless: options.hopeless ?? { below: 0, action: 'answer' },
    prefix:
      streaming === 'hold'
        ? undefined
        : prefixOf(streaming === 'prefix' ? prefixSchema.parse({}) : streaming),
    hasProgress: options.progress,
    repairs: options.repair,
    sendsDraft: options.sendDraft,
    hedgeAfterMs: hedgeOf(options),
    drift: monitorOf(options, isOwnPair),
  };
}

// Drafts that are shown early, or come too late, are not judged: the others are another kind.
function monitorOf({ calibration, streaming, hedgeAfterMs }: CheckedCascade, isOwnPair: boolean) {
  const judgesAll = isOwnPair && streaming === 'hold' && hedgeAfterMs === undefined;
  return calibration && judgesAll ? draftMonitor(calibration) : undefined;
}

/** The error of an option of the default gate beside another gate. */
export function belongsToDefault(): TandemError {
  const message =
    '`onRefusal` belongs to the default gate, and another gate is named. Leave out one of them.';
  return new TandemError('invalid_argument', message);
}

// Another pair is refused, unless it was asked for.
function isForPair(
  { name, pair }: Calibration,
  { local, cloud, anyPair }: CheckedCascade,
): boolean {
  if (pair.local === local.modelId && pair.cloud === cloud.modelId) return true;
  if (anyPair) return false;
  throw new TandemError(
    'invalid_argument',
    `The calibration "${name}" is for ${pair.local} and ${pair.cloud}, not for ${local.modelId} ` +
      `and ${cloud.modelId}. Calibrate this pair by \`tandem calibrate\`, or set ` +
      '`anyPair: true` (`--any-pair`): its guarantee then says nothing of this pair.',
    { data: { calibrated: pair, given: { local: local.modelId, cloud: cloud.modelId } } },
  );
}

// What is unknown of a model is found out by its first draft, whose reason then says the same.
function requireSignals(
  { name, scorer }: Calibration,
  { local, signals = {} }: CheckedCascade,
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

function hedgeOf({ hedgeAfterMs, calibration }: CheckedCascade): number | undefined {
  if (hedgeAfterMs === undefined) return undefined;
  if (hedgeAfterMs !== 'p95') return hedgeAfterMs;
  const p95 = calibration?.localP95Ms;
  if (p95 !== undefined) return p95;
  const message =
    '`hedgeAfterMs` is "p95", but no calibration says how long drafts take. Give milliseconds.';
  throw new TandemError('invalid_argument', message);
}

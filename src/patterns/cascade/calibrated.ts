import { nearest } from '../../algorithms/nearest.ts';
import type { Calibration } from '../../eval/calibration/calibration.ts';
import { otherDecoding } from '../../eval/outcomes/decoding.ts';
import { calibratedScore } from '../../eval/router/scorer.ts';
import { TandemError } from '../../model/errors.ts';
import { type Draft, type Gate, unsentVerdict, verdictOf } from './gate.ts';
import type { Signal, SignalByName } from './signal.ts';
import { signalByName } from './signals.ts';

/**
 * Makes the gate of a calibration: its signals, joined by its fitted weights to the probability
 * that the draft is right, and its threshold. Unknown where a signal is missing that the
 * calibration never saw missing. `caveat` stands before each reason.
 * @throws TandemError `unknown_name` for a signal that nobody knows
 * @example
 * ```ts
 * const gate = calibratedGate(readCalibration('support.calibration.json'));
 * const support = cascade({ local, cloud, accept: gate });
 * ```
 */
export function calibratedGate(
  calibration: Calibration,
  own: SignalByName = {},
  caveat?: string,
): Gate {
  const names = calibration.scorer.signals.map(({ name }) => name);
  const signals = names.map(name => [name, signalOf(name, own)] as const);
  const gate: Gate = async draft => {
    const other = otherDecoding(calibration, draft.call);
    if (other !== undefined) draft.ask.warn(other);
    const measured = await measureAll(signals, draft);
    const score = calibratedScore(calibration.scorer, measured);
    if (score === undefined) {
      const missing = names.filter(name => measured[name] === undefined);
      return unsentVerdict(
        `${draft.local.modelId} gives no ${missing.join(', ')}, on which "${calibration.name}" ` +
          'was calibrated: calibrate again',
      );
    }
    const verdict = verdictOf(calibration.name, score, calibration.threshold);
    return caveat === undefined ? verdict : { ...verdict, reason: `${caveat}: ${verdict.reason}` };
  };
  return Object.assign(gate, {
    needsLogprobs: signals.some(([, { needsLogprobs }]) => needsLogprobs === true),
    standsOn: () => `${names.join(', ')}, calibrated as "${calibration.name}"`,
  });
}

/**
 * Measures signals of a draft, one after the other, so that a resumed run asks in the same order.
 */
export async function measureAll(
  signals: readonly (readonly [name: string, signal: Signal])[],
  draft: Draft,
): Promise<Record<string, number | undefined>> {
  const measured: Record<string, number | undefined> = {};
  for (const [name, signal] of signals) measured[name] = await signal(draft);
  return measured;
}

/** Finds a signal by name. @throws TandemError `unknown_name` */
export function signalOf(name: string, own: SignalByName = {}): Signal {
  const known = { ...signalByName, ...own };
  if (Object.hasOwn(known, name)) return known[name]!;
  const near = nearest(name, Object.keys(known));
  const advice = near
    ? `Did you mean "${near}"?`
    : `Known: ${Object.keys(known).join(', ')}. Give others as \`signals\`.`;
  throw new TandemError('unknown_name', `There is no signal "${name}". ${advice}`, {
    data: { name },
  });
}

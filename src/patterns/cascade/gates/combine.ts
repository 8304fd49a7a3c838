import { requireRange } from '../../../model/errors.ts';
import type { Capabilities } from '../../../model/leaf/model/capabilities.ts';
import type { Draft, Gate, Verdict } from '../gate.ts';
import { judge, missingVerdict, unknownVerdict } from '../gate.ts';

/**
 * Accepts when every gate that knows accepts, at least one knows, and none misses the signal that
 * it stands on. Gates run in order and stop at the first refusal, so cheap ones go first. The score
 * is the lowest.
 * @example
 * ```ts
 * const gate = all(complete(), onTopic(), confident({ threshold: 0.8 }));
 * ```
 */
export function all(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    const unknown: Verdict[] = [];
    let lowest: Verdict | undefined;
    for (const gate of gates) {
      const verdict = await judge(gate, draft);
      if (verdict.score === 'unknown') unknown.push(verdict);
      else if (!verdict.accepts) return noting(unknown, verdict);
      // The later gate of equal score is the dearer and the more telling one.
      else if (!lowest || verdict.score <= (lowest.score as number)) lowest = verdict;
    }
    const missing = unknown.find(({ isMissing }) => isMissing);
    return missing ?? (lowest ? noting(unknown, lowest) : nobodyKnows(unknown));
  });
}

/**
 * Accepts as soon as one gate accepts. The score is the highest.
 * @example
 * ```ts
 * const gate = any(matchesPattern(/^(yes|no)$/i), confident({ threshold: 0.9 }));
 * ```
 */
export function any(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    const unknown: Verdict[] = [];
    let highest: Verdict | undefined;
    for (const gate of gates) {
      const verdict = await judge(gate, draft);
      if (verdict.score === 'unknown') unknown.push(verdict);
      else if (verdict.accepts) return noting(unknown, verdict);
      else if (!highest || verdict.score > (highest.score as number)) highest = verdict;
    }
    return highest ? noting(unknown, highest) : nobodyKnows(unknown);
  });
}

/**
 * Takes the verdict of the first gate that knows, and says which signals were missing before.
 * @example
 * ```ts
 * const gate = firstKnown(confident(), agreement());
 * ```
 */
export function firstKnown(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    const unknown: Verdict[] = [];
    for (const gate of gates) {
      const verdict = await judge(gate, draft);
      if (verdict.score !== 'unknown') return noting(unknown, verdict);
      unknown.push(verdict);
    }
    return nobodyKnows(unknown);
  });
}

/**
 * Accepts what a gate refuses, and the reverse; unknown stays unknown.
 * @example
 * ```ts
 * const gate = all(complete(), not(matchesPattern(/as an AI/i)));
 * ```
 */
export function not(gate: Gate): Gate {
  return combined([gate], async draft => {
    const verdict = await judge(gate, draft);
    const { score, accepts, reason, ...more } = verdict;
    if (score === 'unknown') return verdict;
    return { ...more, score: 1 - score, accepts: !accepts, reason: `not (${reason})` };
  });
}

/** Where a second look is worth its calls. */
export interface GreyBand {
  /** Lowest score of the band, 0..1. */
  readonly from: number;
  /** Highest score of the band, 0..1. */
  readonly to: number;
  /** Decides in the band, such as `agreement({ samples: 2 })`: one sample more. */
  readonly by: Gate;
}

/**
 * Lets a second gate decide where the score of the first falls into a grey band, or is unknown.
 * @example
 * ```ts
 * const gate = greyBand(confident(), { from: 0.4, to: 0.8, by: judge(cloud) });
 * ```
 */
export function greyBand(gate: Gate, { from, to, by }: GreyBand): Gate {
  requireRange('from', from, [0, 1], 'It is a score.');
  requireRange('to', to, [from, 1], `It is a score, at least \`from\` (${from}).`);
  return combined([gate, by], async draft => {
    const first = await judge(gate, draft);
    const isGrey =
      first.score === 'unknown' || (!first.isRule && first.score >= from && first.score <= to);
    if (!isGrey) return first;
    const second = await judge(by, draft);
    return second.score === 'unknown'
      ? first
      : { ...second, reason: `${first.reason}; then ${second.reason}` };
  });
}

function combined(gates: readonly Gate[], judge: (draft: Draft) => Promise<Verdict>): Gate {
  const told = gates.flatMap(({ standsOn }) => standsOn ?? []);
  return Object.assign(judge, {
    needsLogprobs: gates.some(gate => gate.needsLogprobs === true),
    ...(told.length > 0 && {
      standsOn: (known: Capabilities) =>
        [...new Set(told.map(standsOn => standsOn(known)))].join('; '),
    }),
  });
}

// A signal that was asked for and did not come is worth saying; one that did not apply is not.
function noting(unknown: readonly Verdict[], verdict: Verdict): Verdict {
  const missing = unknown.filter(({ wasAsked }) => wasAsked).map(({ reason }) => reason);
  return missing.length === 0
    ? verdict
    : { ...verdict, reason: `${missing.join('; ')}; ${verdict.reason}` };
}

function nobodyKnows(unknown: readonly Verdict[]): Verdict {
  const missing = unknown.filter(({ isMissing }) => isMissing);
  // What was missing says why; what did not apply does not.
  const reasons = (missing.length > 0 ? missing : unknown).map(({ reason }) => reason).join('; ');
  const told = reasons === '' ? 'no gate could tell' : `no gate could tell: ${reasons}`;
  // Else a gate around this one would take the draft for one that nothing speaks against.
  return missing.length > 0 ? missingVerdict(told) : unknownVerdict(told);
}

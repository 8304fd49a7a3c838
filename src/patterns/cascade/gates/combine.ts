import type { Draft, Gate, Verdict } from '../gate.ts';
import { unknownVerdict } from '../gate.ts';

/**
 * Accepts when every gate that knows accepts, and at least one knows. Gates run in order and stop at the first
 * refusal, so cheap ones go first. The score is the lowest.
 */
export function all(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    let lowest: Verdict | undefined;
    for (const gate of gates) {
      const verdict = await gate(draft);
      if (verdict.score === 'unknown') continue;
      if (!verdict.accepts) return verdict;
      // The later gate of equal score is the dearer and the more telling one.
      if (!lowest || verdict.score <= (lowest.score as number)) lowest = verdict;
    }
    return lowest ?? unknownVerdict('no gate could tell');
  });
}

/** Accepts as soon as one gate accepts. The score is the highest. */
export function any(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    let highest: Verdict | undefined;
    for (const gate of gates) {
      const verdict = await gate(draft);
      if (verdict.score === 'unknown') continue;
      if (verdict.accepts) return verdict;
      if (!highest || verdict.score > (highest.score as number)) highest = verdict;
    }
    return highest ?? unknownVerdict('no gate could tell');
  });
}

/** Takes the verdict of the first gate that knows. */
export function firstKnown(...gates: readonly Gate[]): Gate {
  return combined(gates, async draft => {
    for (const gate of gates) {
      const verdict = await gate(draft);
      if (verdict.score !== 'unknown') return verdict;
    }
    return unknownVerdict('no gate could tell');
  });
}

/** Accepts what a gate refuses, and the reverse; unknown stays unknown. */
export function not(gate: Gate): Gate {
  return combined([gate], async draft => {
    const { score, accepts, reason } = await gate(draft);
    if (score === 'unknown') return unknownVerdict(reason);
    return { score: 1 - score, accepts: !accepts, reason: `not (${reason})` };
  });
}

function combined(gates: readonly Gate[], judge: (draft: Draft) => Promise<Verdict>): Gate {
  return Object.assign(judge, { needsLogprobs: gates.some(gate => gate.needsLogprobs === true) });
}

import { isEmpty } from '../../../model/answer.ts';
import type { Answer, Call } from '../../../model/types.ts';
import { checked, type Gate } from '../gate.ts';
import { shapeFault } from '../shape.ts';

/**
 * Accepts answers that were finished, or cut by the caller's own limit, as any other model's would
 * be; that hold something, and call only tools that exist, with input
 * that fits them.
 * @example
 * ```ts
 * const support = cascade({ local, cloud, accept: complete() });
 * ```
 */
export function complete(): Gate {
  return ({ answer, call }) => {
    const { unified } = answer.finishReason;
    if (unified !== 'stop' && unified !== 'tool-calls' && !isCutByCaller(answer, call))
      return checked(false, `the draft ended with "${unified}"`);
    if (isEmpty(answer)) return checked(false, 'the draft is empty');
    const fault = shapeFault(answer, call);
    return checked(fault === undefined, fault ?? 'the draft is complete');
  };
}

// A limit of the server's or the model's own comes earlier than the caller's.
function isCutByCaller({ finishReason, usage }: Answer, { maxOutputTokens }: Call): boolean {
  if (finishReason.unified !== 'length' || maxOutputTokens === undefined) return false;
  const { total } = usage.outputTokens;
  return total === undefined || total >= maxOutputTokens;
}

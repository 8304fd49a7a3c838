import { isEmpty } from '../../../model/answer.ts';
import { checked, type Gate } from '../gate.ts';
import { shapeFault } from '../shape.ts';

/**
 * Accepts answers that were finished, hold something, and call only tools that exist, with input
 * that fits them.
 */
export function complete(): Gate {
  return ({ answer, call }) => {
    const { unified } = answer.finishReason;
    if (unified !== 'stop' && unified !== 'tool-calls')
      return checked(false, `the draft ended with "${unified}"`);
    if (isEmpty(answer)) return checked(false, 'the draft is empty');
    const fault = shapeFault(answer, call);
    return checked(fault === undefined, fault ?? 'the draft is complete');
  };
}

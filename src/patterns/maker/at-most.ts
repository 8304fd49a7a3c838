import { openSlots } from '../../model/limit.ts';
import type { Ask } from '../../model/pattern/ask.ts';

/** Makes an `ask` that has so many calls under way at most; others wait in the order of asking. */
export function askAtMost(ask: Ask, most: number): Ask {
  const slots = openSlots(most);
  const turn: (...given: Parameters<Ask>) => ReturnType<Ask> = async (...given) => {
    const release = await slots.take(ask.signal);
    try {
      return await ask(...given);
    } finally {
      release();
    }
  };
  return Object.assign(turn, ask);
}

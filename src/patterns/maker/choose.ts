import { jsonIn } from '../../algorithms/text/json-in.ts';
import { answerSchema } from '../../config/answer-schema.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Answer, Call } from '../../model/types.ts';
import { choiceSchema } from './prompts.ts';

// Room for a model that thinks before it chooses.
const choiceTokens = 500;

/** How a choice is voted on. */
export interface Choosing {
  /** Votes for one that decide; 2k - 1 are drawn at most. */
  readonly k: number;
  /** Takes so many calls of what is left. */
  readonly take: (wanted: number) => number;
  /** Asks for vote `n`; `order` says which candidate stands in which place. */
  readonly vote: (n: number, order: readonly number[]) => Promise<Answer>;
}

/**
 * Has one of several candidates chosen by votes, first to k (MAKER, Algorithm 4); where nothing is
 * chosen, the first one.
 */
export async function choose<T>(candidates: readonly T[], { k, take, vote }: Choosing): Promise<T> {
  const votes = candidates.map(() => 0);
  const most = 2 * k - 1;
  let drawn = 0;
  while (Math.max(...votes) < k && drawn < most) {
    const wave = take(Math.min(k - Math.max(...votes), most - drawn));
    if (wave === 0) break;
    const asked = Array.from({ length: wave }, async () => {
      const n = drawn++;
      // Shown in another order each time: a discriminator that likes the first place chooses none
      // by it.
      const order = candidates.map((_, index) => (index + n) % candidates.length);
      return order[choiceIn(textOf(await vote(n, order))) - 1];
    });
    for (const index of await Promise.all(asked)) if (index !== undefined) votes[index]!++;
  }
  return candidates[votes.indexOf(Math.max(...votes))]!;
}

/** Makes the call of a discriminator. */
export function choiceCall(n: number, told: { system: string; text: string }): Call {
  return userCall(told.text, {
    system: told.system,
    temperature: n === 0 ? 0 : 0.1,
    maxOutputTokens: choiceTokens,
    responseFormat: { type: 'json', schema: answerSchema(choiceSchema()) },
  });
}

function choiceIn(text: string): number {
  const parsed = choiceSchema().safeParse(jsonIn(text));
  return parsed.success ? parsed.data.choice : 0;
}

import { capabilitiesOf, discover } from '../../../model/leaf/model/capabilities.ts';
import { placeOf } from '../../../model/leaf/model/place.ts';
import type { LanguageModel } from '../../../model/types.ts';
import type { Draft } from '../gate.ts';
import { checkCall, verdictIn } from './self-check.ts';

/**
 * Answers of which it is known whether they are right, half of them; none stands in the prompt of a
 * check.
 */
export const knownDrafts: readonly (readonly [
  question: string,
  answer: string,
  isRight: boolean,
])[] = [
  ['What is the capital of France?', 'Paris', true],
  ['What is the capital of Italy?', 'Berlin', false],
  ['How much is 2 plus 3?', '5', true],
  ['How much is 10 minus 4?', '9', false],
  ['How many days has a week?', 'A week has seven days.', true],
  ['Which animal barks?', 'The cat barks.', false],
  ['What colour is snow?', 'Snow is white.', true],
  ['How much is 3 times 3?', '6', false],
  ['Which day comes after Monday?', 'Tuesday', true],
  ['In which country is Tokyo?', 'Tokyo is in China.', false],
  ['What is the opposite of "hot"?', 'cold', true],
  ['How many legs has a dog?', 'A dog has six legs.', false],
];
const mostAsked = 6;
// One slip may be chance; half are right by saying always the same.
const fewestRight = 5;

/**
 * Tells whether a model can tell right answers from wrong ones, by six drafts of which that is
 * known; asked once, on the device alone, and remembered. Of a model in a cloud it is not asked,
 * since that would be paid for.
 */
export async function canCheck({ local, ask }: Pick<Draft, 'local' | 'ask'>): Promise<boolean> {
  const found = capabilitiesOf(local).selfCheck;
  if (found !== undefined) return found;
  if (placeOf(local) === 'cloud') return false;
  return once(local, async () => {
    const selfCheck = await probe(local, ask);
    discover(local, { selfCheck });
    return selfCheck;
  });
}

/**
 * Makes what is found out about a model by asking it: once, however many ask at the same time. One
 * that failed is made again, since whoever began it may have gone away.
 */
export function probeOnce(): (
  local: LanguageModel,
  probe: () => Promise<boolean>,
) => Promise<boolean> {
  const begun = new WeakMap<LanguageModel, Promise<boolean>>();
  return async function once(local, probe) {
    const found = await begun.get(local)?.catch(() => undefined);
    if (found !== undefined) return found;
    if (begun.has(local)) return once(local, probe);
    const made = probe();
    begun.set(local, made);
    made.catch(() => begun.delete(local));
    return made;
  };
}

const once = probeOnce();

async function probe(local: LanguageModel, ask: Draft['ask']): Promise<boolean> {
  const right = await rightVerdicts(mostAsked, async ([question, answer], index) => {
    const id = `self-check probe ${index + 1}`;
    return verdictIn(await ask(local, checkCall(question, answer, 0), { name: 'probe', id }));
  });
  return right >= fewestRight;
}

/** Counts how many of the first known drafts are judged rightly, all at the same time. */
export async function rightVerdicts(
  most: number,
  judge: (known: (typeof knownDrafts)[number], index: number) => Promise<boolean | undefined>,
): Promise<number> {
  const verdicts = await Promise.all(knownDrafts.slice(0, most).map(judge));
  return verdicts.filter((verdict, index) => verdict === knownDrafts[index]![2]).length;
}

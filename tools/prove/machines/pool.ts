import { pool } from '../../../src/entries/backends.ts';
import { type LanguageModel, model, textOf, userCall } from '../../../src/index.ts';
import type { Proof } from '../journal.ts';
import { type SlowServer, startSlowServer } from './slow-server.ts';

const ms = 100;
const slots = 4;
const slower = 5;
/** Of the calls; then a member dies. */
const deathAt = 0.3;
// A tenth is over so soon that its last slow call counts, and runs on busy machines.
const mostTimesIdeal = { whole: 1.1, part: 1.4 };

/**
 * Three servers as one: one dies when three tenths of the calls are answered, and one is five times
 * slower. No call fails, and the whole takes hardly longer than the slots that there were allow.
 */
export async function provePool(share: number): Promise<Proof> {
  const calls = Math.max(300, Math.round(1000 * share));
  await using quick = await startSlowServer({ slots, ms });
  await using slow = await startSlowServer({ slots, ms: ms * slower });
  await using dying = await startSlowServer({ slots, ms });
  const all = [quick, slow, dying];
  const asked = pool({ members: all.map(memberAt), concurrency: slots });
  const begun = performance.now();
  const wrong = await answers(asked, calls, done => {
    if (done === Math.round(calls * deathAt)) dying.die();
  });
  const times = (performance.now() - begun) / idealMs(calls);
  const served = all.map(each => each.served()).join(' + ');
  const says =
    `a pool of three, one dying at 30 %, one ${slower} times slower: ${calls} calls ` +
    `(${served}), ${wrong.length} failed, ${times.toFixed(2)} × ideal`;
  const problems = wrong.slice(0, 3).map(why => `pool: ${why}`);
  const most = share < 1 ? mostTimesIdeal.part : mostTimesIdeal.whole;
  if (times > most) problems.push(`pool: more than ${most} × ideal: ${says}`);
  return { says: [says], problems };
}

/** The model of a server, as a member of a pool. */
export function memberAt({ endpoint }: Pick<SlowServer, 'endpoint'>): LanguageModel {
  return model('openai-compatible:slow', { endpoint, place: 'device' });
}

async function answers(
  asked: LanguageModel,
  calls: number,
  onAnswer: (done: number) => void,
): Promise<string[]> {
  let done = 0;
  const ask = async (n: number): Promise<string[]> => {
    try {
      const said = textOf(await asked.doGenerate(userCall(`call ${n}`)));
      onAnswer(++done);
      return said === `answer to call ${n}` ? [] : [`call ${n} was answered with "${said}"`];
    } catch (error) {
      return [`call ${n} failed: ${(error as Error).message}`];
    }
  };
  const all = await Promise.all(Array.from({ length: calls }, (_, n) => ask(n)));
  return all.flat();
}

// So long as all slots are full, before the death and after it.
function idealMs(calls: number): number {
  const perMs = (members: number) => (slots * members) / ms;
  const before = (calls * deathAt) / perMs(2 + 1 / slower);
  return before + (calls * (1 - deathAt)) / perMs(1 + 1 / slower);
}

import { pool } from '../../../src/entries/backends.ts';
import { type LanguageModel, model, textOf, userCall } from '../../../src/index.ts';
import type { Proof } from '../journal.ts';
import { type SlowServer, startSlowServer } from './slow-server.ts';

const ms = 100;
const slots = 4;
const slower = 5;
const roundsAlone = 20;
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
  const extraMs = await extraOf(memberAt(quick));
  const before = quick.served();
  const asked = pool({ members: all.map(memberAt), concurrency: slots });
  const begun = performance.now();
  const wrong = await answers(asked, calls, done => {
    if (done === Math.round(calls * deathAt)) dying.die();
  });
  const tookMs = performance.now() - begun;
  const times = tookMs / idealMs(calls, 0);
  const served = [quick.served() - before, slow.served(), dying.served()].join(' + ');
  const says =
    `a pool of three, one dying at 30 %, one ${slower} times slower: ${calls} calls ` +
    `(${served}), ${wrong.length} failed, ${times.toFixed(2)} × ideal; ` +
    `${(tookMs / idealMs(calls, extraMs)).toFixed(2)} × that of servers whose calls take the ` +
    `${extraMs.toFixed(0)} ms more that a call took here just before, without a pool`;
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
function idealMs(calls: number, extraMs: number): number {
  const quick = slots / (ms + extraMs);
  const slow = slots / (ms * slower + extraMs);
  return (calls * deathAt) / (2 * quick + slow) + (calls * (1 - deathAt)) / (quick + slow);
}

// What a call of a full server takes beside the server's own time; a busy machine adds to it.
async function extraOf(member: LanguageModel): Promise<number> {
  // The first call of a process loads what it needs.
  await member.doGenerate(userCall('first'));
  const begun = performance.now();
  const lane = async () => {
    for (let n = 0; n < roundsAlone; n++) await member.doGenerate(userCall(`alone ${n}`));
  };
  await Promise.all(Array.from({ length: slots }, lane));
  return (performance.now() - begun) / roundsAlone - ms;
}

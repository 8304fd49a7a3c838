import { pool } from '../../../src/entries/backends.ts';
import { type Call, type LanguageModel, userCall } from '../../../src/index.ts';
import type { Proof } from '../journal.ts';
import { memberAt } from './pool.ts';
import { type SlowServer, startSlowServer } from './slow-server.ts';

const members = 4;
const slots = 2;
const prefixes = 24;
const reading = { ms: 150, kept: 6 };
const mostShare = 0.25;

/**
 * Calls about two dozen documents, in any order, over four servers that each remember six: a pool
 * makes them read a quarter as often as one that chooses the least busy server.
 */
export async function proveColdReads(share: number, random: () => number): Promise<Proof> {
  const calls = Math.max(480, Math.round(1000 * share));
  const order = Array.from({ length: calls }, () => Math.floor(random() * prefixes));
  const least = await coldOf(order, leastBusy);
  const pooled = await coldOf(order, all => pool({ members: [...all], concurrency: slots }));
  const says =
    `${calls} calls about ${prefixes} documents: ${pooled.cold} read anew in a pool ` +
    `(${(pooled.ms / 1000).toFixed(1)} s), ${least.cold} by the least busy ` +
    `(${(least.ms / 1000).toFixed(1)} s): ${((100 * pooled.cold) / least.cold).toFixed(0)} %`;
  const isBroken = pooled.cold > mostShare * least.cold;
  return { says: [says], problems: isBroken ? [`pool: more than a quarter: ${says}`] : [] };
}

async function coldOf(
  order: readonly number[],
  join: (members: readonly LanguageModel[]) => Pick<LanguageModel, 'doGenerate'>,
): Promise<{ readonly cold: number; readonly ms: number }> {
  const servers = await Promise.all(
    Array.from({ length: members }, () => startSlowServer({ slots, ms: 50, reading })),
  );
  const asked = join(servers.map(memberAt));
  const begun = performance.now();
  await Promise.all(order.map(async (prefix, n) => asked.doGenerate(callAbout(prefix, n))));
  const ms = performance.now() - begun;
  for (const server of servers) server.die();
  return { cold: sum(servers), ms };
}

function sum(servers: readonly SlowServer[]): number {
  return servers.reduce((total, { cold }) => total + cold(), 0);
}

function callAbout(prefix: number, n: number): Call {
  const { prompt, ...call } = userCall(`question ${n}`);
  return { ...call, prompt: [{ role: 'system', content: `document ${prefix}` }, ...prompt] };
}

// What a balancer does: each call goes to the server that is at the fewest.
function leastBusy(all: readonly LanguageModel[]): Pick<LanguageModel, 'doGenerate'> {
  const out = all.map(() => 0);
  return {
    async doGenerate(call) {
      const at = out.indexOf(Math.min(...out));
      out[at]!++;
      try {
        return await all[at]!.doGenerate(call);
      } finally {
        out[at]!--;
      }
    },
  };
}

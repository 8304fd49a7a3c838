import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../testing/store-exam/question.ts';
import { openRunQueue } from '../../queue/open-queue.ts';
import type { QueuedRun } from '../../queue/run-queue.ts';
import { administer, dropSchemas, freshAddress, testServer } from '../test-server.ts';

const options = { patienceMs: 2000 };
const made: string[] = [];
afterAll(async () => {
  const queues = made.map(address => `${new URL(address).searchParams.get('schema')}_queue`);
  if (testServer)
    await administer(testServer, ...queues.map(name => `drop schema if exists ${name} cascade`));
  await dropSchemas(made);
}, 60_000);

function fresh(): string {
  const address = freshAddress(testServer!);
  made.push(address);
  return address;
}

function runs(count: number, needs: readonly string[] = []): QueuedRun[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: crypto.randomUUID(), group: 'g', needs, body: `body ${n}` },
  }));
}

describe('a queue of runs', () => {
  it('lies beside a store on Postgres alone', async () => {
    await expect(openRunQueue('tandem.db', options)).rejects.toThrow('Workers share a store');
  });
});

describe.skipIf(!testServer)('a queue of runs on Postgres', () => {
  it('brings each run once to a worker that has what it needs', async () => {
    const address = fresh();
    await using sender = await openRunQueue(address, options);
    await using taker = await openRunQueue(address, options);
    const [plain, special] = [runs(20), runs(5, ['gpu', 'model:a,b'])];
    expect(await sender.send([...plain, ...special])).toBe(25);
    expect(await sender.send(plain.slice(0, 3))).toBe(0);
    const seen: string[] = [];
    const handle = async ({ id, body }: QueuedRun) => {
      seen.push(id);
      return `answer to ${body}`;
    };
    const work = await taker.work({ lanes: 4, has: ['gpu'], handle });
    await eventually(async () => (seen.length === 20 ? true : undefined));
    const all = await sender.work({ lanes: 4, has: ['model:a,b', 'gpu', 'more'], handle });
    await eventually(async () => ((await sender.progress('g')).ended === 25 ? true : undefined));
    await Promise.all([work.stop(1000), all.stop(1000)]);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    const [result] = await sender.results([plain[7]!.id]);
    expect(result).toEqual({ id: plain[7]!.id, state: 'done', body: 'answer to body 7' });
  }, 30_000);

  it('forgets what is queued, and brings it again when it is sent again', async () => {
    await using queue = await openRunQueue(fresh(), options);
    const [one] = runs(1);
    await queue.send([one!]);
    await queue.forget('other');
    expect(await queue.progress('g')).toEqual({ waiting: 1, active: 0, ended: 0 });
    await queue.forget('g');
    expect(await queue.progress('g')).toEqual({ waiting: 0, active: 0, ended: 0 });
    expect(await queue.send([one!])).toBe(1);
    expect(await queue.progress('g')).toEqual({ waiting: 1, active: 0, ended: 0 });
  }, 30_000);

  it('brings short runs ahead, in turns of queues, and gives back what rests', async () => {
    await using queue = await openRunQueue(fresh(), options);
    const [many, few] = [runs(200, ['a']), runs(4, ['b'])];
    await queue.send([...many, ...few]);
    const seen: string[] = [];
    const atOnce = { now: 0, most: 0 };
    let restsA = false;
    const work = await queue.work({
      ...{ lanes: 2, has: ['a', 'b'] },
      most: ([need]) => (need === 'a' && restsA ? 0 : 2),
      async handle({ id }) {
        seen.push(id);
        atOnce.most = Math.max(atOnce.most, ++atOnce.now);
        await new Promise(resolve => setTimeout(resolve, 5));
        atOnce.now--;
        return id;
      },
    });
    await eventually(async () => few.every(({ id }) => seen.includes(id)) || undefined);
    expect(seen.length).toBeLessThan(200);
    restsA = true;
    await eventually(async () => ((await queue.progress('g')).active === 0 ? true : undefined));
    const rested = seen.length;
    await queue.send(runs(1, ['b']));
    await eventually(async () => (seen.length > rested ? true : undefined));
    restsA = false;
    await eventually(async () => ((await queue.progress('g')).ended === 205 ? true : undefined));
    await work.stop(1000);
    expect(new Set(seen).size).toBe(205);
    expect([seen.length, atOnce.most]).toEqual([205, 2]);
  }, 30_000);
});

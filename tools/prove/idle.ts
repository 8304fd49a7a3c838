import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startServerProcess } from './gateway-process.ts';
import type { Proof } from './journal.ts';

const streams = 2000;
const mostMegabytes = 400;
// A stream begins after at most 5 s, and a comment comes each 15 s.
const idleMs = 30_000;

interface Memory {
  readonly rssBefore: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

interface Client {
  text: string;
  status: number;
}

/**
 * Opens 2,000 streams on which nothing moves, half of them of a model that has said a word, half of
 * a cascade that holds its answer back, and weighs the gateway's process: 400 MB at most, and each
 * client has had a comment that keeps its connection.
 */
export async function proveIdle(share: number): Promise<Proof> {
  const count = Math.round(streams * share);
  const upstream = await startServerProcess<{ open: number }>('idle-upstream-child.ts');
  const gateway = await startServerProcess<Memory>('idle-gateway-child.ts', [`${upstream.url}/v1`]);
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  try {
    const before = await gateway.report();
    const clients: Client[] = [];
    for (let at = 0; at < count; at++) {
      clients.push(open(gateway.url, at % 2 === 0 ? 'local' : 'cascade', agent));
      if (at % 50 === 49) await wait(50);
    }
    await wait(idleMs);
    const { open: asked } = await upstream.report();
    const after = await gateway.report();
    return judged({ count, asked, before, after, clients });
  } finally {
    agent.destroy();
    gateway.kill();
    upstream.kill();
  }
}

function open(url: string, model: string, agent: Agent): Client {
  const client: Client = { text: '', status: 0 };
  const messages = [{ role: 'user', content: 'What is it? '.repeat(20) }];
  const headers = { 'content-type': 'application/json' };
  const sent = request(
    `${url}/v1/chat/completions`,
    { method: 'POST', agent, headers },
    response => {
      client.status = response.statusCode ?? 0;
      response.on('data', piece => {
        client.text += piece;
      });
      response.on('error', () => {});
    },
  );
  sent.on('error', () => {});
  sent.end(JSON.stringify({ model, messages, stream: true }));
  return client;
}

interface Standing {
  readonly count: number;
  readonly asked: number;
  readonly before: Memory;
  readonly after: Memory;
  readonly clients: readonly Client[];
}

function judged({ count, asked, before, after, clients }: Standing): Proof {
  const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(0);
  const kilobytes = (bytes: number) => (bytes / count / 1000).toFixed(1);
  const begun = clients.filter(({ status }) => status === 200).length;
  const told = clients.filter(({ text }) => text.includes(': still at work')).length;
  const isTooMuch = after.rss > mostMegabytes * 1_000_000;
  const says = [
    `${count} streams, ${begun} begun, ${asked} open upstream, ${told} kept alive by comments`,
    `${megabytes(after.rss)} MB (${megabytes(after.rssBefore)} before a collection; ` +
      `${megabytes(before.rss)} MB with none), at most ${mostMegabytes}`,
    `each ${kilobytes(after.rss - before.rss)} kB, of which heap ` +
      `${kilobytes(after.heapUsed - before.heapUsed)} kB`,
  ];
  const problems = [
    ...(isTooMuch ? [`${megabytes(after.rss)} MB, at most ${mostMegabytes}.`] : []),
    ...(begun < count ? [`${count - begun} streams have not begun.`] : []),
    ...(told < count ? [`${count - told} streams had no comment.`] : []),
    ...(asked < count ? [`${count - asked} were not open upstream.`] : []),
  ];
  return { says, problems };
}

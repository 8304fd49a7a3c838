import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { type GatewayProcess, type Standing, startGatewayProcess } from './gateway-process.ts';
import type { Proof } from './journal.ts';

const clients = 50;
const secondMinuteMs = 60_000;
const wholeMs = 150_000;
const sampleMs = 15_000;

/**
 * Streams through a cascade from 50 clients of so many requests each, which go away at random: no call upstream is left
 * open, nothing warns of listeners, memory is flat from the second minute, and the event loop is not held.
 */
export async function proveSoak(share: number, random: () => number): Promise<Proof> {
  const gateway = await startGatewayProcess();
  const isWhole = share === 1;
  const begun = performance.now();
  const counts = { whole: 0, left: 0 };
  const samples: { ms: number; standing: Standing }[] = [];
  const timer = setInterval(() => {
    void gateway.report().then(standing => samples.push({ ms: performance.now() - begun, standing }));
  }, sampleMs);
  await stream(gateway, { requests: clients * 4, counts: { whole: 0, left: 0 }, random, untilMs: 0 });
  gateway.send('reset');
  const idle = startIdle();
  await stream(gateway, { requests: clients * 200 * share, counts, random, untilMs: isWhole ? wholeMs : 0 });
  clearInterval(timer);
  // What is still to be told of those who left is told at once; nobody waits for it longer than this.
  await new Promise(resolve => setTimeout(resolve, 1000));
  const [last, idleMs] = [await gateway.report(), await idle.p99Ms()];
  await gateway.close();
  const late = samples.filter(({ ms }) => ms >= secondMinuteMs).map(({ standing }) => standing.heapUsed / 1e6);
  const flat = late.length > 1 ? (Math.max(...late) - Math.min(...late)) / (2 * median(late)) : undefined;
  return {
    says: [
      `${counts.whole} streams read to their end, ${counts.left} left in the middle, in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
      `calls upstream: ${last.begun} begun, ${last.ended} ended; event loop p99 ${last.delayP99Ms.toFixed(1)} ms, that of an idle process beside it ${idleMs.toFixed(1)} ms; memory ${(last.rss / 1e6).toFixed(0)} MB${flat === undefined ? '' : `, heap after collection ± ${(flat * 100).toFixed(0)} % from the second minute`}`,
    ],
    problems: [
      ...(last.begun === last.ended ? [] : [`${last.begun - last.ended} calls upstream were left open`]),
      ...last.warnings.map(warning => `a warning: ${warning}`),
      ...(flat !== undefined && flat > 0.1 ? [`memory moves by ± ${(flat * 100).toFixed(0)} %, more than 10`] : []),
      // A machine that is shared holds every event loop now and then: what an idle one shows is not ours.
      ...(isWhole && last.delayP99Ms - idleMs >= 20
        ? [`the event loop was held ${last.delayP99Ms.toFixed(1)} ms at p99`]
        : []),
    ],
  };
}

const idleProgram = `
  const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on('message', () => process.send(delay.percentile(99) / 1e6, () => process.exit()));`;

/** A process that does nothing but measure how late its event loop is. */
function startIdle(): { p99Ms(): Promise<number> } {
  const child = spawn(process.execPath, ['-e', idleProgram], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return {
    p99Ms: () =>
      new Promise(resolve => {
        child.once('message', found => resolve(Number(found)));
        child.send('report');
      }),
  };
}

interface Streaming {
  readonly requests: number;
  readonly counts: { whole: number; left: number };
  readonly random: () => number;
  readonly untilMs: number;
}

async function stream(gateway: GatewayProcess, { requests, counts, random, untilMs }: Streaming): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const begun = performance.now();
  let left = requests;
  const work = async () => {
    while (left-- > 0 || performance.now() - begun < untilMs) {
      const isRead = await one(gateway.url, agent, random() < 0.3 ? Math.ceil(random() * 4) : Number.POSITIVE_INFINITY);
      if (isRead) counts.whole++;
      else counts.left++;
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  agent.destroy();
}

// Leaves after so many pieces of the answer; what is left at once is left before the first.
function one(url: string, agent: Agent, pieces: number): Promise<boolean> {
  const body = JSON.stringify({
    model: 'cascade',
    stream: true,
    messages: [{ role: 'user', content: 'How is the day?' }],
  });
  return new Promise(resolve => {
    const sent = request(
      `${url}/v1/chat/completions`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      response => {
        let seen = 0;
        response.on('data', () => {
          if (++seen < pieces) return;
          sent.destroy();
          resolve(false);
        });
        response.on('end', () => resolve(true));
        response.on('error', () => resolve(false));
      },
    );
    sent.on('error', () => resolve(false));
    sent.end(body);
    if (pieces === 1) setTimeout(() => sent.destroy(), 2);
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

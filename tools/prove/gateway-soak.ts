import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { startServerProcess } from './gateway-process.ts';
import type { Proof } from './journal.ts';

const clients = 50;
const secondMinuteMs = 60_000;
const wholeMs = 150_000;
const sampleMs = 15_000;
// A stream stands in the way of others for as long as the event loop is held.
const mostDelayMs = 20;

/** How the gateway stands. */
interface Standing {
  readonly warnings: readonly string[];
  readonly rss: number;
  readonly heapUsed: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly processorMs: number;
}

/** How the gateway stood so long after the beginning. */
interface Sample {
  readonly ms: number;
  readonly standing: Standing;
}

/** What the servers upstream were asked. */
interface Asked {
  readonly begun: number;
  readonly ended: number;
  readonly aborted: number;
}

// Milliseconds that an answer upstream takes.
const paces: Readonly<Record<string, readonly [least: number, most: number]>> = {
  instant: [0, 0],
  '50-200': [50, 200],
  '300-700': [300, 700],
};

/**
 * Streams through a cascade from 50 clients of 200 requests each, which go away at random; clients,
 * gateway and the servers upstream are processes of their own. No call upstream is left open,
 * nothing warns of listeners, memory is flat from the second minute, and the event loop of the
 * gateway is not held. `--pace=instant`, `50-200` (the default) or `300-700`: milliseconds that the
 * servers take.
 */
export async function proveSoak(share: number, random: () => number): Promise<Proof> {
  const pace =
    process.argv.find(argument => argument.startsWith('--pace='))?.slice('--pace='.length) ??
    '50-200';
  const [least, most] = paces[pace] ?? unknownPace(pace);
  const upstream = await startServerProcess<Asked>('soak-upstream-child.ts', [
    String(least),
    String(most),
  ]);
  const gateway = await startServerProcess<Standing>('soak-gateway-child.ts', [upstream.url]);
  const isWhole = share === 1;
  const counts = { whole: 0, left: 0 };
  const samples: Sample[] = [];
  await stream(gateway.url, {
    requests: clients * 4,
    counts: { whole: 0, left: 0 },
    random,
    untilMs: 0,
  });
  gateway.send('reset');
  const idle = startIdle();
  const begun = performance.now();
  const timer = setInterval(() => {
    void gateway
      .report()
      .then(standing => samples.push({ ms: performance.now() - begun, standing }));
  }, sampleMs);
  await stream(gateway.url, {
    requests: clients * 200 * share,
    counts,
    random,
    untilMs: isWhole ? wholeMs : 0,
  });
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(timer);
  // What is still to be told of those who left is told at once; nobody waits for it longer than
  // this.
  await new Promise(resolve => setTimeout(resolve, 1000));
  const [last, asked, idleMs] = [
    await gateway.report(),
    await upstream.report(),
    await idle.p99Ms(),
  ];
  await gateway.close();
  upstream.kill();
  return proofOf({ pace, isWhole, counts, seconds, samples, last, asked, idleMs });
}

/** What a soak came to. */
interface Soaked {
  readonly pace: string;
  readonly isWhole: boolean;
  readonly counts: { readonly whole: number; readonly left: number };
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly last: Standing;
  readonly asked: Asked;
  /** How late the event loop of an idle process was at p99. */
  readonly idleMs: number;
}

function proofOf(soaked: Soaked): Proof {
  const { pace, isWhole, counts, seconds, samples, last, asked, idleMs } = soaked;
  const heaps = samples.map(({ standing }) => Math.round(standing.heapUsed / 1e6));
  const flat = heapMoveIn(samples);
  const heap =
    flat === undefined
      ? ''
      : `, heap after collection ± ${(flat * 100).toFixed(0)} % from the second minute ` +
        `(${heaps.join(', ')} MB, every ${sampleMs / 1000} s)`;
  return {
    says: [
      `${counts.whole} streams read to their end, ${counts.left} left in the middle, in ` +
        `${seconds.toFixed(0)} s; servers that take ` +
        `${pace === 'instant' ? 'no time' : `${pace} ms`}`,
      `calls upstream: ${asked.begun} begun, ${asked.ended} ended, ${asked.aborted} of them ` +
        'given up',
      `event loop p99 ${last.delayP99Ms.toFixed(1)} ms, most ${last.delayMaxMs.toFixed(0)} ms; ` +
        `of an idle process beside it p99 ${idleMs.toFixed(1)} ms; processor ` +
        `${((last.processorMs / seconds / 1000) * 100).toFixed(0)} %`,
      `memory ${(last.rss / 1e6).toFixed(0)} MB${heap}`,
    ],
    problems: [
      ...(asked.begun === asked.ended
        ? []
        : [`${asked.begun - asked.ended} calls upstream were left open`]),
      ...last.warnings.map(warning => `a warning: ${warning}`),
      ...(flat !== undefined && flat > 0.1
        ? [`memory moves by ± ${(flat * 100).toFixed(0)} %, more than 10`]
        : []),
      ...(isWhole && last.delayP99Ms >= mostDelayMs
        ? [
            `the event loop was held ${last.delayP99Ms.toFixed(1)} ms at p99, and ${mostDelayMs} ` +
              'is the most',
          ]
        : []),
    ],
  };
}

// How far the heap moves up and down from the second minute on, as a share of its median.
function heapMoveIn(samples: readonly Sample[]): number | undefined {
  const late = samples
    .filter(({ ms }) => ms >= secondMinuteMs)
    .map(({ standing }) => standing.heapUsed / 1e6);
  return late.length > 1 ? (Math.max(...late) - Math.min(...late)) / (2 * median(late)) : undefined;
}

function unknownPace(pace: string): never {
  console.error(`There is no pace "${pace}". Known: ${Object.keys(paces).join(', ')}.`);
  process.exit(2);
}

const idleProgram = `
  const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on('message', () => process.send(delay.percentile(99) / 1e6, () => process.exit()));`;

/** A process that does nothing but measure how late its event loop is. */
function startIdle(): { p99Ms(): Promise<number> } {
  const child = spawn(process.execPath, ['-e', idleProgram], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
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

async function stream(
  url: string,
  { requests, counts, random, untilMs }: Streaming,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const begun = performance.now();
  let left = requests;
  const work = async () => {
    while (left-- > 0 || performance.now() - begun < untilMs) {
      const pieces = random() < 0.3 ? Math.ceil(random() * 4) : Number.POSITIVE_INFINITY;
      const isRead = await one(url, agent, {
        pieces,
        content: random() < 0.5 ? 'How is the day?' : 'A hard one.',
      });
      if (isRead) counts.whole++;
      else counts.left++;
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  agent.destroy();
}

// Leaves after so many pieces of the answer; what is left at once is left before the first.
function one(
  url: string,
  agent: Agent,
  { pieces, content }: { readonly pieces: number; readonly content: string },
): Promise<boolean> {
  const body = JSON.stringify({
    model: 'soaked',
    stream: true,
    messages: [{ role: 'user', content }],
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

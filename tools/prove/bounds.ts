import { readableKinds } from '../../src/documents/formats/parse-document.ts';
import { patternByName } from '../../src/entries/config.ts';
import { schemesWithoutCase } from './border/backends.ts';
import { attackOn, type Gateway } from './bounds/attack.ts';
import { documentsByKind } from './bounds/documents.ts';
import { heavyRequests, lightRequest } from './bounds/requests.ts';
import { startServerProcess } from './gateway-process.ts';
import type { Proof } from './journal.ts';

type Random = () => number;

const heapMb = 512;
const mostHeldMs = 50;
const mostTimesIdle = 10;
// So many are sent before it is asked what held the thread.
const batch = 1024;
const tenthMs = 60_000;

/**
 * Sends hostile documents, bodies and questions, answered by a hostile server, to a gateway with a
 * heap of 512 MB: it does not end, every request is answered in time and with no 500, nothing holds
 * its thread for more than 50 ms of processor time (three times that in a tenth, on a shared
 * machine), and `/healthz` takes at most ten times its idle p99. Files come by the table of
 * readers, routes by that of routes, servers by that of backends: one without a case fails.
 */
export async function proveBounds(share: number, random: Random): Promise<Proof> {
  const upstream = await startServerProcess('bounds-upstream-child.ts');
  const gateway: Gateway = await startServerProcess(
    'bounds-gateway-child.ts',
    [upstream.url],
    [`--max-old-space-size=${heapMb}`],
  );
  const health = await startServerProcess<{ p99Ms: number }>('bounds-health-child.ts', [
    gateway.url,
  ]);
  const isWhole = share === 1;
  const backends = gateway.told.backends as string[];
  await warmUp(gateway, backends[0]!);
  health.send('reset');
  await pause(isWhole ? 20_000 : 3000);
  const idle = await health.report();
  const problems = withoutCase();
  const attack = attackOn(gateway, {
    most: isWhole ? mostHeldMs : 3 * mostHeldMs,
    heapMb,
    problems,
  });
  const heavy = heavyRequests(backends).filter(() => isWhole || random() < 0.1);
  for (const each of heavy) if (gateway.isAlive()) await attack.all([each]);
  const light = await sendDrawn(attack, {
    backends,
    share,
    random,
    goesOn: () => gateway.isAlive(),
  });
  const busy = await health.report();
  if (!gateway.isAlive()) problems.push(`the gateway ended: ${gateway.log().slice(-800)}`);
  if (isWhole) problems.push(...lateHealth(busy.p99Ms, idle.p99Ms));
  for (const child of [health, upstream]) child.kill();
  await gateway.close();
  const [busyMs, idleMs] = [busy.p99Ms.toFixed(1), idle.p99Ms.toFixed(1)];
  return {
    says: [
      `${light} drawn requests and ${heavy.length} bombs; ${attack.says()}`,
      `/healthz p99 ${busyMs} ms, idle ${idleMs} ms`,
    ],
    problems,
  };
}

interface Drawing {
  readonly backends: readonly string[];
  readonly share: number;
  readonly random: Random;
  readonly goesOn: () => boolean;
}

function lateHealth(busyMs: number, idleMs: number): string[] {
  const times = busyMs / Math.max(idleMs, 1);
  if (times <= mostTimesIdle) return [];
  return [`/healthz took ${busyMs.toFixed(1)} ms at p99, ${times.toFixed(1)} times its idle`];
}

// Returns how many were sent; a part ends after a minute.
async function sendDrawn(
  attack: ReturnType<typeof attackOn>,
  { backends, share, random, goesOn }: Drawing,
): Promise<number> {
  const models = ['local', 'cloud', ...backends, ...Object.keys(patternByName)];
  const begun = performance.now();
  let sent = 0;
  while (sent < 100_000 * share && goesOn() && attack.goesOn()) {
    if (share < 1 && performance.now() - begun > tenthMs) break;
    const size = share < 1 ? batch / 4 : batch;
    await attack.all(Array.from({ length: size }, () => lightRequest(models, random)));
    sent += size;
  }
  return sent;
}

function withoutCase(): string[] {
  return [
    ...readableKinds
      .filter(kind => !documentsByKind[kind]?.length)
      .map(kind => `no hostile file of kind ${kind}`),
    ...schemesWithoutCase().map(name => `the backend ${name} has no case`),
  ];
}

// What is loaded and compiled by the first requests holds the thread once.
async function warmUp(gateway: Gateway, model: string): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'How is the day?' }] });
  const plain = { what: 'a plain request', method: 'POST', path: '/v1/chat/completions', body };
  const warm = attackOn(gateway, { most: Number.POSITIVE_INFINITY, heapMb, problems: [] });
  await warm.all(Array.from({ length: 50 }, () => plain));
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

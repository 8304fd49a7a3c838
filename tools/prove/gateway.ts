import { Agent, request } from 'node:http';
import { openapiDocument } from '../../apps/gateway/openapi.ts';
import { routes } from '../../apps/gateway/routes.ts';
import { type ServerProcess, startServerProcess } from './gateway-process.ts';
import { canary, draw, mutate } from './generate-request.ts';
import { hostileBytes, sendBytes } from './hostile-request.ts';
import type { Proof } from './journal.ts';

type Random = () => number;

const atOnce = 48;
const served = [
  'local',
  'cloud',
  'cascade',
  'router',
  'tandem/cascade',
  'maker',
  'minions',
  'chain',
];
// What an upstream or a limit may be the cause of.
const mayBeHigh = new Set([
  'model_failed',
  'bad_answer',
  'not_converged',
  'deadline_exceeded',
  'overloaded',
  'not_configured',
]);

/** How the gateway stands. */
interface Standing {
  readonly warnings: readonly string[];
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly schema: object | undefined;
}

/**
 * Sends generated requests, two in five valid, two nearly valid, one hostile: no 500, other errors
 * of the server only where the upstream or a limit caused them, no crash, and nothing of what was
 * said in the log.
 */
export async function proveGateway(requests: number, random: Random): Promise<Proof> {
  const gateway = await startServerProcess<Standing>('gateway-child.ts');
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const byStatus = new Map<number, number>();
  const problems = new Set<string>();
  const operations = operationsOf();
  let left = requests;
  const work = async () => {
    while (left-- > 0 && gateway.isAlive() && problems.size < 20) {
      const { status, body, what } = await one(gateway, { agent, operations, random });
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      const problem = problemIn(status, body);
      if (problem) problems.add(`${problem}: ${what.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (!gateway.isAlive()) problems.add(`the gateway ended: ${gateway.log().slice(-500)}`);
  else {
    await fetch(`${gateway.url}/healthz`).catch(error =>
      problems.add(`it lives no more: ${String(error)}`),
    );
    const { warnings } = await gateway.report();
    for (const warning of warnings) problems.add(`a warning: ${warning}`);
  }
  agent.destroy();
  await gateway.close();
  if (gateway.log().includes(canary))
    problems.add(`the log holds content: ${around(gateway.log())}`);
  const counts = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status || 'closed'}: ${count}`);
  return { says: [`${requests} requests; ${counts.join(', ')}`], problems: [...problems] };
}

function problemIn(status: number, body: string): string | undefined {
  if (status < 500) return undefined;
  const [, code = ''] = /"code":"(\w+)"/.exec(body) ?? [];
  return status > 500 && status <= 504 && mayBeHigh.has(code)
    ? undefined
    : `answered ${status} ${code} ${body.slice(0, 200)}`;
}

interface Sending {
  readonly agent: Agent;
  readonly operations: readonly Operation[];
  readonly random: Random;
}

async function one(
  gateway: Pick<ServerProcess<Standing>, 'url'>,
  { agent, operations, random }: Sending,
) {
  const kind = random();
  if (kind >= 0.8) {
    const { bytes, isSlow } = hostileBytes(random);
    // Few wait for the server's patience to end; the others give up.
    const answered = await sendBytes(gateway.url, bytes, isSlow && random() < 0.05 ? 8000 : 1000);
    return { ...answered, what: bytes.subarray(0, 120).toString() };
  }
  const operation = operations[Math.floor(random() * operations.length)]!;
  const drawn = operation.schema && named(draw(operation.schema as never, random), random);
  const value = kind < 0.4 ? drawn : mutate(drawn, random);
  const body = drawn === undefined ? undefined : JSON.stringify(value);
  const path = operation.path.replace(
    '{id}',
    pick(['none', canary, 'file-1', 'local', 'resp_1', '../x'], random),
  );
  const answered = await send({
    url: gateway.url,
    method: operation.method,
    path,
    body,
    agent,
    giveUpMs: random() < 0.02 ? 5 : 0,
  });
  return { ...answered, what: `${operation.method} ${path} ${body ?? ''}` };
}

// Most name a model that is there: what follows the name is worth reaching.
function named(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || !('model' in value) || random() < 0.1)
    return value;
  return { ...value, model: pick(served, random) };
}

function send(given: {
  url: string;
  method: string;
  path: string;
  body: string | undefined;
  agent: Agent;
  giveUpMs: number;
}) {
  const { url, method, path, body, agent, giveUpMs } = given;
  return new Promise<{ status: number; body: string }>(resolve => {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}${encodeURI(path)}`, { method, agent, headers }, response => {
      let text = '';
      response.on('data', piece => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', () => resolve({ status: 0, body: text }));
    });
    sent.on('error', () => resolve({ status: 0, body: '' }));
    if (giveUpMs > 0) setTimeout(() => sent.destroy(), giveUpMs);
    sent.end(body);
  });
}

function operationsOf(): Operation[] {
  const { paths } = openapiDocument(routes) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>
    >;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]): Operation[] => {
      const schema = requestBody?.content['application/json']?.schema;
      const operation = { method: method.toUpperCase(), path, schema };
      // Those with bodies are where most can go wrong.
      return schema ? Array.from({ length: 6 }, () => operation) : [operation];
    }),
  );
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}

function around(log: string): string {
  const at = log.indexOf(canary);
  return log.slice(Math.max(0, at - 200), at + 50);
}

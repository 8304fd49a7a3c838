import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWireDouble } from '../../../src/testing/index.ts';
import { lastingPort } from '../../postgres/server.ts';
import type { Proof } from '../journal.ts';
import { freshStore, pause } from '../owner-cuts.ts';
import { ended } from './batch-cuts.ts';
import { type SlowServer, startSlowServer } from './slow-server.ts';
import { startTandem } from './worker-kills.ts';

const leaseMs = 2000;
const callMs = 6000;
// A quarter of the lease, and the way there and back on a busy machine.
const mostCancelMs = leaseMs / 4 + 500;
const patienceMs = 60_000;
// As the double names its calls.
const idOfDouble = 'call_1';

type Json = ReturnType<typeof JSON.parse>;

/** Asks one gateway of several. */
type Asking = (gateway: number, path: string, body?: object | FormData) => Promise<Response>;

/**
 * Two gateways on one Postgres, as processes: what one keeps is read at the other, ids of tool
 * calls open there, a long run is followed and cancelled from there, and goes on there when its
 * own gateway is killed.
 */
export async function proveReplicas(server: string): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-replicas-'));
  const store = freshStore(server);
  await using slow = await startSlowServer({ slots: 4, ms: callMs });
  await using tools = await startWireDouble([
    { text: 'hello Ann' },
    { text: 'Ann' },
    { tool: { name: 'weather', input: {} } },
    { text: 'sunny' },
    { text: 'not sure' },
  ]);
  const models = {
    local: { spec: 'openai-compatible:slow', endpoint: slow.endpoint },
    quick: { spec: 'openai-compatible:quick', endpoint: `${tools.url}/v1` },
  };
  // Its first call ends soon, its second takes its time.
  const twice = { pattern: 'cascade', local: 'quick', cloud: 'local', matches: '^sure$' };
  const config = { models, patterns: { twice }, journal: { leaseMs } };
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
  const ports = [await lastingPort(), await lastingPort()];
  const gateways = ports.map(port =>
    startTandem(folder, store, ['serve', '--keep', '--port', `${port}`, '--log-level', 'error']),
  );
  const ask: Asking = (gateway, path, body) => {
    const isForm = body instanceof FormData;
    return fetch(`http://127.0.0.1:${ports[gateway]}${path}`, {
      ...(body && { method: 'POST', body: isForm ? body : JSON.stringify(body) }),
      ...(body && !isForm && { headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(patienceMs),
    });
  };
  try {
    for (const n of ports.keys()) await untilTrue(async () => (await ask(n, '/v1/models')).ok);
    const shared = [...(await keptTogether(ask)), ...(await toolIdOpens(ask, tools.requests))];
    const followed = await followedAndCancelled(ask);
    const handed = await handedOn(ask, gateways[0]!, slow);
    const says =
      'two gateways: file, response and tool-call id of one read at the other; a run cancelled ' +
      `from the other after ${followed.ms} ms, and one of a killed gateway gone on with after ` +
      `${handed.ms} ms, with no 404 in between`;
    return { says: [says], problems: [...shared, ...followed.problems, ...handed.problems] };
  } finally {
    for (const gateway of gateways) gateway.kill('SIGKILL');
    await Promise.all(gateways.map(ended));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function keptTogether(ask: Asking): Promise<string[]> {
  const form = new FormData();
  form.set('purpose', 'user_data');
  form.set('file', new File(['The canary is yellow.'], 'a.txt'));
  const { id } = await jsonOf(ask(0, '/v1/files', form));
  const text = await (await ask(1, `/v1/files/${id}/content`)).text();
  const first = await jsonOf(ask(0, '/v1/responses', { model: 'quick', input: 'I am Ann.' }));
  const next = { model: 'quick', previous_response_id: first.id, input: 'Who am I?' };
  const second = await jsonOf(ask(1, '/v1/responses', next));
  return [
    ...(text === 'The canary is yellow.' ? [] : [`a file of the other gateway reads "${text}"`]),
    ...(second.output?.[0]?.content[0].text === 'Ann' ? [] : ['a response was not gone on with']),
  ];
}

async function toolIdOpens(
  ask: Asking,
  requests: readonly { readonly body: unknown }[],
): Promise<string[]> {
  const user = { role: 'user', content: 'How is the weather?' };
  const parameters = { type: 'object', properties: {} };
  const given = { tools: [{ type: 'function', function: { name: 'weather', parameters } }] };
  const path = '/v1/chat/completions';
  const asked = await jsonOf(ask(0, path, { model: 'quick', messages: [user], ...given }));
  const { message } = asked.choices[0];
  const tool = { role: 'tool', tool_call_id: message.tool_calls?.[0].id, content: 'clear' };
  await jsonOf(ask(1, path, { model: 'quick', messages: [user, message, tool], ...given }));
  const isOpened = tool.tool_call_id !== idOfDouble && idAsked(requests.at(-1)) === idOfDouble;
  return isOpened ? [] : ['the id of a tool call was not opened at the other gateway'];
}

function idAsked(request: { readonly body: unknown } | undefined): string | undefined {
  const body = request?.body as { messages: { role: string; tool_call_id?: string }[] } | undefined;
  return body?.messages.find(({ role }) => role === 'tool')?.tool_call_id;
}

async function followedAndCancelled(ask: Asking) {
  const { id } = await begin(ask, 'followed', 'twice');
  const heard = { text: '' };
  const events = ask(1, `/v1/runs/${id}/events`).then(response => hear(response, heard));
  await untilTrue(async () => (await statusAt(ask, 1, id)) === 'running');
  await pause(500);
  const live = heard.text;
  const begunMs = performance.now();
  await ask(1, `/v1/runs/${id}/cancel`, {});
  await untilTrue(async () => (await statusAt(ask, 0, id)) === 'cancelled');
  const ms = Math.round(performance.now() - begunMs);
  await events;
  const told = heard.text;
  return {
    ms,
    problems: [
      ...(ms > mostCancelMs ? [`a run was cancelled from elsewhere after ${ms} ms`] : []),
      ...(live.includes('event: ') ? [] : ['its events do not come while it is at work']),
      ...(told.includes('event: cancelled') ? [] : [`its events end with ${told.slice(-80)}`]),
    ],
  };
}

// What has come so far is in `heard`, before the end is there.
async function hear(response: Response, heard: { text: string }): Promise<void> {
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream()))
    heard.text += piece;
}

async function handedOn(ask: Asking, gateway: ChildProcess, slow: SlowServer) {
  const { id } = await begin(ask, 'handed on');
  await untilTrue(async () => (await statusAt(ask, 1, id)) === 'running');
  await pause(500);
  gateway.kill('SIGKILL');
  const begunMs = performance.now();
  const seen = new Set<string>();
  await untilTrue(async () => {
    const status = await statusAt(ask, 1, id);
    seen.add(status);
    return status === 'done';
  });
  const ms = Math.round(performance.now() - begunMs);
  const { result } = await jsonOf(ask(1, `/v1/runs/${id}`));
  const said = result?.choices[0].message.content;
  const asked = slow.answers.get('handed on');
  return {
    ms,
    problems: [
      ...[...seen].filter(status => !/^(?:running|done)$/.test(status)).map(s => `a run is ${s}`),
      ...(said === 'answer to handed on' ? [] : [`the run of a dead gateway says "${said}"`]),
      ...(asked === undefined || asked > 2 ? [`the run was asked ${asked} times`] : []),
    ],
  };
}

function begin(ask: Asking, content: string, model = 'local'): Promise<Json> {
  return jsonOf(ask(0, '/v1/runs', { model, messages: [{ role: 'user', content }] }));
}

async function statusAt(ask: Asking, gateway: number, id: string): Promise<string> {
  const response = await ask(gateway, `/v1/runs/${id}`);
  return response.ok ? ((await response.json()) as Json).status : String(response.status);
}

async function jsonOf(response: Promise<Response>): Promise<Json> {
  return (await response).json();
}

async function untilTrue(is: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  while (Date.now() < untilMs) {
    if (await is().catch(() => false)) return;
    await pause(20);
  }
}

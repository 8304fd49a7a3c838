import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/entries/runs.ts';
import type { Proof } from './journal.ts';
import { freshStore, pause } from './owner-cuts.ts';

const servers = 3;
const keys = 5;
const budgetUsd = 1;
const callUsd = 0.3;
/** Tokens of an answer, where the call allows as many; input costs nothing here. */
const answerTokens = 1000;
const clients = 8;
const roundingUsd = 1e-9;

/**
 * Three servers share one store, and a key may spend a dollar a day, in calls of thirty
 * cents: whichever server is asked, no more than the dollar is paid, and no less than ninety cents.
 * One server is killed while a call of the last key is under way: what it had set aside counts as
 * spent.
 */
export async function proveSpending(calls: number, server?: string): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-spending-'));
  const upstream = await startUpstream();
  const names = Array.from({ length: keys + 1 }, (_, n) => `k${n}`);
  const config = configOf(upstream.url, names, server === undefined ? 'state.db' : undefined);
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
  const store = server === undefined ? join(folder, 'state.db') : freshStore(server);
  const start = () => startGateway(folder, server && store);
  const gateways = await Promise.all(Array.from({ length: servers }, start));
  const paid: number[] = [];
  const problems: string[] = [];
  try {
    for (const name of names) {
      const before = upstream.paid();
      if (name === names.at(-1)) await killedServer(gateways, upstream, name);
      else problems.push(...wrongAnswers(await askAll(gateways, name, Math.ceil(calls / keys))));
      paid.push(upstream.paid() - before);
    }
    problems.push(...(await overspent(store, names)));
  } finally {
    await Promise.all(gateways.map(({ child }) => ended(child)));
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const isWrong = paid.some(
    usd => usd > budgetUsd + roundingUsd || usd < 3 * callUsd - roundingUsd,
  );
  const said = paid.map(usd => `$${usd.toFixed(3)}`).join(', ');
  return {
    says: [
      `${servers} servers, ${calls} calls of $${callUsd}, $${budgetUsd} a key: paid ${said}; the ` +
        'last with a kill',
    ],
    problems: [...problems, ...(isWrong ? [`a key of $${budgetUsd} was not kept: ${said}`] : [])],
  };
}

function wrongAnswers(answers: readonly Answered[]): string[] {
  const others = answers.filter(({ status }) => ![200, 402, 429].includes(status));
  const said = [...new Set(others.map(({ status, text }) => `${status} ${text}`))];
  return others.length > 0
    ? [`${others.length} calls were answered with ${said.slice(0, 3).join(', ')}`]
    : [];
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

function configOf(endpoint: string, names: readonly string[], state: string | undefined) {
  return {
    models: { cloud: { spec: 'openai-compatible:priced', endpoint, place: 'cloud' } },
    prices: { priced: { input: 0, output: (callUsd / answerTokens) * 1e6 } },
    gateway: {
      state,
      keys: names.map(name => ({
        name,
        hash: `sha256:${hash('sha256', secretOf(name), 'base64url')}`,
        budgetUsdPerDay: budgetUsd,
      })),
    },
  };
}

function secretOf(name: string): string {
  return `tandem-${name}-proof-of-spending-0123456789abcdef`;
}

interface Gateway {
  readonly child: ChildProcess;
  readonly url: string;
  /** How often a call is sent, at most, where the store does not answer in time. */
  readonly tries: number;
}

// The command line itself, as an administrator starts it.
async function startGateway(folder: string, store: string | undefined): Promise<Gateway> {
  const tandem = join(import.meta.dirname, '../../bin/tandem.mjs');
  const flags = [
    '--config',
    'tandem.config.json',
    '--port',
    '0',
    '--json',
    '--log-level',
    'silent',
  ];
  const shared = store === undefined ? {} : { TANDEM_STORE: store };
  const known = { TANDEM_DISCOVERY: 'off', OPENAI_COMPATIBLE_API_KEY: 'none', ...shared };
  const env = { ...process.env, ...known };
  const child = spawn(process.execPath, [tandem, 'serve', ...flags], { cwd: folder, env });
  let said = '';
  const listening = Promise.withResolvers<string>();
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', piece => {
      said += piece;
      const url = /"url":"([^"]+)"/.exec(said)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  child.once('exit', () => listening.reject(new TypeError(`a server did not start: ${said}`)));
  return { child, url: await listening.promise, tries: store === undefined ? 1 : 3 };
}

function ended(child: ChildProcess): Promise<void> {
  const over = new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  child.kill('SIGKILL');
  return over;
}

interface Upstream {
  readonly url: string;
  /** What all calls have cost, in US dollars, from the moment at which they arrived. */
  paid(): number;
  close(): void;
}

/** A server whose answers are as long as the calls allow. */
async function startUpstream(): Promise<Upstream> {
  let tokens = 0;
  const server = createServer((request, response) => {
    let asked = '';
    request.on('data', piece => (asked += piece));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(404).end();
      const wanted = JSON.parse(asked) as { max_tokens?: number; max_completion_tokens?: number };
      const given = Math.min(
        answerTokens,
        wanted.max_tokens ?? wanted.max_completion_tokens ?? answerTokens,
      );
      tokens += given;
      const message = { role: 'assistant', content: 'paid' };
      const answer = {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'priced',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: given, total_tokens: given + 10 },
      };
      const body = JSON.stringify(answer);
      setTimeout(
        () => response.setHeader('content-type', 'application/json').end(body),
        20 + (tokens % 50),
      );
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    paid: () => (tokens * callUsd) / answerTokens,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function askAll(
  gateways: readonly Gateway[],
  name: string,
  calls: number,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  const client = async () => {
    for (let n = next++; n < calls; n = next++)
      answers.push(await ask(gateways[n % gateways.length]!, name));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
}

async function ask(
  { url, tries }: Omit<Gateway, 'child'>,
  name: string,
  trial = 1,
): Promise<Answered> {
  const body = {
    model: 'cloud',
    max_tokens: answerTokens,
    messages: [{ role: 'user', content: 'hi' }],
  };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secretOf(name)}` };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isBusy = response.status === 503 && text.includes('store_busy');
  return isBusy && trial < tries
    ? ask({ url, tries }, name, trial + 1)
    : { status: response.status, text };
}

// A server dies with a call under way: nobody knows whether it was paid, and so no other call may
// take its place.
async function killedServer(
  gateways: readonly Gateway[],
  upstream: Upstream,
  name: string,
): Promise<void> {
  const before = upstream.paid();
  const [dying, ...others] = gateways;
  if (!dying) return;
  const lost = ask(dying, name).catch(() => undefined);
  while (upstream.paid() === before) await pause(1);
  await ended(dying.child);
  await lost;
  await askAll(others, name, 12);
}

async function overspent(path: string, names: readonly string[]): Promise<string[]> {
  await using store = openStore(path, { patienceMs: 2000 });
  const balances = await Promise.all(names.map(name => store.balance(`key:${name}`)));
  return balances.flatMap(({ spent, reserved }, n) =>
    spent.usd + reserved.usd > budgetUsd + roundingUsd
      ? [`the key ${names[n]} has spent $${spent.usd} and $${reserved.usd}`]
      : [],
  );
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import {
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../../apps/gateway/server.ts';
import { workspaceOf } from '../../../apps/gateway/start-gateway.ts';
import { type LanguageModel, notConfigured } from '../../../src/index.ts';
import { apiFailure, doubleOf } from '../../../src/testing/index.ts';
import { startPostgres } from '../../postgres/server.ts';
import type { Checked } from '../studio.ts';
import type { Browser, Page, PageOptions } from './browser.ts';
import { look } from './look.ts';
import type { ServedPage } from './served-page.ts';

const blue = doubleOf({ modelId: 'small', place: 'device' }, () => ({
  text: 'It is blue.',
  logprobs: [{ token: 'It', logprob: -2 }],
}));
const endless = doubleOf({ modelId: 'endless' }, () => ({ text: 'late', delayMs: 1e8 }) as never);
const broken = doubleOf({ modelId: 'broken' }, async () => {
  throw apiFailure(401);
});
const desk = { pattern: 'cascade', gate: 'default', cloud: 'nobody' };

/** A state of the page: what brings it about where it can be had, and what it must say. */
interface State {
  readonly name: string;
  readonly says: string;
  /** Returns what is to be shown, and what is to be ended then. */
  bring(folder: string): Promise<Brought | undefined>;
}

interface Brought {
  readonly address: string;
  readonly screen: string;
  close(): Promise<unknown>;
  /** Is done once the page is there. */
  after?(page: Page): Promise<unknown>;
}

const states: readonly State[] = [
  { name: 'empty', says: 'No run is kept yet', bring: folder => ofServer(folder, 'runs') },
  { name: 'nothing-kept', says: 'Kept until the server ends', bring: () => unkept() },
  {
    name: 'hashes',
    says: 'Questions and answers are not kept',
    bring: folder => ofServer(folder, 'run', { content: 'hashes' }),
  },
  { name: 'running', says: 'At work now', bring: folder => ofRun(folder, 'endless') },
  { name: 'failed', says: 'It failed', bring: folder => ofRun(folder, 'broken') },
  {
    name: 'cancelled',
    says: 'it was cancelled, or its process has ended',
    bring: folder => cancelled(folder),
  },
  { name: 'degraded', says: 'Degraded', bring: folder => ofServer(folder, 'run') },
  { name: 'silent', says: 'The gateway does not answer. Last seen', bring: f => silent(f) },
  { name: 'loading', says: '', bring: folder => loading(folder) },
  { name: 'sealed', says: 'was written with a key, and none was given', bring: f => sealed(f) },
  { name: 'newer', says: 'Update Tandem', bring: folder => newer(folder) },
  { name: 'in-use', says: 'held for writing by another process', bring: f => inUse(f) },
  { name: 'postgres', says: 'See whether Postgres is up', bring: () => onPostgres() },
];

/** Each state of the page has its sentence, in either theme and width. */
export async function checkStates(
  browser: Browser,
  served: ServedPage,
  share = 1,
): Promise<Checked> {
  const problems: string[] = [];
  // A part takes every other one.
  const brought = states.filter((_, index) => share === 1 || index % 2 === 1);
  for (const [index, state] of brought.entries())
    problems.push(...(await seen(browser, served, { ...state, view: views[index % 2]! })));
  return { says: [`${brought.length} states seen, each with its sentence`], problems };
}

const views: readonly PageOptions[] = [
  { width: 1360, height: 900, theme: 'light' },
  { width: 390, height: 780, theme: 'dark' },
];

async function seen(
  browser: Browser,
  { folder }: ServedPage,
  { name, says, bring, view }: State & { readonly view: PageOptions },
): Promise<string[]> {
  const problems: string[] = [];
  const page = await browser.page(view);
  const brought = await bring(join(folder, `state-${name}`));
  if (!brought) return [];
  try {
    await page.go(brought.address);
    await page.until("document.querySelector('main .list, main .screen') !== null", 20_000);
    await page.run(`location.hash = '#/${brought.screen}'`);
    await brought.after?.(page);
    await page
      .until(`document.querySelector('#app').innerText.includes(${JSON.stringify(says)})`)
      .catch(() => problems.push(`The page does not say "${says}" when it is ${name}.`));
    if (name !== 'loading') problems.push(...(await look(page, `state-${name}`)));
  } catch (error) {
    problems.push(`The state ${name} was not shown: ${String(error)}`);
  } finally {
    await page.close();
    await brought.close();
  }
  return problems;
}

function serve(more: Partial<ServerOptions>): Promise<RunningServer> {
  const models: Record<string, LanguageModel> = { local: blue, endless, broken };
  return startServer({
    load: async () =>
      workspaceOf({ ...models, nobody: notConfigured() }, { patterns: { desk } } as never),
    ...{ port: 0, logLevel: 'silent', ...more },
  });
}

async function post(server: RunningServer, path: string, body: object): Promise<Response> {
  const authorization = `Bearer ${server.studio.url.split('#key=')[1]}`;
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const question = (model: string) => ({
  model,
  messages: [{ role: 'user', content: 'What colour?' }],
});

async function ask(server: RunningServer, model: string): Promise<string> {
  const response = await post(server, '/v1/chat/completions', question(model));
  await response.text();
  return `runs/${response.headers.get('x-tandem-run-id')}`;
}

const of = (server: RunningServer, screen: string): Brought => ({
  ...{ address: server.studio.url, screen },
  close: () => server.close(0),
});

async function ofServer(path: string, what: 'runs' | 'run', more = {}): Promise<Brought> {
  const server = await serve({ journal: { path, ...more } });
  return of(server, what === 'run' ? await ask(server, 'desk') : 'runs');
}

async function unkept(): Promise<Brought> {
  const server = await serve({});
  await ask(server, 'local');
  return of(server, 'runs');
}

async function ofRun(path: string, model: string): Promise<Brought> {
  const server = await serve({ journal: { path } });
  const { id } = (await (await post(server, '/v1/runs', question(model))).json()) as { id: string };
  return of(server, `runs/${id}`);
}

// By the button of its page.
async function cancelled(path: string): Promise<Brought> {
  const brought = await ofRun(path, 'endless');
  const after = async (page: Page) => {
    await page.until("document.querySelector('.detail .note button') !== null");
    await page.run("document.querySelector('.detail .note button').click()");
  };
  return { ...brought, after };
}

async function silent(path: string): Promise<Brought> {
  const server = await serve({ journal: { path } });
  await ask(server, 'local');
  const after = async (page: Page) => {
    await page.until("document.querySelectorAll('.rows .row time').length > 0");
    await server.close(0);
    await page.run("location.hash = '#/machine'");
  };
  return { ...of(server, 'runs'), after, close: async () => {} };
}

// Grey rows stand where something is read for longer than a moment.
async function loading(path: string): Promise<Brought> {
  const server = await serve({ journal: { path } });
  const after = async (page: Page) => {
    const slow = { offline: false, latency: 4000, downloadThroughput: -1, uploadThroughput: -1 };
    await page.send('Network.emulateNetworkConditions', slow);
    await page.run("location.hash = '#/machine'");
    await page.until(
      "getComputedStyle(document.querySelector('main .waiting')).visibility === 'visible'",
      3500,
    );
  };
  return { ...of(server, 'runs'), after };
}

const program = resolve('bin/tandem.mjs');

// As whoever signs opens it: the command line's page over a journal alone.
async function studioOf(path: string, close = async () => {}): Promise<Brought> {
  const { TANDEM_JOURNAL_KEY: _none, ...env } = process.env;
  const args = [program, 'studio', '--journal', path, '--json'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const ended = once(child, 'exit');
  const end = async () => {
    await close();
    child.kill();
    await ended;
  };
  return { address: url, screen: 'runs', close: end };
}

async function kept(path: string, more = {}): Promise<void> {
  const server = await serve({ journal: { path, ...more } });
  await ask(server, 'local');
  await server.close(500);
}

async function sealed(path: string): Promise<Brought> {
  await kept(path, { key: 'of somebody else' });
  return studioOf(path);
}

async function newer(path: string): Promise<Brought> {
  await kept(path);
  const file = new DatabaseSync(path);
  file.exec('pragma user_version = 999');
  file.close();
  return studioOf(path);
}

async function inUse(path: string): Promise<Brought> {
  await kept(path);
  const file = new DatabaseSync(path);
  file.exec('pragma locking_mode = exclusive; begin exclusive');
  return studioOf(path, async () => file.close());
}

// First it is named, then it has gone.
async function onPostgres(): Promise<Brought | undefined> {
  const own = await startPostgres();
  if (!own) return undefined;
  const server = await serve({ journal: { path: own.url } });
  await ask(server, 'local');
  const after = async (page: Page) => {
    await page.until("document.querySelectorAll('.rows .row time').length > 0", 20_000);
    await page.run("location.hash = '#/machine'");
    const named = `${new URL(own.url).hostname}`;
    await page.until(`document.querySelector('.facts')?.innerText.includes('${named}')`);
    own.kill();
    await page.run("location.hash = '#/runs?q=place%3Acloud'");
  };
  const close = async () => {
    await server.close(0).catch(() => {});
    await own[Symbol.asyncDispose]();
  };
  return { ...of(server, 'runs'), after, close };
}

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installApart } from './install-apart.ts';

/**
 * `node tools/runtimes.ts`, after `npm run build`: the library and the command line on Bun and on
 * Deno, and the library as a bundle of esbuild's on this Node, against servers of both protocols.
 * One line for each; `skipped: why` where the runtimes cannot be fetched.
 */
const home = resolve('tools/runtimes');
const tool = (name: string) => join(home, 'node_modules/.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'tandem-runtimes-'));
type Body = { readonly stream?: boolean };

/** Answers as a server of either protocol would. */
function answer({ url }: IncomingMessage, body: Body, response: ServerResponse): void {
  if (url === '/api/chat') response.end(ollamaLines(body));
  else if (url !== '/v1/chat/completions') response.writeHead(404).end('{}');
  else if (body.stream) response.setHeader('content-type', 'text/event-stream').end(openaiEvents());
  else {
    const whole = { choices: [{ message: { content: 'from openai' }, finish_reason: 'stop' }] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(whole));
  }
}

function openaiEvents(): string {
  const words = ['from ', 'openai'].map(content => ({ choices: [{ delta: { content } }] }));
  const events = [...words, { choices: [{ delta: {}, finish_reason: 'stop' }] }].map(event =>
    JSON.stringify(event),
  );
  return [...events, '[DONE]'].map(data => `data: ${data}\n\n`).join('');
}

function ollamaLines({ stream }: Body): string {
  const lines = stream
    ? [{ message: { content: 'from ' } }, { message: { content: 'ollama' } }, { done: true }]
    : [{ message: { content: 'from ollama' }, done: true }];
  return lines.map(line => JSON.stringify(line)).join('\n');
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  // Whoever says so is never answered.
  if (!text.includes('wait')) answer(request, JSON.parse(text || '{}') as Body, response);
});

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  [command = '', ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<Told> {
  return new Promise(done => {
    const own = { TANDEM_CACHE_DIR: folder, HOME: folder, NO_COLOR: '1', ...env };
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...own },
      timeout: 60_000,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      stderr += piece.toString();
    });
    child.on('error', error => done({ status: null, stdout, stderr: String(error) }));
    child.on('close', status => done({ status, stdout, stderr }));
  });
}

let failed = 0;
function tell(where: string, what: string, isOk: boolean, found = ''): void {
  if (!isOk) failed++;
  console.log(
    `${isOk ? 'ok    ' : 'FAILED'}  ${where.padEnd(24)} ${what}${isOk ? '' : `: ${found}`}`,
  );
}

const wanted: Readonly<Record<string, string>> = {
  'ollama, whole': 'from ollama',
  'ollama, streamed': 'from ollama',
  'ollama, aborted': 'enough',
  'ollama, nobody there': 'told',
  'openai, whole': 'from openai',
  'openai, streamed': 'from openai',
  'openai, aborted': 'enough',
  'openai, nobody there': 'told',
};

async function library(
  where: string,
  command: readonly string[],
  urls: readonly string[],
): Promise<void> {
  const { status, stdout, stderr } = await start([...command, ...urls]);
  if (status !== 0) return tell(where, 'runs', false, `exit ${status}\n${stderr}`);
  const found = JSON.parse(stdout) as Record<string, string>;
  for (const [what, text] of Object.entries(wanted))
    tell(where, what, found[what] === text, found[what]);
  const { journal = '' } = found;
  tell(where, `a journal: ${journal}`, ['opened', 'journal_failed'].includes(journal), journal);
}

async function commandLine(where: string, command: readonly string[], url: string): Promise<void> {
  const env = {
    SLM_BACKEND: 'ollama',
    OLLAMA_ENDPOINT: url,
    OLLAMA_SLM_MODEL: 'm',
    LLM_BACKEND: '',
  };
  const bin = resolve('bin/tandem.mjs');
  const asked = await start([...command, bin, 'ask', 'Where are you from?'], env);
  tell(
    where,
    'tandem ask',
    asked.status === 0 && asked.stdout.includes('from ollama'),
    asked.stdout + asked.stderr,
  );
  writeFileSync(join(folder, 'handbook.txt'), 'Every employee has 28 days of leave.\n');
  const read = await start([
    ...command,
    bin,
    'ask',
    'How many days of leave?',
    '--doc',
    'handbook.txt',
  ]);
  tell(
    where,
    'tandem ask --doc',
    read.status === 0 && read.stdout.includes('28 days'),
    read.stdout + read.stderr,
  );
}

if (!existsSync('dist/index.js')) {
  console.error('There is no build in dist/. Run `npm run build` first.');
  process.exit(2);
}
if (!installApart('runtimes', 'Bun, Deno and esbuild')) process.exit(0);
await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
const closed = createServer();
await new Promise<void>(done => closed.listen(0, '127.0.0.1', done));
const urlOf = (of: typeof server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
const urls = [urlOf(server), urlOf(closed)];
await new Promise<void>(done => closed.close(() => done()));

const bundle = join(folder, 'bundle.mjs');
const program = join(home, 'program.mjs');
const bundled = await start([
  tool('esbuild'),
  program,
  '--bundle',
  '--platform=node',
  '--format=esm',
  '--log-level=error',
  `--outfile=${bundle}`,
]);
tell('esbuild', 'bundles the library', bundled.status === 0, bundled.stderr);
const deno = [tool('deno'), 'run', '--allow-all'];
await library(`Node ${process.versions.node}`, [process.execPath, program], urls);
await library('Bun', [tool('bun'), program], urls);
await library('Deno', [...deno, program], urls);
await library('Node, esbuild’s bundle', [process.execPath, bundle], urls);
await commandLine('Bun', [tool('bun')], urls[0]!);
await commandLine('Deno', deno, urls[0]!);
server.closeAllConnections();
server.close();
process.exitCode = failed === 0 ? 0 : 1;

import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import { pdfOf, startServerDouble } from '../../src/testing/index.ts';
import { play, withoutTimes } from '../docs/play-quick-start.ts';
import { quickStartsPath } from '../docs/quick-start-page.ts';
import { quickStarts } from '../docs/quick-starts.ts';
import { shownCommands, shownConfigurations, snippets } from '../docs/snippets.ts';
import type { Proof } from './journal.ts';
import { playedOnRealServers, type RealServers } from './newcomer-servers.ts';

/**
 * Goes the way of a new user: README's two commands on a clean clone (the whole proof alone), each
 * quick start against the double of its server and, where a folder of models is given, against the
 * real servers that run here, and every command and configuration that README and docs show.
 */
export async function proveNewcomer(share: number, real?: RealServers | undefined): Promise<Proof> {
  const parts = [
    ...(share === 1 ? [cleanClone()] : []),
    await quickStartsPlayed(),
    ...(real ? [await playedOnRealServers(real)] : []),
    await commandsRun(),
    await configurationsValid(),
  ];
  return {
    says: parts.flatMap(({ says }) => says),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

const cloneMinutes = 30;

function cleanClone(): Proof {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-clone-'));
  try {
    const cloned = spawnSync('git', ['clone', '-q', resolve('.'), folder], { encoding: 'utf8' });
    if (cloned.status !== 0) return { says: [], problems: [`git clone: ${cloned.stderr}`] };
    const [block] = snippets().filter(({ language }) => language === 'sh');
    const lines = block!.code.trim().split('\n');
    const ran = lines.map(line => {
      const begun = performance.now();
      const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
        cwd: folder,
        encoding: 'utf8',
        timeout: cloneMinutes * 60_000,
      });
      const seconds = ((performance.now() - begun) / 1000).toFixed(0);
      const command = line.replace(/\s+#.*$/, '');
      return { status, says: `${command}: ${seconds} s`, end: `${stdout}${stderr}`.slice(-2000) };
    });
    return {
      says: ran.map(({ says }) => says),
      problems: ran.flatMap(({ status, says, end }) => (status === 0 ? [] : [`${says}: ${end}`])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function quickStartsPlayed(): Promise<Proof> {
  const page = withoutTimes(readFileSync(quickStartsPath, 'utf8'));
  const says: string[] = [];
  const problems: string[] = [];
  for (const start of quickStarts) {
    const { doctor, answer, ms, problems: found } = await play(start);
    says.push(`${start.title}: ${(ms / 1000).toFixed(1)} s, against the double of its server`);
    problems.push(...found.map(problem => `${start.title}: ${problem}`));
    for (const [name, printed] of Object.entries({ doctor, ask: answer })) {
      if (!page.includes(withoutTimes(printed)))
        problems.push(`${start.title}: ${name} prints another page; type npm run docs\n${printed}`);
    }
  }
  return { says, problems };
}

const shown = shownCommands();
const needsPostgres = 'docs/postgres.md';

async function commandsRun(): Promise<Proof> {
  await using local = await startServerDouble('ollama', { models: ['phi4-mini:latest'] });
  await using cloud = await startServerDouble('azure', { models: ['gpt-4.1'], key: 'key-1' });
  const env = {
    OLLAMA_ENDPOINT: local.url,
    OLLAMA_SLM_MODEL: 'phi4-mini',
    SLM_BACKEND: 'ollama',
    LLM_BACKEND: 'azure',
    AZURE_AI_LLM_DEPLOYMENT_NAME: 'gpt-4.1',
    AZURE_AI_FOUNDRY_ENDPOINT: cloud.url,
    AZURE_AI_API_KEY: 'key-1',
  };
  const others = shown.filter(({ page }) => page !== quickStartsPath && page !== needsPostgres);
  const problems: string[] = [];
  for (const page of new Set(others.map(each => each.page))) {
    const folder = folderOfPages();
    for (const { args } of others.filter(each => each.page === page)) {
      const { code, err } = await runShown(args, { folder, env });
      if (code !== 0) problems.push(`${page}: tandem ${args.join(' ')} ended with ${code}: ${err}`);
    }
    rmSync(folder, { recursive: true, force: true });
  }
  const left = shown.filter(({ page }) => page === needsPostgres).length;
  const says = [
    `${others.length} commands of README and docs run as they stand`,
    `${left} commands of ${needsPostgres} are not run: they need a server`,
  ];
  return { says, problems };
}

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function runShown(args: readonly string[], at: Place) {
  if (args[0] === 'serve') return served(args, at);
  if (args[0] === 'studio') return studioShown(args, at);
  // What the gateway's application does is joined to the commands in `bin` alone.
  if (args[0] === 'batch') return spawned(args, at);
  if (!args.includes('RUN')) return runTandem(args, at);
  const { out } = await runTandem(['runs', '--json'], at);
  const [run] = JSON.parse(out) as { id: string }[];
  return runTandem(
    args.map(arg => (arg === 'RUN' ? (run?.id ?? arg) : arg)),
    at,
  );
}

// It shows a journal that is there, and opens no browser where it is proved.
async function studioShown(args: readonly string[], at: Place) {
  const named = args.indexOf('--journal');
  const journal = named < 0 ? [] : ['--journal', args[named + 1]!];
  await runTandem(['ask', '--doc', 'report.pdf', 'What was impaired?', '--keep', ...journal], at);
  return served(
    args.filter(arg => arg !== '--open'),
    at,
  );
}

function spawned(args: readonly string[], { folder, env }: Place) {
  return new Promise<{ readonly code: number | null; readonly err: string }>(done => {
    execFile(
      process.execPath,
      [resolve('bin/tandem.mjs'), ...args],
      { cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1', ...env } },
      (error, _out, err) => done({ code: error ? Number(error.code ?? 1) : 0, err }),
    );
  });
}

// A server runs until it is stopped: it must say where it listens, and end when it is told to.
function served(args: readonly string[], { folder, env }: Place) {
  return new Promise<{ readonly code: number | null; readonly err: string }>(done => {
    const child = spawn(process.execPath, [resolve('bin/tandem.mjs'), ...args, '--port', '0'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1', ...env },
    });
    let text = '';
    let isUp = false;
    const read = (chunk: unknown) => {
      text += String(chunk);
      if (isUp || !/http:\/\/127\.0\.0\.1:\d+/.test(text)) return;
      isUp = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
    child.on('close', code => {
      clearTimeout(limit);
      done({ code: isUp && (code === 0 || code === 130) ? 0 : (code ?? 1), err: text });
    });
  });
}

async function configurationsValid(): Promise<Proof> {
  const folder = folderOfPages();
  const problems: string[] = [];
  const env = { AZURE_AI_FOUNDRY_ENDPOINT: 'https://example.services.ai.azure.com' };
  const found = shownConfigurations();
  for (const { page, language, code } of found) {
    const file = join(folder, `shown.${language}`);
    writeFileSync(file, code);
    const { code: exit, out, err } = await runTandem(['validate', file], { folder, env });
    if (exit !== 0) problems.push(`${page}: a configuration is not valid: ${out}${err}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return { says: [`${found.length} configurations of README and docs are valid`], problems };
}

/** The files that the pages speak of. */
function folderOfPages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-newcomer-'));
  const report = 'In 2023 the group impaired 41 million euros of goodwill.';
  writeFileSync(join(folder, 'report.pdf'), pdfOf([[{ text: report }]]));
  mkdirSync(join(folder, 'contracts'));
  const contract = 'This contract with the landlord, Ms Berg, ends on 31 December of this year.\n';
  writeFileSync(join(folder, 'contracts/lease.md'), contract);
  writeFileSync(join(folder, 'questions.txt'), 'When does the contract end?\n');
  const history = 'Max Planck introduced the quantum of action in 1900. ';
  const body = { model: 'local', messages: [{ role: 'user', content: 'When does it end?' }] };
  const line = { custom_id: 'r1', method: 'POST', url: '/v1/chat/completions', body };
  writeFileSync(join(folder, 'questions.jsonl'), `${JSON.stringify(line)}\n`);
  writeFileSync(join(folder, 'history.txt'), history.repeat(40));
  const log = '2026-01-01 door opened\n2026-01-02 the root cause was a cloned badge.\n';
  writeFileSync(join(folder, 'security.log'), log.repeat(20));
  return folder;
}

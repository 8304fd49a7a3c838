import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPacked } from '../packed.ts';
import { findModelFiles, type ModelFile } from '../real/model-files.ts';
import { findRuntimes, type Programs } from '../real/servers.ts';
import type { Proof } from './journal.ts';

/** Where real models and the programs that serve them are. */
export interface RealServers extends Programs {
  /** A folder of GGUF files that docs/evidence.md names. */
  readonly folder: string;
}

const engine = ['node-llama-cpp@3.22.1', '@node-llama-cpp/linux-x64@3.22.1'];
const question = 'What is the capital of France?';

interface Start {
  readonly title: string;
  readonly spec: string;
  readonly env: Readonly<Record<string, string>>;
  /** What `doctor` must name; absent where it looks for servers alone. */
  readonly shown?: string;
}

/**
 * Goes the quick starts of servers that can run here, from the packed package in a folder of its
 * own and on a real model: `doctor` finds it, `ask` is answered.
 */
export async function playedOnRealServers({ folder, ...programs }: RealServers): Promise<Proof> {
  const { files, problems } = await findModelFiles(folder);
  const file = files.at(-1);
  if (!file)
    return { says: [], problems: [...problems, `${folder} holds no model that is known.`] };
  const installed = installPacked({ peers: engine });
  const says: string[] = [];
  try {
    const { runtimes, skipped } = await findRuntimes(programs);
    says.push(
      ...skipped.filter(each => !each.startsWith('in process')).map(it => `skipped: ${it}`),
    );
    for (const runtime of runtimes) {
      if (runtime.name === 'in process') continue;
      const opened = await runtime.open(file);
      const found = await played(installed, startAt(runtime.name, file, opened.url!));
      await opened.close();
      says.push(...found.says);
      problems.push(...found.problems);
    }
    const title = 'llama.cpp, in process';
    const found = await played(installed, { title, spec: `llama-cpp:${file.path}`, env: nowhere });
    return { says: [...says, ...found.says], problems: [...problems, ...found.problems] };
  } finally {
    rmSync(installed, { recursive: true, force: true });
  }
}

// Nothing listens there: a server of this machine that is no part of the proof is not found.
const nowhere = Object.fromEntries(
  ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX', 'FOUNDRY_LOCAL'].map(name => [
    `${name}_ENDPOINT`,
    'http://127.0.0.1:9',
  ]),
);

function startAt(scheme: 'ollama' | 'llama-server', { name }: ModelFile, url: string): Start {
  const variable = scheme === 'ollama' ? 'OLLAMA_ENDPOINT' : 'LLAMA_SERVER_ENDPOINT';
  const title = scheme === 'ollama' ? 'Ollama' : 'llama.cpp’s server';
  return { title, spec: `${scheme}:${name}`, env: { ...nowhere, [variable]: url }, shown: name };
}

async function played(installed: string, { title, spec, env, shown }: Start): Promise<Proof> {
  const home = mkdtempSync(join(tmpdir(), 'tandem-start-'));
  const own = { PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1', ...env };
  try {
    const begun = performance.now();
    const doctor = await ran(installed, ['doctor', '--wait', '60'], own);
    const askedAt = performance.now();
    const asked = await ran(installed, ['ask', '--local', spec, question, '--explain'], own);
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    const [answer = ''] = asked.out.trim().split('\n');
    const problems = [
      ...(doctor.status === 0 && doctor.said.includes(shown ?? '')
        ? []
        : [`${title}: doctor ended with ${doctor.status}: ${doctor.said}`]),
      ...(asked.status === 0 && answer !== ''
        ? []
        : [`${title}: ask ended with ${asked.status}: ${asked.said}`]),
    ];
    const says =
      `${title}, a real one: doctor ${seconds(begun, askedAt)}, ` +
      `ask ${seconds(askedAt, performance.now())}, answered "${answer}"`;
    return { says: [says], problems };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function ran(
  installed: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly status: number | null; readonly out: string; readonly said: string }> {
  const program = join(installed, 'node_modules/tandem/bin/tandem.mjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: installed,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  let [out, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part;
    said += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  return new Promise(done => child.on('close', status => done({ status, out, said })));
}

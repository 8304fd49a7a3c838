import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnTandem } from '../../apps/cli/spawn-tandem.ts';
import type { Proof } from './journal.ts';

const [busy, servers] = ['for (;;);', new URL('late-ollama-child.ts', import.meta.url).pathname];

/**
 * Looks for a running Ollama so many times on a machine that is kept busy, two loops a core, while
 * its descriptions of models come two seconds late: `doctor`, `init` and `ask` must find it with
 * its model, and nothing else.
 */
export async function proveDiscovery(times: number): Promise<Proof> {
  const loops = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', busy], { stdio: 'ignore' }),
  );
  const server = spawn(process.execPath, [servers], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise<string>(resolve =>
      server.stdout.once('data', chunk => resolve(String(chunk).trim())),
    );
    const problems: string[] = [];
    for (let n = 0; n < times; n++) problems.push(...(await lookedFor(url)));
    return { says: [`${times} times by doctor, init and ask`], problems };
  } finally {
    for (const child of [...loops, server]) child.kill('SIGKILL');
  }
}

async function lookedFor(url: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-busy-'));
  const env = { OLLAMA_ENDPOINT: url, TANDEM_CACHE_DIR: join(folder, 'cache') };
  const as = { folder, env };
  const { servers: found, suggestion } = JSON.parse(
    (await spawnTandem(['doctor', '--json'], as)).out,
  ) as {
    servers: { scheme: string; state: string; models: { name: string }[] }[];
    suggestion: { models: { local?: { spec: string } } };
  };
  await spawnTandem(['init', '--yes'], as);
  const written = readFileSync(join(folder, 'tandem.config.yaml'), 'utf8');
  const other = { ...as, folder: mkdtempSync(join(tmpdir(), 'tandem-busy-')) };
  const asked = await spawnTandem(['ask', 'Capital of France?', '--json'], other);
  const shown = found.map(({ scheme, state, models }) => [scheme, state, ...models.map(nameOf)]);
  return [
    ...(JSON.stringify(shown) === '[["ollama","running","phi-4-mini"]]'
      ? []
      : [`doctor found ${JSON.stringify(shown)}`]),
    ...(suggestion.models.local?.spec === 'ollama:phi-4-mini'
      ? []
      : [`doctor suggested ${JSON.stringify(suggestion.models)}`]),
    ...(written.includes('spec: "ollama:phi-4-mini"') ? [] : ['init wrote no local model']),
    ...(asked.out.includes('"answeredBy":"ollama:phi-4-mini"') ? [] : [`ask: ${asked.err}`]),
  ];
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

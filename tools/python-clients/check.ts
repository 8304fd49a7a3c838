import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { model } from '../../src/index.ts';
import { startSpeaker } from './speaker.ts';
import { langchainStandard } from './standard.ts';

/**
 * `npm run python-clients -- [TEXT]`: Python's clients straight at a double of llama-server, and
 * through the gateway in front of it: a model alone, cascade and router. What passes straight, or
 * is the gateway's own, must pass through all three; TEXT chooses checks by name. Without it
 * LangChain's standard tests follow, over both interfaces. In a venv of its own; `skipped: why`
 * where there is no Python or PyPI cannot be reached.
 */
const home = resolve('tools/python-clients');
const python = installed();
if (python !== undefined) {
  await using speaker = await startSpeaker();
  const endpoint = `${speaker.url}/v1`;
  const server = (place: 'device' | 'cloud') =>
    model('llama-server:small', { endpoint, apiKey: 'none', place });
  const models = { local: server('device'), cloud: server('cloud') };
  await using gateway = await startGateway(models, {}, { logLevel: 'silent' });
  const args = [join(home, 'checks/run.py'), endpoint, `${gateway.url}/v1`];
  const child = spawn(python, [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = await new Promise<number>(end => child.on('exit', code => end(code ?? 1)));
  if (process.argv.length === 2) {
    const { says, lost } = await langchainStandard(python, {
      server: endpoint,
      gateway: `${gateway.url}/v1`,
    });
    for (const line of [...says, ...lost.map(each => `LOST ${each}`)]) console.log(line);
    if (lost.length > 0) process.exitCode = 1;
  }
}

function installed(): string | undefined {
  const venv = join(home, '.venv');
  const program = join(venv, 'bin/python');
  const wanted = join(home, 'requirements.txt');
  const pip = (...args: string[]) =>
    spawnSync(program, ['-m', 'pip', '--disable-pip-version-check', '-q', ...args], {
      encoding: 'utf8',
    });
  if (!existsSync(program)) {
    const made = spawnSync('python3', ['-m', 'venv', venv], { encoding: 'utf8' });
    if (made.status !== 0) return skipped('there is no Python 3 with venv');
  }
  const { status, stderr } = pip(
    'install',
    '--only-binary',
    ':all:',
    '--retries',
    '1',
    '-r',
    wanted,
  );
  if (status === 0) return program;
  if (/connection|resolve|timed out|No matching distribution/i.test(stderr))
    return skipped('PyPI is not reachable');
  console.error(stderr);
  process.exit(1);
}

function skipped(why: string): undefined {
  console.log(`skipped: the clients in Python cannot run, ${why}`);
  return undefined;
}

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { model } from '../../src/index.ts';

/**
 * Runs an outside benchmark of personal data, `pii-leak-benchmark` from PyPI, against a gateway
 * that masks: what its capture in place of a cloud gets, and what comes back. In a Python venv of
 * its own; `skipped: why` where there is no Python or PyPI cannot be reached.
 */
const wanted = 'pii-leak-benchmark==0.6.0';
const captureUrl = 'http://127.0.0.1:8765/v1';

const command = installed();
if (command !== undefined) {
  const cloud = model('openai-compatible:conformance-model', {
    endpoint: captureUrl,
    apiKey: 'conformance-key',
    place: 'cloud',
  });
  await using gateway = await startGateway(
    { 'conformance-model': cloud },
    { privacy: { mask: true } },
  );
  const args = ['selfcheck', '--target-base-url', `${gateway.url}/v1`];
  const child = spawn(command, [...args, '--target-header', 'x-tandem-mask=true'], {
    stdio: 'inherit',
  });
  process.exitCode = await new Promise<number>(end => child.on('exit', code => end(code ?? 1)));
}

function installed(): string | undefined {
  const home = resolve('tools/pii/.venv');
  const program = join(home, 'bin/pii-leak-benchmark');
  if (existsSync(program)) return program;
  const made = spawnSync('python3', ['-m', 'venv', home], { encoding: 'utf8' });
  if (made.status !== 0) return skipped('there is no Python 3 with venv');
  const pip = spawnSync(join(home, 'bin/pip'), ['install', '-q', '--retries', '1', wanted], {
    encoding: 'utf8',
  });
  if (pip.status === 0) return program;
  if (/connection|resolve|timed out|No matching distribution/i.test(pip.stderr))
    return skipped('PyPI is not reachable');
  console.error(pip.stderr);
  process.exit(1);
}

function skipped(why: string): undefined {
  console.log(`skipped: the benchmark of personal data cannot run, ${why}`);
  return undefined;
}

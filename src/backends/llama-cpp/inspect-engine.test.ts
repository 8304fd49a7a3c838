import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspectEngine } from './inspect-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-engine-'));

// A double of the package: its binary is what `getLlama` does.
function packageOf(getLlama: string): string {
  const dist = join(mkdtempSync(join(folder, 'package-')), 'dist');
  mkdirSync(dist);
  writeFileSync(
    join(dist, '../package.json'),
    '{"name": "node-llama-cpp", "version": "3.99.0", "type": "module"}',
  );
  writeFileSync(join(dist, 'index.js'), `export async function getLlama() { ${getLlama} }`);
  return pathToFileURL(join(dist, 'index.js')).href;
}

const loading = (gpu: string) =>
  `return { gpu: ${gpu}, llamaCppRelease: { release: 'b1' }, getGpuDeviceNames: async () => ['a ` +
  "card'], async dispose() {} };";
const look = (getLlama: string, files: string[] = [], withinMs = 10_000) =>
  inspectEngine({ entry: packageOf(getLlama), files, signal: AbortSignal.timeout(withinMs) });

describe('what node-llama-cpp can do on this machine', () => {
  it.each([
    [
      'loads on a card',
      loading("'cuda'"),
      { loads: true, computesOn: 'CUDA', devices: ['a card'], release: 'b1' },
    ],
    ['loads without one', loading('false'), { loads: true, computesOn: 'CPU' }],
    [
      'finds no binary',
      "throw new Error('no binary for this machine')",
      { message: 'no binary for this machine' },
    ],
    [
      'crashes',
      "process.kill(process.pid, 'SIGKILL')",
      { message: 'its process was ended by SIGKILL' },
    ],
    ['ends', 'process.exit(3)', { message: 'its process ended with 3' }],
  ])('its binary %s', async (_, getLlama, binary) => {
    expect(await look(getLlama)).toMatchObject({ isInstalled: true, version: '3.99.0', binary });
  });

  it('is not known where the binary hangs, and the look is over in time', async () => {
    const begun = performance.now();
    const report = await look('await new Promise(resolve => setTimeout(resolve, 60_000))', [], 300);
    expect(report).toMatchObject({ isInstalled: true, version: '3.99.0' });
    expect(report.binary).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('says which of the files that are named can be used', async () => {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const files = [
      file('good.gguf', 'GGUF and weights'),
      file('page.gguf', '<html>'),
      'no.gguf',
      'https://host/x.gguf',
    ];
    const states = (await look('', files)).files.map(({ state }) => state);
    expect(states).toEqual(['ready', 'not GGUF', 'missing', 'remote']);
  });

  it('is not installed here: files are looked at all the same', async () => {
    const report = await inspectEngine({ files: ['no.gguf'], signal: AbortSignal.timeout(5000) });
    expect(report).toEqual({ isInstalled: false, files: [{ file: 'no.gguf', state: 'missing' }] });
  });
});

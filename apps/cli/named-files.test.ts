import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runTandem } from './run-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-named-files-'));
const env = { TANDEM_DISCOVERY: 'off' };

beforeAll(() => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('pipe', join(folder, 'link'));
});

// A pipe that is opened waits for its other end.
it.each([
  ['ask', 'What?', '--local', 'extractive:', '--image', 'FILE'],
  ['ask', 'What?', '--local', 'extractive:', '--schema', 'FILE'],
  ['ask', 'What?', '--local', 'extractive:', '--doc', 'FILE'],
  ['ask', 'What?', '--config', 'FILE'],
  ['table', '--docs', '.', '--local', 'extractive:', '--questions', 'FILE'],
])('%s %s %s %s %s refuses a pipe before it opens it', async (...args) => {
  for (const file of ['pipe', 'link']) {
    const asked = args.map(each => (each === 'FILE' ? file : each));
    const { code, err } = await runTandem(asked, { folder, env });
    expect([code === 0, err]).toEqual([false, expect.stringContaining('regular file')]);
  }
});

import { execFile } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { doubleOf } from '../../src/testing/index.ts';

const run = promisify(execFile);
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
// A program finds its packages from where it stands.
const copied = path('chat.copy.ts');

afterEach(() => rmSync(copied, { force: true }));

it('the TypeScript client that the guide shows works as it is written', async () => {
  const local = doubleOf({ modelId: 'local' }, () => ({ text: 'Click on "forgotten".' }));
  await using gateway = await startGateway({ local });
  copyFileSync(path('../../examples/clients/chat.ts'), copied);
  const question = 'How do I reset my password?';
  const { stdout } = await run(process.execPath, [copied, `${gateway.url}/v1`, 'local', question]);
  expect(stdout).toContain('forgotten');
  expect(stdout).toContain('answered by local');
});

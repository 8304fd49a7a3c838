import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { startGateway } from './start-gateway.ts';

const run = promisify(execFile);
const local = doubleOf({ modelId: 'local' }, () => ({ text: 'Click on "forgotten".' }));
const programs = [
  { what: 'curl', command: 'sh', file: 'chat.sh', says: '"answeredBy":"local"' },
  {
    what: 'the standard library of Python',
    command: 'python3',
    file: 'chat.py',
    says: 'answered by local (device)',
  },
];

describe('the clients that the guide shows', () => {
  for (const { what, command, file, says } of programs) {
    it(`${what} works as it is written`, async () => {
      await using gateway = await startGateway({ local });
      const path = resolve('examples/clients', file);
      const { stdout } = await run(command, [
        path,
        `${gateway.url}/v1`,
        'local',
        'How do I reset my password?',
      ]);
      expect(stdout).toContain('forgotten');
      expect(stdout).toContain(says);
    });
  }
});

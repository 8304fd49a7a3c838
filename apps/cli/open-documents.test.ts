import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTandem } from './run-tandem.ts';

let folder = '';
const locked = new URL('../../src/documents/formats/corpus/locked.pdf', import.meta.url);
const env = { TANDEM_DISCOVERY: 'off' };
const ask = ['ask', '--doc', 'locked.pdf', 'What is the locked fee?'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-locked-'));
  copyFileSync(locked, join(folder, 'locked.pdf'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an encrypted PDF', () => {
  it('is asked for its password at a terminal, which shows none', async () => {
    const { code, out, err } = await runTandem(ask, {
      ...{ folder, env },
      typed: ['wrong one', 'open sesame'],
    });
    expect([code, out]).toEqual([0, expect.stringContaining('The locked fee is 77 euros.')]);
    expect(err.match(/Password of locked\.pdf/g)).toHaveLength(2);
    expect(err).not.toMatch(/wrong one|sesame/);
  });

  it('stays unread where an empty line is given, and where nobody can be asked', async () => {
    const said = expect.stringContaining('It is encrypted');
    const unasked = await runTandem(ask, { folder, env });
    expect(unasked).toMatchObject({ code: 1, err: said });
    expect(await runTandem(ask, { folder, env, typed: [''] })).toMatchObject({
      code: 1,
      err: said,
    });
  });

  it('is opened by a file or a variable', async () => {
    writeFileSync(join(folder, 'password'), 'open sesame\n');
    const byFile = await runTandem([...ask, '--password-file', 'password'], { folder, env });
    expect(byFile.out).toContain('77 euros');
    const variable = { ...env, TANDEM_DOCUMENT_PASSWORD: 'open sesame' };
    expect((await runTandem(ask, { folder, env: variable })).out).toContain('77 euros');
  });
});

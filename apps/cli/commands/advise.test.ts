import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadingAdvice } from '../../../src/entries/config.ts';
import { direct, model, openJournal, run, userCall } from '../../../src/index.ts';
import { readArguments } from '../command.ts';
import { openTerminal } from '../terminal.ts';
import { advise } from './advise.ts';

let folder = '';
const doc = () => join(folder, 'log.txt');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-advise-'));
  writeFileSync(doc(), 'The valve was left open by the night crew.\n'.repeat(2000));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tandemAdvise(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const stream = { isTTY: false, write: (text: string) => (out += text) };
  const terminal = openTerminal({ stdout: stream as never, stderr: stream as never, env: {} });
  const given = readArguments(advise, argv);
  const env = { TANDEM_DISCOVERY: 'off', HOME: folder };
  const { signal } = new AbortController();
  const code = await advise.run({
    command: 'advise',
    ...given,
    terminal,
    env,
    folder,
    signal,
  });
  return { code, out: stripVTControlCharacters(out) };
}

describe('tandem advise', () => {
  it('says which way pays, in columns that align, with no model at all', async () => {
    const { code, out } = await tandemAdvise('--doc', doc(), 'Who left the valve open?');
    expect(code).toBe(0);
    expect(out).toMatch(/^minions {2}The question looks for what stands somewhere/);
    expect(out).toMatch(
      /Cheaper than the whole: minions from [\d,]+ tokens, chain from [\d,]+ tokens\./,
    );
    expect(out).toContain('Priced as gpt-4.1, no cloud is configured');
    expect(out).toContain('Closed, whole: the label "extracts" keeps the whole here.');
    const rows = out
      .split('\n')
      .filter(line => /^ {2}(way|whole|whole-on-device|retrieval|minions|chain) {2}/.test(line));
    expect(rows).toHaveLength(6);
    const column = rows[0]!.indexOf('price');
    for (const row of rows.slice(1)) expect(row.slice(column - 2, column + 1)).toMatch(/^ {2}\S/);
  });

  it('gives one document as JSON', async () => {
    const { out } = await tandemAdvise(
      '--doc',
      doc(),
      '--json',
      '--label',
      'cloud-allowed',
      'Why was it open?',
    );
    const advice = JSON.parse(out) as ReadingAdvice & { setup: string };
    expect(advice).toMatchObject({ setup: 'no model', best: 'chain' });
    expect(advice.ways.map(({ name }) => name)).toEqual([
      'whole',
      'whole-on-device',
      'retrieval',
      'retrieval-on-device',
      'minions',
      'chain',
    ]);
  });

  it('takes its time from runs that were kept, and leaves no journal where none was', async () => {
    const path = join(folder, 'kept.db');
    const journal = openJournal({ path });
    const tiny = model('tiny:toy-tasks-early');
    for (const text of ['a', 'bb', 'ccc', 'dddd'])
      await run({ journal }, async () =>
        direct(tiny).doGenerate(userCall(text, { maxOutputTokens: 4 })),
      );
    journal.close();
    const { out } = await tandemAdvise(
      '--doc',
      doc(),
      '--local',
      'tiny:toy-tasks-early',
      '--journal',
      path,
      '--json',
      'Who?',
    );
    const { ways } = JSON.parse(out) as ReadingAdvice;
    expect(ways.find(({ name }) => name === 'whole-on-device')!.seconds).toBeGreaterThan(0);
    await expect(
      tandemAdvise('--doc', doc(), '--journal', join(folder, 'none.db'), 'Who?'),
    ).rejects.toThrow('no journal');
  });

  it.each([
    [['Who?'], 'No document is given'],
    [['--doc', 'x'], 'The question is empty'],
    [
      ['--doc', 'x', '--label', 'secret', 'Who?'],
      '`--label` must be one of "cloud-allowed", "extracts", "local-only", got "secret"',
    ],
    [['--doc', 'x', '--mode', 'fast', 'Who?'], '`--mode` must be one of'],
    [
      ['--doc', 'x', '--answer-tokens', 'many', 'Who?'],
      '`--answer-tokens` must be a whole number of at least 1, got "many"',
    ],
  ])('%j is wrong use', async (argv, message) => {
    await expect(tandemAdvise(...argv)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      data: { wrongUse: true },
    });
  });

  it('says of a document that is not there, that it is not', async () => {
    await expect(tandemAdvise('--doc', join(folder, 'none.txt'), 'Who?')).rejects.toMatchObject({
      code: 'unreadable_document',
    });
  });
});

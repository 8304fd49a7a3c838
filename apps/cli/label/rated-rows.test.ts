import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newRunId } from '../../../src/entries/runs.ts';
import { cascade, openJournal, run, userCall } from '../../../src/index.ts';
import { doubleOf, lastUserText } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-rated-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const local = doubleOf({ modelId: 'small', place: 'device' }, call => ({
  text: lastUserText(call).includes('hard') ? 'I do not know.' : 'Within 45 days.',
  logprobs: [{ token: 'x', logprob: -0.01 }],
}));
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({ text: 'It is blue.' }));
const desk = cascade({ local, cloud });

async function label(...more: readonly string[]) {
  const out = join(folder, 'log.jsonl');
  const path = join(folder, 'tandem.db');
  const argv = ['label', '--from-journal', '--journal', path, '--by', 'feedback', '--out', out];
  return { ...(await runTandem([...argv, ...more], { folder })), out };
}

async function rate(asked: readonly (readonly [string, 'up' | 'down'])[]): Promise<void> {
  await using journal = openJournal({ path: join(folder, 'tandem.db') });
  for (const [prompt, rating] of asked) {
    const runId = newRunId();
    await run({ journal, runId }, async () => desk.doGenerate(userCall(prompt)));
    await journal.rate(runId, { rating, prompt });
  }
}

it('makes an outcome log of what readers thought, and says what is taken for granted', async () => {
  await rate([
    ['May I return it?', 'up'],
    ['Is it red?', 'down'],
    ['A hard question: which colour?', 'up'],
    ['Another hard question', 'down'],
  ]);
  const { code, err, out } = await label();
  expect([code, err]).toEqual([0, expect.stringContaining('one answer of each row')]);
  const rows = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(
    rows.map(({ prompt, local: l, cloud: c, by }) => [prompt, l.correct, c.correct, c.model, by]),
  ).toEqual([
    ['May I return it?', 1, 1, 'large', 'feedback'],
    ['Is it red?', 0, 1, 'large', 'feedback'],
    ['A hard question: which colour?', 0, 1, 'large', 'feedback'],
  ]);
  await rate([['What else is there?', 'down']]);
  expect((await label()).code).toBe(0);
  expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(4);
});

it('says what to do where nothing is rated, and where a file is given beside', async () => {
  await rate([]);
  const none = await label();
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('POST /v1/feedback')]);
  const both = await label('--ask');
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('without `--ask`')]);
});

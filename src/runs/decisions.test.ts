import { expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf } from '../testing/double.ts';
import { openJournal } from './journal.ts';

const model = direct(doubleOf({ modelId: 'local', place: 'device' }, () => ({ text: 'yes' })));

async function decisionsAfter(
  asks: number,
  options: { content?: 'hashes'; key?: string; runId?: string } = {},
) {
  const { runId: given, ...rest } = options;
  await using journal = openJournal({ path: ':memory:', ...rest });
  let id = '';
  await run({ journal, ...(given !== undefined && { runId: given }) }, async runId => {
    id = runId;
    for (let n = 0; n < asks; n++) await model.doGenerate(userCall(`question ${n}`));
  });
  return (await journal.show(id)).decisions;
}

const decided = {
  at: expect.stringMatching(/^\d{4}-/),
  trail: ['direct'],
  answeredBy: 'local',
  place: 'device',
  reason: 'the only model asked',
  confidence: null,
  degraded: false,
};

it.each([
  ['one, told by the row of its run', 1, {}],
  ['one of an encrypted journal', 1, { key: 'secret' }],
  ['one of a run whose id was given', 1, { runId: 'r' }],
  ['several, each once', 3, {}],
] as const)('the decisions of a run are shown: %s', async (_, asks, options) => {
  expect(await decisionsAfter(asks, options)).toEqual(Array<typeof decided>(asks).fill(decided));
});

it('the decision of a run that keeps hashes alone is shown without its reason', async () => {
  expect(await decisionsAfter(1, { content: 'hashes' })).toEqual([{ ...decided, reason: '' }]);
});

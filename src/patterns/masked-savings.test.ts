import { expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { userCall } from '../model/answer.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { personalDataMasker } from '../privacy/personal-data-masker.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { cascade } from './cascade/cascade.ts';
import { validator } from './cascade/gates/validator.ts';
import { chain } from './chain/chain.ts';
import { minions } from './minions/minions.ts';

const lines = Array.from({ length: 300 }, (_, n) => `Ledger ${n} holds ${n * 7} coins of silver.`);
const question = 'What does ledger 42 of anna.weber@example.org hold?';
const withFile = documentCall(question, [{ title: 'a.txt', text: lines.join('\n\n') }]);
const quote = 'Ledger 42 holds 294 coins of silver.';

function read({ prompt }: Call): string {
  const isWork = JSON.stringify(prompt).includes(quote);
  const facts = isWork ? [{ quote, text: quote }] : [];
  return JSON.stringify({
    citation: isWork ? quote : null,
    answer: isWork ? '294' : null,
    facts,
    open: [],
  });
}

// What a part of a document cost is no measure of the whole, masked or not.
it.each<[string, Call, (local: LanguageModel, cloud: LanguageModel) => LanguageModel]>([
  ['minions', withFile, (local, cloud) => minions({ local, cloud })],
  ['chain', withFile, (worker, manager) => chain({ worker, manager })],
  [
    'cascade',
    userCall(question),
    (local, cloud) => cascade({ local, cloud, accept: validator(() => false) }),
  ],
])('what %s saves does not depend on masking', async (_, call, make) => {
  const of = async (masker?: ReturnType<typeof personalDataMasker>) => {
    const local = scriptedModel(
      Array.from({ length: 99 }, () => read),
      { modelId: 'local' },
    );
    const said = Array.from({ length: 9 }, () => 'It holds 294 coins [e1].');
    const cloud = scriptedModel(said, { modelId: 'cloud', place: 'cloud' });
    const prices = { cloud: { input: 10, output: 100 } };
    const answer = await run(
      { prices, ...(masker && { masker }) },
      async () => await make(local, cloud).doGenerate(call),
    );
    return summaryOf(answer)!;
  };
  const [plain, masked] = [await of(), await of(personalDataMasker())];
  expect(masked.egress.masked).toBeGreaterThan(0);
  expect(masked.baseline!.basis).toBe(plain.baseline!.basis);
  expect(masked.baseline!.costUsd).toBeCloseTo(plain.baseline!.costUsd as number, 2);
  expect(masked.savedUsd).toBeCloseTo(plain.savedUsd as number, 2);
});

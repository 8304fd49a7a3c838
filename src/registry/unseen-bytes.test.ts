import { describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import type { Answer, LanguageModel } from '../model/types.ts';
import { personalDataMasker } from '../privacy/personal-data-masker.ts';
import { doubleOf } from '../testing/double.ts';
import { startWireDouble } from '../testing/wire/wire-double.ts';
import { model } from './model.ts';

const question = 'Write to ada@example.org.';
const masker = personalDataMasker();
const said = ({ warnings }: Pick<Answer, 'warnings'>) =>
  warnings.filter(each => each.type === 'other' && each.message.includes('not the bytes'));

/** A model of the AI SDK, as somebody else makes it. */
function foreign(): LanguageModel {
  const double = doubleOf({ modelId: 'big', place: 'cloud' }, () => ({ text: 'Done.' }));
  return { ...double, provider: 'acme.chat' };
}

describe('an answer of a model whose client is not ours', () => {
  it('says once that its bytes were not seen, where something must not leave', async () => {
    const answer = await run({ masker }, async () =>
      direct(foreign()).doGenerate(userCall(question)),
    );
    expect(said(answer)).toHaveLength(1);
  });

  it('says it in a stream too', async () => {
    let parts = '';
    await run({ masker }, async () => {
      const { stream } = await direct(foreign()).doStream(userCall(question));
      for await (const part of stream) parts += JSON.stringify(part);
    });
    expect(parts).toContain('not the bytes');
  });

  it('says nothing where nothing is watched, nor of a model of ours', async () => {
    expect(said(await direct(foreign()).doGenerate(userCall(question)))).toHaveLength(0);
    await using there = await startWireDouble([{ text: 'Done.' }]);
    const ours = model('openai-compatible:big', { endpoint: `${there.url}/v1`, place: 'cloud' });
    const answer = await run({ masker }, async () => direct(ours).doGenerate(userCall(question)));
    expect(said(answer)).toHaveLength(0);
  });
});

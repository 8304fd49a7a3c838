import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { userCall } from '../../answer.ts';
import { limit } from '../../limit.ts';
import { direct } from '../../pattern/direct.ts';
import { wrap } from '../../wrap.ts';
import { withLogprobs } from '../logprobs.ts';
import { capabilitiesOf, noteCapabilities } from './capabilities.ts';

const weighed = { text: 'yes', logprobs: [{ token: 'yes', logprob: -0.1 }] };

describe('capabilities', () => {
  it('are unknown until somebody has found out', () => {
    const model = scriptedModel([]);
    expect(capabilitiesOf(model)).toEqual({});
    noteCapabilities(model, { tools: true, contextTokens: 4096 });
    noteCapabilities(model, { contextTokens: 8192 });
    expect(capabilitiesOf(model)).toEqual({ tools: true, contextTokens: 8192 });
  });

  it('are shared with wrappers, whichever learns first', () => {
    const model = scriptedModel([]);
    const wrapped = limit(wrap(model, { modelId: 'short' }), { concurrency: 1 });
    noteCapabilities(model, { seed: true });
    noteCapabilities(wrapped, { n: false });
    expect(capabilitiesOf(wrapped)).toEqual({ seed: true, n: false });
    expect(capabilitiesOf(model)).toEqual({ seed: true, n: false });
  });

  it('TRAP 9: learn that a model which was asked for log-probabilities sends none', async () => {
    const model = scriptedModel(['yes', weighed]);
    const asked = direct(model);
    await asked.doGenerate(withLogprobs(userCall('x')));
    expect(capabilitiesOf(model)).toEqual({ logprobs: false });
    await asked.doGenerate(withLogprobs(userCall('x')));
    expect(capabilitiesOf(model)).toEqual({ logprobs: true });
  });

  it('learn nothing from an answer that was not asked for them', async () => {
    const model = scriptedModel(['yes']);
    await direct(model).doGenerate(userCall('x'));
    expect(capabilitiesOf(model)).toEqual({});
  });
});

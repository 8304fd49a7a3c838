import { describe, expect, it } from 'vitest';
import { userCall } from '../../../index.ts';
import { scriptedModel } from '../../../testing/index.ts';
import type { Draft } from '../gate.ts';
import { signalByName } from '../signals.ts';

const measured = async (question: string, said: string) => {
  const call = userCall(question);
  const local = scriptedModel([said]);
  const answer = await local.doGenerate(call);
  const draft: Draft = { call, answer, local, ask: undefined as never };
  return signalByName.workedOut?.(draft);
};

describe('the signal of what a question states', () => {
  it('is 1 for its value, 0 for another one, and a half where nothing is stated', async () => {
    const sum = 'Reply with the number only. What is 331 + 71?';
    expect(await measured(sum, '402')).toBe(1);
    expect(await measured(sum, '392')).toBe(0);
    expect(await measured('What is the capital of France?', 'Paris')).toBe(0.5);
  });

  it('is no signal of an answer alone, whose question is not kept', () => {
    expect(signalByName.workedOut?.isFree).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../../model/answer.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { cascade } from '../cascade.ts';

describe('samples in other words, where no log-probabilities come', () => {
  it.each([
    ['What is the capital of Italy?', 'Rome is the capital.', 'Rome', 'It is Rome.', true],
    ['Is water wet?', 'Yes, water is wet.', 'Yes.', 'yes', true],
    ['What is the capital of Italy?', 'Rome is the capital.', 'Milan', 'It is Turin.', false],
    ['What does it cost?', '$5', '€5', '5 euros', false],
    ['What does it cost?', '$5', '€5', '5', true],
    ['Is it open on Sunday?', 'Yes, it is.', 'No.', 'No, it is closed.', false],
  ])('%s %s', async (question, draft, one, other, stays) => {
    const local = scriptedModel([draft, one, other]);
    const cloud = scriptedModel(['cloud'], { place: 'cloud' });
    const answer = await cascade({ local, cloud }).doGenerate(userCall(question));
    expect(textOf(answer)).toBe(stays ? draft : 'cloud');
  });
});

import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { textOf, userCall } from '../model/answer.ts';
import type { Approval } from '../model/run/approval.ts';
import type { RunEvent } from '../model/run/run-events.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { cascade } from './cascade/cascade.ts';
import { maker } from './maker/maker.ts';
import { minions } from './minions/minions.ts';

const verdict = { score: 0, accepts: false, reason: 'refused' };
const plan = JSON.stringify({
  tasks: [{ id: 'a', question: 'Which valve was open?' }],
  chunking: { by: 'paragraph' },
});
const log = `${'Nothing of note was seen on that day.\n\n'.repeat(40)}The valve V7 was open.`;

function reading(approve: (step: Approval) => boolean) {
  const cloud = scriptedModel([plan, 'It was V7 [e1].'], { modelId: 'big', place: 'cloud' });
  const pattern = minions({ local: extractive(), cloud });
  const events: RunEvent[] = [];
  const call = documentCall('Which valve was open?', [{ title: 'log', text: log }]);
  const answer = run({ approve, onEvent: event => events.push(event) }, async () =>
    pattern.doGenerate(call),
  );
  return { answer, events, cloud };
}

describe('approval in a run', () => {
  it('is asked before a plan is carried out and before another model answers', async () => {
    const seen: Approval[] = [];
    const { answer, events } = reading(step => seen.push(step) > 0);
    expect(textOf(await answer)).toContain('V7');
    expect(seen).toMatchObject([
      { type: 'plan', pattern: 'minions', steps: [expect.stringContaining('Which valve')] },
      { type: 'delegation', pattern: 'minions', model: 'big', place: 'cloud' },
    ]);
    expect(events.map(({ type }) => type)).toContain('planned');
  });

  it('ends a run whose plan is refused', async () => {
    const { answer } = reading(() => false);
    await expect(answer).rejects.toMatchObject({ code: 'not_approved' });
  });

  it('shows what was found where the cloud is refused the answer', async () => {
    const { answer } = reading(({ type }) => type === 'plan');
    const said = await answer;
    expect(textOf(said)).toContain('V7');
    expect(summaryOf(said)).toMatchObject({ degraded: true, place: 'device' });
  });

  it('keeps the draft of a cascade where its escalation is refused', async () => {
    const cloud = scriptedModel([], { modelId: 'big', place: 'cloud' });
    const local = scriptedModel(['A draft.'], { modelId: 'small', place: 'device' });
    const pattern = cascade({ local, cloud, accept: () => verdict });
    const said = await run({ approve: async () => false }, async () =>
      pattern.doGenerate(userCall('Hello?')),
    );
    expect(textOf(said)).toBe('A draft.');
    expect(summaryOf(said)).toMatchObject({ degraded: true, place: 'device' });
  });

  it('is asked for the plan of a maker, whose votes are told step by step', async () => {
    const steps = [{ id: 'a', instruction: 'Add 2 and 3.', type: 'number' }];
    const planner = scriptedModel([JSON.stringify({ steps })], { modelId: 'planner' });
    const votes = ['{"result": 5}', 'no idea', '{"result": 5}'];
    const solver = scriptedModel(votes, { modelId: 'solver', place: 'device' });
    const pattern = maker({ planner, solver, k: 2, planK: 1 });
    const events: RunEvent[] = [];
    const asked: Approval[] = [];
    const settings = {
      onEvent: (event: RunEvent) => void events.push(event),
      approve: (step: Approval) => asked.push(step) > 0,
    };
    await run(settings, async () => pattern.doGenerate(userCall('What is 2 + 3?')));
    expect(asked[0]).toMatchObject({ type: 'plan', steps: [expect.stringContaining('Add 2')] });
    expect(events.find(({ type }) => type === 'voted')).toMatchObject({
      step: 'a',
      agreed: 2,
      result: '5',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import type { RunEvent } from '../../model/run/run-events.ts';
import { run } from '../../model/run/scope-life.ts';
import { doubleOf } from '../../testing/double.ts';
import { apiFailure } from '../../testing/failures.ts';
import { cascade } from './cascade.ts';

const cloud = (fails = false) =>
  doubleOf({ modelId: 'cloud', place: 'cloud' }, () => {
    if (fails) throw apiFailure(401);
    return { text: 'The cloud says so.' };
  });
// No two samples agree, so that the cascade escalates.
let asked = 0;
const local = doubleOf({ modelId: 'local' }, () => ({ text: `Reason ${asked++} of all.` }));

async function eventsOf(isStreamed: boolean, fails = false) {
  const events: RunEvent[] = [];
  const model = cascade({ local, cloud: cloud(fails) });
  await run({ onEvent: event => void events.push(event) }, async () => {
    if (!isStreamed) return void (await model.doGenerate(userCall('Why?')));
    const { stream } = await model.doStream(userCall('Why?'));
    for await (const part of stream as unknown as AsyncIterable<{ type: string; error?: unknown }>)
      if (part.type === 'error') throw part.error;
  }).catch(() => {});
  return events;
}

describe('the events of a run', () => {
  it.each([false, true])('tell what is asked, why it goes up, and what leaves', async streamed => {
    const events = await eventsOf(streamed);
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('started');
    expect(types.at(-1)).toBe('finished');
    for (const type of ['asked', 'answered', 'told', 'delegated', 'egress'] as const)
      expect(types).toContain(type);
    expect(events.find(({ type }) => type === 'egress')).toMatchObject({
      ...{ modelId: 'cloud', label: 'cloud-allowed', path: ['cascade'] },
    });
    expect(types.indexOf('egress')).toBeLessThan(types.lastIndexOf('answered'));
    expect(events.at(-1)).toMatchObject({ answeredBy: 'cloud', place: 'cloud' });
    expect(events.every(({ atMs }) => atMs >= 0)).toBe(true);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  });

  it('tell of a failure by its code', async () => {
    const events = await eventsOf(false, true);
    const failed = events.filter(event => event.type === 'answered' && event.error);
    expect(failed.length).toBeGreaterThan(0);
  });
});

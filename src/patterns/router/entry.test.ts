import { describe, expect, it } from 'vitest';
import { patternByName, resolveConfig } from '../../entries/config.ts';
import { userCall } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { connectionFailure } from '../../testing/failures.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';

const desk = (given: object, classifier: Parameters<typeof scriptedModel>[0] = []) => {
  const made = {
    'a:local': scriptedModel(['by local'], { modelId: 'a:local', place: 'device' }),
    'a:cloud': scriptedModel(['by cloud'], { modelId: 'a:cloud', place: 'cloud' }),
    'a:sorter': scriptedModel(classifier, { modelId: 'a:sorter', place: 'device' }),
  };
  const config = {
    models: { local: 'a:local', cloud: 'a:cloud' },
    patterns: { desk: { pattern: 'router', ...given } },
  };
  const model = (spec: string) => made[spec as keyof typeof made];
  return resolveConfig(config, { model, patternByName }).find('desk');
};

describe('a router of the configuration', () => {
  it('lets a model sort requests: `scorer: llm`, the model in the role `classifier`', async () => {
    const summary = summaryOf(
      await desk({ scorer: 'llm', classifier: 'a:sorter' }, ['L']).doGenerate(
        userCall('What is the capital of Peru?'),
      ),
    );
    expect(summary).toMatchObject({ answeredBy: 'a:cloud', calls: { device: 1, cloud: 1 } });
    expect(summary!.reason).toContain('a:sorter says L');
  });

  it('is unsure where that model cannot be reached', async () => {
    const model = desk({ scorer: 'llm', classifier: 'a:sorter' }, [1, 2, 3].map(connectionFailure));
    const answer = await run({ retry: { baseMs: 1 } }, () =>
      Promise.resolve(model.doGenerate(userCall('q'))),
    );
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'a:cloud',
      reason: 'a:sorter: unavailable',
    });
  });

  it('asks the local model where no classifier is named', async () => {
    const local = scriptedModel(['S', 'by local'], { modelId: 'a:local', place: 'device' });
    const roles = { local, cloud: scriptedModel([], { modelId: 'a:cloud', place: 'cloud' }) };
    const answer = await patternByName
      .router!.make(roles, { scorer: 'llm' })
      .doGenerate(userCall('q'));
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'a:local',
      calls: { device: 2, cloud: 0 },
    });
  });

  it('refuses a classifier that nobody would ask, and weights beside a scorer', () => {
    expect(() => desk({ classifier: 'a:sorter' })).toThrow(
      '`classifier` is asked by `scorer: llm` alone',
    );
    expect(() => desk({ scorer: 'llm', weights: 'w.json' })).toThrow(
      '`weights` belongs to trained weights, and the scorer is `llm`',
    );
  });
});

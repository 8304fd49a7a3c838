import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { driftOf } from '../../eval/calibration/drift.ts';
import type { OutcomeRow } from '../../eval/outcomes/outcome-log.ts';
import { fitRouter } from '../../eval/router/fit-router.ts';
import { decideByWeights } from '../../eval/router/router-decision.ts';
import { parseRouter, serializeRouter } from '../../eval/router/router-file.ts';
import { userCall } from '../../model/answer.ts';
import { embedderOf } from '../../model/pattern/embedding.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { embedPrompts } from './prompt-vectors.ts';
import { decideRoute, router } from './router.ts';

// What a text is about, as an embedding would know it, whatever words it is put in.
const vectorOf = (text: string) => [
  /integral|proof|theorem/.test(text) ? 1 : 0,
  /hello|thanks|time/.test(text) ? 1 : 0,
  text.length / 100,
];

function embedder(
  place: 'device' | 'cloud' = 'device',
  answer: (texts: readonly string[]) => Promise<number[][]> | number[][] = texts =>
    texts.map(vectorOf),
) {
  const asked: string[] = [];
  const made = embedderOf(
    {
      specificationVersion: 'v4',
      provider: 'test',
      modelId: 'little-e',
      maxEmbeddingsPerCall: 8,
      supportsParallelCalls: true,
      async doEmbed({ values }) {
        asked.push(...values);
        return { embeddings: await answer(values), warnings: [] };
      },
    },
    { place },
  );
  return Object.assign(made, { asked });
}

const random = seededRandom(3);
const topics = ['integral', 'proof', 'theorem', 'hello', 'thanks', 'time'];
const rows = Array.from({ length: 300 }, (_, at): OutcomeRow => {
  const topic = Math.floor(random() * topics.length);
  const isRight = random() < 0.05 ? topic < 3 : topic >= 3;
  return {
    id: `row ${at}`,
    prompt: `Something about ${topics[topic]} and ${at}`,
    local: { correct: isRight ? 1 : 0, model: 'small' },
    cloud: { correct: 1, model: 'big' },
  };
});
const of = new Map<string, Float32Array>();
const named = await embedPrompts(
  rows.map(({ prompt }) => prompt),
  { embedder: embedder(), known: of },
);
const { weights, choice } = fitRouter(
  { rows, hash: 'h', warnings: [] },
  { date: '2026-01-01', vectors: { embedder: named, of } },
);
const local = scriptedModel(new Array<string>(9).fill('near'), { modelId: 'small' });
const cloud = scriptedModel(new Array<string>(9).fill('far'), { modelId: 'big', place: 'cloud' });
const given = { local, cloud, weights, scorer: 'embedding' as const, aim: 'kept' as const };
const ask = async (model: ReturnType<typeof router>, text: string, label?: 'local-only') => {
  const options = label && { providerOptions: { tandem: { label } } };
  return summaryOf(await model.doGenerate({ ...userCall(text), ...options }))!;
};

describe('a router that reads vectors', () => {
  it('is trained on them, and sends what means the same to the same place', async () => {
    expect(named).toEqual({ name: 'little-e', dimensions: 3 });
    expect(choice.scorer).toBe('embedding');
    const model = router({ ...given, embedder: embedder() });
    expect((await ask(model, 'a theorem of unheard words')).answeredBy).toBe('big');
    expect((await ask(model, 'xyzzy thanks plugh')).answeredBy).toBe('small');
  });

  it('asks for each text once, and decides alone about what it knows', async () => {
    const known = embedder();
    const model = router({ ...given, embedder: known });
    const call = userCall('what time is it');
    expect((await decideRoute(model, call))!.reason).toContain('not asked for a decision alone');
    await ask(model, 'what time is it');
    await ask(model, 'what time is it');
    expect(known.asked).toHaveLength(1);
    expect(await decideRoute(model, call)).toMatchObject({ to: 'local' });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('down')), 'could not be asked'],
    ['is late', () => new Promise<number[][]>(() => {}), 'gave no vector within 30 ms'],
    ['gives nothing', () => [], 'could not be asked (bad_answer)'],
  ])('is unsure, and says why, where the embedder %s', async (_, answer, why) => {
    const model = router({ ...given, embedder: embedder('device', answer), embedderMs: 30 });
    const { reason, answeredBy } = await ask(model, 'a theorem');
    expect(reason).toContain(`little-e ${why}`);
    expect(answeredBy).toBe('big');
  });

  it('shows a cloud’s embedder nothing that must stay', async () => {
    const away = embedder('cloud');
    const model = router({ ...given, embedder: away, rules: [], unsure: local });
    const labelled = await ask(model, 'thanks for what stays here', 'local-only');
    expect(labelled).toMatchObject({ answeredBy: 'small' });
    await run({ mode: 'local-only' }, () => ask(model, 'thanks for what stays here too'));
    expect(away.asked).toEqual([]);
    await ask(model, 'thanks for what may leave');
    expect(away.asked).toHaveLength(1);
  });
});

describe('weights of an embedder', () => {
  it('are the same from a file, and a file that is cut short is refused', () => {
    const text = serializeRouter(weights);
    const read = parseRouter(text, 'w.json');
    const vector = vectorOf('a proof');
    expect(decideByWeights(read, 'a proof', 'kept', vector).score).toBeCloseTo(
      decideByWeights(weights, 'a proof', 'kept', vector).score,
      1,
    );
    const cut = text.replace(/("grams": "[^"]{2})[^"]*"/, '$1"');
    expect(() => parseRouter(cut, 'w.json')).toThrow('cut short');
    expect(() => decideByWeights(read, 'a proof')).toThrow('vectors of "little-e", of 3 numbers');
    expect(() => decideByWeights(read, 'a proof', 'kept', [1])).toThrow('were given 1');
  });

  it('refuse another embedder, and none', () => {
    const other = { ...embedder(), leaf: scriptedModel([], { modelId: 'other-e' }) };
    expect(() => router({ ...given, embedder: other })).toThrow(
      'vectors of "little-e", and the embedder is "other-e"',
    );
    expect(() => router(given)).toThrow('no embedder is given');
    expect(() => router({ local, cloud, scorer: 'embedding', embedder: embedder() })).toThrow(
      'These weights read words',
    );
    expect(() => router({ local, cloud, scorer: 'hand', embedder: embedder() })).toThrow(
      '`embedder` belongs to trained weights, and the scorer is `hand`',
    );
  });
});

describe('a share for the cloud', () => {
  it.each([0, 0.25, 0.5, 1])('of %f is sent there, as requests come', async cloudShare => {
    let sent = 0;
    for (const { prompt } of rows.slice(0, 60)) {
      const models = {
        local: scriptedModel(['x'], { modelId: 'small' }),
        cloud: scriptedModel(['x'], { modelId: 'big', place: 'cloud' }),
      };
      const model = router({ ...models, weights, embedder: embedder(), cloudShare });
      if ((await ask(model, prompt)).answeredBy === 'big') sent++;
    }
    expect(Math.abs(sent / 60 - cloudShare)).toBeLessThan(0.15);
  });

  it('and an aim exclude each other', () => {
    expect(() => router({ ...given, embedder: embedder(), cloudShare: 0.5 })).toThrow(
      '`aim` and `cloudShare` exclude each other',
    );
  });
});

describe('weights of one’s own', () => {
  it('watch whether requests move, and say so on the answer', async () => {
    const far = scriptedModel(new Array<string>(500).fill('x'), { modelId: 'big', place: 'cloud' });
    const model = router({ ...given, cloud: far, embedder: embedder() });
    expect(driftOf(model)).toMatchObject({ seen: 0, alarms: [] });
    for (let n = 0; n < 120; n++) await ask(model, `a proof of theorem ${n}`);
    const { alarms, cloudShare } = driftOf(model)!;
    expect(cloudShare).toBe(1);
    expect(alarms.join(' ')).toContain('goes to the cloud');
    const answer = await model.doGenerate(userCall('another proof'));
    expect(JSON.stringify(answer.warnings)).toContain('goes to the cloud');
    expect(driftOf(router({ local, cloud }))).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { textAnswer, userCall } from '../answer.ts';
import { run } from '../run/scope-life.ts';
import { summaryOf } from '../run/summary.ts';
import type { EmbeddingModel } from '../types.ts';
import { definePattern, settle } from './define-pattern.ts';
import { askEmbedding, embedderOf } from './embedding.ts';

const model = (seen: string[][], broken = false): EmbeddingModel => ({
  specificationVersion: 'v4',
  provider: 'p',
  modelId: 'embed',
  maxEmbeddingsPerCall: 2,
  supportsParallelCalls: true,
  async doEmbed({ values }) {
    seen.push(values);
    const embeddings = values.map(value => [value.length, 0.5]);
    return { embeddings: broken ? [] : embeddings, usage: { tokens: values.length }, warnings: [] };
  },
});

const asking = (embedder: ReturnType<typeof embedderOf>, texts: readonly string[]) =>
  definePattern({
    name: 'asking',
    models: [embedder.leaf],
    async generate(_call, ask) {
      const vectors = await askEmbedding(ask, embedder, texts);
      return settle(textAnswer(JSON.stringify(vectors.map(vector => [...vector]))), {
        reason: 'test',
      });
    },
  });

describe('askEmbedding', () => {
  it('gives a vector for each text, in batches, and counts tokens', async () => {
    const seen: string[][] = [];
    const answer = await asking(embedderOf(model(seen), { place: 'device' }), [
      'a',
      'bb',
      'ccc',
    ]).doGenerate(userCall('x'));
    expect(answer.content[0]).toMatchObject({ text: '[[1,0.5],[2,0.5],[3,0.5]]' });
    expect(seen).toEqual([['a', 'bb'], ['ccc']]);
    expect(answer.usage.inputTokens.total).toBe(3);
    expect(summaryOf(answer)!.calls).toEqual({ device: 2, cloud: 0 });
  });

  it('is kept from a cloud where the mode says so, and masked on the way to one', async () => {
    const seen: string[][] = [];
    const cloud = asking(embedderOf(model(seen)), ['mail a@example.org']);
    await expect(
      run({ mode: 'local-only' }, async () => cloud.doGenerate(userCall('x'))),
    ).rejects.toMatchObject({
      code: 'egress_denied',
    });
    const masker = {
      find: (text: string) => [{ start: text.indexOf('a@'), end: text.length, kind: 'EMAIL' }],
    };
    await run({ masker }, async () => cloud.doGenerate(userCall('x')));
    expect(seen.flat().join()).toMatch(/^mail MASKED_EMAIL_/);
  });

  it('fails for vectors that are missing', async () => {
    const broken = asking(embedderOf(model([], true), { place: 'device' }), ['a']);
    await expect(broken.doGenerate(userCall('x'))).rejects.toMatchObject({ code: 'bad_answer' });
  });
});

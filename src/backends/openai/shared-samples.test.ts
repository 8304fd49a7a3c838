import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { capabilitiesOf, noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { asSample } from '../../model/leaf/sibling-samples.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { startWireDouble, type WireDouble, type WireStep } from '../../testing/wire/wire-double.ts';
import { openaiCompatible } from './openai-compatible.ts';

/** A server that takes `n`, or acts as if it did and gives fewer. */
async function over(
  use: (model: LanguageModel, double: WireDouble) => Promise<void>,
  { most = 99, step = {} }: { most?: number; step?: WireStep } = {},
): Promise<void> {
  await using double = await startWireDouble([step], ({ body }, next) => ({
    step: { promptTokens: 100, choices: Math.min(most, Number(body.n ?? 1)), ...next },
  }));
  await use(
    noteCapabilities(openaiCompatible({ model: 'm', endpoint: `${double.url}/v1` }), { n: true }),
    double,
  );
}

/** Asks for samples at the same time, as patterns do. */
async function samplesOf(model: LanguageModel, calls: readonly Call[]) {
  let answers: Answer[] = [];
  const pattern = definePattern({
    name: 'samples',
    models: [model],
    async generate(_, ask) {
      answers = await Promise.all(
        calls.map((call, index) => ask(model, call, { id: `sample ${index}` })),
      );
      return settle(answers[0]!, { reason: 'sampled' });
    },
  });
  const answer = await run({ retry: { tries: 1 } }, async () => pattern.doGenerate(userCall('x')));
  const { tokensByModel } = summaryOf(answer)!;
  return { texts: answers.map(textOf), tokens: Object.values(tokensByModel), answers };
}

const sample = (seed: number, text = 'x') => asSample(userCall(text, { temperature: 0.7, seed }));
const counts = ({ requests }: WireDouble) => requests.map(({ body }) => body.n ?? 1);

describe('samples of one prompt', () => {
  it('are one request for several answers, whose counts are those of the request', () =>
    over(async (model, double) => {
      const { texts, tokens } = await samplesOf(
        model,
        [1, 2, 3].map(seed => sample(seed)),
      );
      expect(counts(double)).toEqual([3]);
      expect(texts).toEqual([
        'hello from the wire',
        'hello from the wire 2',
        'hello from the wire 3',
      ]);
      expect(tokens).toMatchObject([{ input: 100, output: 4 }]);
    }));

  it('are asked for one by one where the server gives fewer, and from then on', () =>
    over(
      async (model, double) => {
        await samplesOf(
          model,
          [1, 2, 3].map(seed => sample(seed)),
        );
        expect(counts(double)).toEqual([3, 1, 1]);
        expect(capabilitiesOf(model).n).toBe(false);
        await samplesOf(
          model,
          [1, 2].map(seed => sample(seed)),
        );
        expect(counts(double)).toEqual([3, 1, 1, 1, 1]);
      },
      { most: 1 },
    ));

  it('stay apart where prompts or options differ, and where they are no samples', () =>
    over(async (model, double) => {
      await samplesOf(model, [
        sample(1, 'a'),
        sample(2, 'b'),
        sample(3, 'a'),
        userCall('a'),
        userCall('a'),
      ]);
      expect(counts(double).sort()).toEqual([1, 1, 1, 2]);
    }));

  it('of two patterns at the same time stay apart: one may be aborted without the other', () =>
    over(async (model, double) => {
      await Promise.all([1, 2].map(() => samplesOf(model, [sample(1), sample(2)])));
      expect(counts(double)).toEqual([2, 2]);
    }));

  it('fail together, each with the error', () =>
    over(
      async model => {
        const failed = samplesOf(model, [sample(1), sample(2)]);
        await expect(failed).rejects.toSatisfy(TandemError.isInstance);
      },
      { step: { status: 500 } },
    ));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { patternByName } from '../entries/config.ts';
import { textOf, userCall } from '../model/answer.ts';
import { inCloud } from '../model/leaf/model/place.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { direct } from '../model/pattern/direct.ts';
import type { Label } from '../model/run/labels.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { LanguageModel } from '../model/types.ts';
import { wrap } from '../model/wrap.ts';
import { doubleOf, promptText } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { cascade } from './cascade/cascade.ts';
import { agreement } from './cascade/gates/agreement.ts';
import { selfReport } from './cascade/gates/self-report.ts';
import { validator } from './cascade/gates/validator.ts';
import { chain } from './chain/chain.ts';
import { maker } from './maker/maker.ts';
import { minions } from './minions/minions.ts';
import { plainPlan } from './minions/plan.ts';
import { router } from './router/router.ts';

const text = 'Nothing here.\n\nThe vault code is 4711, says the warden.\n\nNor here.';
const question = 'What is the vault code?';
const on = (label?: Label) =>
  documentCall(question, [{ title: 'vault.txt', text, ...(label && { label }) }]);
const cloudWith = (...steps: Parameters<typeof scriptedModel>[0]) =>
  scriptedModel(steps, { modelId: 'cloud', place: 'cloud' });
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('labels of documents', () => {
  it('extracts, default in minions and chain: only what the pattern released leaves', async () => {
    for (const model of [
      (cloud: LanguageModel) => minions({ local: extractive(), cloud, plan: plainPlan }),
      (cloud: LanguageModel) => chain({ worker: extractive(), manager: cloud }),
    ]) {
      const cloud = cloudWith('4711');
      expect(textOf(await model(cloud).doGenerate(on()))).toBe('4711');
      expect(promptText(cloud.calls[0]!)).toContain('The vault code is 4711');
      expect(promptText(cloud.calls[0]!)).not.toContain('Nor here');
    }
  });

  it('local-only: nothing derived leaves; the answer is the extracts, and degraded', async () => {
    const cloud = cloudWith();
    const answer = await minions({ local: extractive(), cloud }).doGenerate(on('local-only'));
    expect(textOf(answer)).toContain('4711');
    expect(summaryOf(answer)).toMatchObject({ degraded: true, egress: { calls: 0 } });
    cloud.verify();
  });

  it('cloud-allowed: the text itself may go', async () => {
    const cloud = cloudWith('4711');
    await direct(cloud).doGenerate(on('cloud-allowed'));
    expect(JSON.stringify(cloud.calls)).toContain('Nor here');
  });

  it('TRAP 13: a label is no error to fall back from: the draft is given, or nothing', async () => {
    const clouds = [cloudWith(), cloudWith()] as const;
    const refuse = validator(() => false);
    const local = scriptedModel(['draft', 'draft']);
    const inner = cascade({ local, cloud: clouds[0], accept: refuse });
    const answer = await router({ local: inner, cloud: clouds[1], scorer: () => 0 }).doGenerate(
      on('extracts'),
    );
    expect(textOf(answer)).toBe('draft');
    expect(summaryOf(answer)).toMatchObject({ degraded: true, egress: { calls: 0 } });
    expect(await thrown(direct(clouds[0]).doGenerate(on('local-only')))).toMatchObject({
      code: 'egress_denied',
    });
    for (const cloud of clouds) cloud.verify();
  });

  it('stay on everything asked after the document was read, in patterns above too', async () => {
    const cloud = cloudWith('4711');
    const reading = chain({ worker: extractive(), manager: cloud });
    const gossip = definePattern({
      name: 'gossip',
      models: [reading, cloud],
      async generate(call, ask) {
        const answer = await ask(reading, call);
        return settle(await ask(cloud, userCall(`Tell everyone: ${textOf(answer)}`)), {
          reason: 'test',
        });
      },
    });
    expect(await thrown(gossip.doGenerate(on()))).toMatchObject({
      code: 'egress_denied',
      data: { label: 'extracts' },
    });
    cloud.verify();
  });

  it('let a pattern in place of the reducer go to its cloud with what was released', async () => {
    const cloud = cloudWith('4711');
    const reducer = cascade({
      local: scriptedModel(['no']),
      cloud,
      accept: validator(() => false),
    });
    const answer = await minions({
      local: extractive(),
      cloud: reducer,
      plan: plainPlan,
    }).doGenerate(on('extracts'));
    expect(textOf(answer)).toBe('4711');
  });

  it('are refused when they are misspelt', async () => {
    const call = documentCall('x', [{ title: 'a', text: 'b', label: 'secret' as Label }]);
    await expect(direct(scriptedModel([])).doGenerate(call)).rejects.toThrow(
      '`label` is "secret". Use one of',
    );
  });
});

describe('the mode local-preferred', () => {
  const call = userCall('x', { providerOptions: { tandem: { mode: 'local-preferred' } } });

  it('lets the cloud answer after a model on this device was asked, and not before', async () => {
    const local = () => scriptedModel(['draft']);
    const escalated = await cascade({
      local: local(),
      cloud: cloudWith('cloud'),
      accept: validator(() => false),
    }).doGenerate(call);
    expect(textOf(escalated)).toBe('cloud');
    const routed = await router({ local: local(), cloud: cloudWith(), scorer: () => 0 }).doGenerate(
      call,
    );
    expect(summaryOf(routed)).toMatchObject({ answeredBy: 'scripted', degraded: true });
    expect(await thrown(direct(cloudWith()).doGenerate(call))).toMatchObject({
      code: 'egress_denied',
    });
  });
});

describe('a cloud that throws when touched is never touched', () => {
  let touched = 0;
  const touchy = inCloud<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'touchy',
    modelId: 'touchy',
    supportedUrls: {},
    doGenerate: async () => {
      touched++;
      return Promise.reject(new Error('touched'));
    },
    doStream: async () => {
      touched++;
      return Promise.reject(new Error('touched'));
    },
  });
  const local = doubleOf({ modelId: 'local' }, call => ({
    text: `local ${promptText(call).length % 5}`,
  }));
  const gates = [validator(() => false), validator(() => true), agreement(), selfReport()];

  /** Any pattern over the local and the cloud model, nested up to three deep. */
  const anyModel = (depth: number): fc.Arbitrary<LanguageModel> => {
    const leaf = fc.constantFrom(local, touchy, wrap(touchy, {}), direct(touchy));
    if (depth === 0) return leaf;
    const inner = anyModel(depth - 1);
    return fc.oneof(
      leaf,
      fc
        .tuple(inner, inner, fc.constantFrom(...gates))
        .map(([a, b, accept]) => cascade({ local: a, cloud: b, accept })),
      fc
        .tuple(inner, inner, inner, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([a, b, unsure, score]) =>
          router({ local: a, cloud: b, unsure, scorer: () => score }),
        ),
      fc
        .tuple(inner, inner)
        .map(([planner, solver]) => maker({ planner, solver, k: 1, maxSamples: 2 })),
      fc.tuple(inner, inner).map(([a, b]) => minions({ local: a, cloud: b })),
      // Over leaves alone: it makes three patterns of each pair by itself.
      fc
        .tuple(leaf, leaf, fc.constantFrom(undefined, 'whole' as const, 'retrieval' as const))
        .map(([a, b, way]) => patternByName.auto!.make({ local: a, cloud: b }, way ? { way } : {})),
      fc
        .tuple(inner, inner)
        .map(([worker, manager]) =>
          chain({ worker, manager, windowTokens: 1200, unitTokens: 100 }),
        ),
    );
  };

  it('through any pattern, nested, plain, streamed, in 10,000 calls with local-only', async () => {
    const call = { ...on(), providerOptions: { tandem: { mode: 'local-only' } } };
    await fc.assert(
      fc.asyncProperty(anyModel(3), fc.boolean(), async (model, isStream) => {
        const asked = direct(model);
        await thrown(isStream ? drain(asked, call) : asked.doGenerate(call));
        expect(touched).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('nor through any pattern for a document that is local-only: labels never vanish', async () => {
    await fc.assert(
      fc.asyncProperty(anyModel(3), async model => {
        await thrown(direct(model).doGenerate(on('local-only')));
        expect(touched).toBe(0);
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  it('nor where the detector of personal data throws', async () => {
    const masker = {
      find: () => {
        throw new TypeError('broken');
      },
    };
    await fc.assert(
      fc.asyncProperty(anyModel(2), async model => {
        await run({ masker }, async () => thrown(direct(model).doGenerate(on())));
        expect(touched).toBe(0);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});

async function drain(
  model: LanguageModel,
  call: Parameters<LanguageModel['doStream']>[0],
): Promise<void> {
  const { stream } = await model.doStream(call);
  for await (const _part of stream as unknown as AsyncIterable<unknown>);
}

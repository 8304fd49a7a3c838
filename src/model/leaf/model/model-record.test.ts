import { wrapLanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { collectStream } from '../../../testing/double.ts';
import { connectionFailure } from '../../../testing/failures.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { textOf, userCall } from '../../answer.ts';
import { limit } from '../../limit.ts';
import { definePattern, delegate, judgedBy } from '../../pattern/define-pattern.ts';
import { direct } from '../../pattern/direct.ts';
import { run } from '../../run/scope-life.ts';
import { summaryOf } from '../../run/summary.ts';
import type { LanguageModel } from '../../types.ts';
import { wrap } from '../../wrap.ts';
import { capabilitiesOf, noteCapabilities } from './capabilities.ts';
import { inCloud, isComposite, onDevice, placeOf, readingTasks, readsTasks } from './place.ts';

const foreign = (model: LanguageModel) =>
  wrapLanguageModel({ model, middleware: { specificationVersion: 'v4' } }) as LanguageModel;
const local = (id: string, script: Parameters<typeof scriptedModel>[0] = ['ok']) =>
  scriptedModel(script, { modelId: id });
const messageOf = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(String, (error: Error) => error.message);
const unfailing = { retry: { tries: 1 }, breaker: { failures: 2, coolDownMs: 1000 } };

const wrappers: Readonly<Record<string, (model: LanguageModel) => LanguageModel>> = {
  'the AI SDK’s wrapLanguageModel': foreign,
  'a spread copy': model => ({ ...model }),
  'a copy with all that can be copied': model =>
    Object.defineProperties({} as LanguageModel, Object.getOwnPropertyDescriptors(model)),
};

describe.each(Object.entries(wrappers))('a wrapper that is not ours: %s', (kind, wrapped) => {
  it('CONTRACT 16: counts as a cloud, whose egress is decided as for any', async () => {
    const model = readingTasks(local(`${kind} a`, []));
    const wrapper = wrapped(model);
    expect([placeOf(model), placeOf(wrapper), readsTasks(wrapper)]).toEqual([
      'device',
      'cloud',
      false,
    ]);
    const denied = run({ mode: 'local-only' }, async () =>
      direct(wrapper).doGenerate(userCall('x')),
    );
    expect(await messageOf(denied)).toMatch(
      /keeps this call from .* Wrap with `wrap\(\)`, or declare .*`onDevice\(\)`/,
    );
    const guard = { admit: () => Promise.reject(new Error('no')) };
    const guarded = run({ guard }, async () => direct(wrapper).doGenerate(userCall('x')));
    await expect(guarded).rejects.toMatchObject({ code: 'egress_denied' });
  });

  it('warns once of it, plain and streamed, with what to do', async () => {
    const wrapper = wrapped(local(`${kind} b`, ['1', '2', '3']));
    const model = direct(wrapper);
    const streamed = await collectStream((await model.doStream(userCall('x'))).stream);
    expect(streamed.warnings).toEqual([
      {
        type: 'other',
        message: expect.stringMatching(
          /bears the name of a model on this device.*`wrap\(\)`.*`onDevice\(\)`/,
        ),
      },
    ]);
    expect(summaryOf(streamed)!.calls).toEqual({ device: 0, cloud: 1 });
    expect((await model.doGenerate(userCall('x'))).warnings).toEqual([]);
    expect((await direct(onDevice(wrapper)).doGenerate(userCall('x'))).warnings).toEqual([]);
    expect(placeOf(wrapper)).toBe('device');
  });

  it('knows what its model knows, whichever learns first', () => {
    const model = noteCapabilities(local(`${kind} c`), { seed: true });
    const wrapper = wrapped(model);
    expect(capabilitiesOf(wrapper)).toEqual({ seed: true });
    noteCapabilities(wrapper, { n: false });
    noteCapabilities(model, { tools: true });
    expect(capabilitiesOf(wrapper)).toEqual(capabilitiesOf(model));
  });

  it('is left alone with its model when that keeps failing', async () => {
    const down = connectionFailure();
    const model = local(`${kind} d`, [down, down]);
    const ask = (asked: LanguageModel) =>
      messageOf(run(unfailing, async () => direct(asked).doGenerate(userCall('x'))));
    await ask(model);
    await ask(wrapped(model));
    expect(await ask(model)).toContain('left alone');
    expect(await ask(wrapped(model))).toContain('left alone');
    expect(model.calls).toHaveLength(2);
  });
});

describe('what is known of a model', () => {
  it('is found by no name of two models, nor for a class, which makes models of its own', () => {
    const [one] = [
      noteCapabilities(local('twice'), { seed: true }),
      noteCapabilities(local('twice'), { seed: false }),
    ];
    expect(capabilitiesOf(foreign(one))).toEqual({});
    const only = noteCapabilities(local('once'), { seed: true });
    class Remote {
      readonly specificationVersion = 'v4';
      readonly provider = only.provider;
      readonly modelId = only.modelId;
      readonly supportedUrls = {};
      doGenerate = only.doGenerate;
      doStream = only.doStream;
    }
    expect([capabilitiesOf(new Remote()), capabilitiesOf(foreign(only))]).toEqual([
      {},
      { seed: true },
    ]);
  });

  it('is begun anew for a model that is declared, though another bears its name', () => {
    const here = noteCapabilities(local('same'), { seed: true });
    const there = inCloud({ ...here });
    expect([capabilitiesOf(there), placeOf(here), placeOf(there)]).toEqual([{}, 'device', 'cloud']);
  });

  it('works for frozen models, and is not borne by a proxy', () => {
    const frozen = onDevice(Object.freeze({ ...local('frozen') }));
    expect([placeOf(frozen), placeOf(new Proxy(frozen, {}))]).toEqual(['device', 'cloud']);
    expect(placeOf(Object.create(frozen) as LanguageModel)).toBe('cloud');
  });

  it('holds a pattern’s judge in any wrapper, but warns of a foreign one as a cloud', async () => {
    const model = local('judged');
    const pattern = definePattern({
      name: 'judging',
      models: [model],
      judgesBy: () => 'a coin',
      generate: async call => delegate(model, call, { about: { reason: 'test' } }),
    });
    expect([judgedBy(wrap(pattern, { modelId: 'short' })), judgedBy(foreign(pattern))]).toEqual([
      'a coin',
      'a coin',
    ]);
    expect([isComposite(wrap(pattern, {})), isComposite(foreign(pattern))]).toEqual([true, false]);
    const answer = await direct(foreign(pattern)).doGenerate(userCall('x'));
    expect(answer.warnings).toEqual([
      { type: 'other', message: expect.stringContaining('the name of a pattern') },
    ]);
    expect(textOf(answer)).toBe('ok');
  });

  it('is one for our wrappers and their model, the circuit with it', async () => {
    const down = connectionFailure();
    const model = local('limited', [down, down]);
    const limited = limit(wrap(model, { modelId: 'short' }), { concurrency: 1 });
    const ask = (asked: LanguageModel) =>
      messageOf(run(unfailing, async () => direct(asked).doGenerate(userCall('x'))));
    await ask(limited);
    await ask(model);
    expect(await ask(limited)).toContain('left alone');
    expect(placeOf(limited)).toBe('device');
  });
});

import { describe, expect, it } from 'vitest';
import { collectStream, lastUserText } from '../../testing/double.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { userCall } from '../answer.ts';
import { withLogprobs } from '../leaf/logprobs.ts';
import { noteCapabilities } from '../leaf/model/capabilities.ts';
import { limit } from '../limit.ts';
import { wrap } from '../wrap.ts';
import { direct } from './direct.ts';

const subject = {
  roles: {
    only: {
      place: 'cloud' as const,
      reply: (call: Parameters<typeof lastUserText>[0]) => `echo of ${lastUserText(call)}`,
    },
  },
  call: (n: number) => userCall(`question ${n}`),
  isRight: (text: string, n: number) => text === `echo of question ${n}`,
};

describe('direct passes the exam', () => {
  for (const { name, run } of patternContract({ ...subject, make: ({ only }) => direct(only!) }))
    it(name, run);
});

describe('a limited model passes the exam', () => {
  const make = ({ only }: Record<string, Parameters<typeof direct>[0]>) =>
    direct(limit(only!, { concurrency: 5 }));
  for (const { name, run } of patternContract({ ...subject, make })) it(name, run);
});

describe('a wrapped pattern passes the exam', () => {
  const make = ({ only }: Record<string, Parameters<typeof direct>[0]>) =>
    wrap(direct(wrap(only!, {})), {});
  for (const { name, run } of patternContract({ ...subject, make })) it(name, run);
});

describe('what a caller asks for and the model does not give', () => {
  const mute = (...steps: string[]) =>
    noteCapabilities(scriptedModel(steps, { modelId: 'mute' }), { seed: false });
  const asked = withLogprobs(userCall('x', { seed: 7 }));

  it('is named in a warning, plain and at the end of a stream, once', async () => {
    const said = [
      { type: 'unsupported', feature: 'logprobs', details: 'mute sends no log-probabilities.' },
      {
        type: 'unsupported',
        feature: 'seed',
        details: 'mute does not give the same answer for the same seed.',
      },
    ];
    const model = mute('one', 'two');
    expect((await direct(model).doGenerate(asked)).warnings).toEqual(said);
    expect((await collectStream((await direct(model).doStream(asked)).stream)).warnings).toEqual(
      said,
    );
    const nested = await direct(direct(mute('three'))).doGenerate(withLogprobs(userCall('x')));
    expect(nested.warnings).toEqual(said.slice(0, 1));
    // What is known not to be honoured is not sent.
    expect(model.calls.map(({ seed }) => seed)).toEqual([undefined, undefined]);
  });

  it('is no warning where nothing was asked for', async () => {
    expect((await direct(mute('one')).doGenerate(userCall('x'))).warnings).toEqual([]);
  });
});

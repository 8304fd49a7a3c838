import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemes } from '../../entries/config.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { capabilitiesOf, noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { judgedBy } from '../../model/pattern/define-pattern.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { LanguageModel } from '../../model/types.ts';
import { openJournal } from '../../runs/journal.ts';
import { collectStream } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import type { WireDouble } from '../../testing/wire/wire-double.ts';
import {
  type ServerDoubleOptions,
  type ServerKind,
  startServerDouble,
} from '../../testing/wire/wire-servers.ts';
import { cascade } from './cascade.ts';
import { agreement } from './gates/agreement.ts';
import type { CascadeOptions } from './options.ts';

const kinds: readonly ServerKind[] = [
  'ollama',
  'lmstudio',
  'llama-server',
  'vllm',
  'mlx',
  'foundry-local',
];
const variableOf = (kind: string) => `${kind.toUpperCase().replaceAll('-', '_')}_ENDPOINT`;
const functions = [
  { type: 'function' as const, name: 'weather', inputSchema: { type: 'object' as const } },
];
const question = userCall('Why?');

interface Served {
  readonly local: LanguageModel;
  readonly double: WireDouble;
  /** The model of the server, as another process would make it: nothing is known of it. */
  readonly another: () => LanguageModel;
}

async function over(
  kind: ServerKind,
  options: ServerDoubleOptions,
  use: (served: Served) => Promise<void>,
) {
  await using double = await startServerDouble(kind, options);
  const scheme = schemes.find(({ name }) => name === kind)!;
  const another = () => scheme.create('phi-4-mini', { env: { [variableOf(kind)]: double.url } });
  await use({ local: another(), double, another });
}

const cloudWith = (...steps: string[]) =>
  scriptedModel(steps, { modelId: 'cloud', place: 'cloud' });
const chats = ({ requests }: WireDouble) =>
  requests.filter(({ path }) => /chat|responses/.test(path));
const asked = (double: WireDouble) =>
  chats(double).filter(({ body }) => body.logprobs || body.include).length;

function cascadeOver(local: LanguageModel, options: Partial<CascadeOptions> = {}) {
  return cascade({ local, cloud: cloudWith('from the cloud'), ...options });
}

const reasonOf = async (model: LanguageModel, call = question) =>
  summaryOf(await model.doGenerate(call))!.reason;
const streamed = async (model: LanguageModel) =>
  collectStream((await model.doStream(question)).stream);

describe.each(kinds)('TRAP 9: a cascade that names no gate, over %s', kind => {
  it('is judged by log-probabilities where they really come, for one call', () =>
    over(kind, {}, async ({ local, double }) => {
      expect(await reasonOf(cascadeOver(local))).toMatch(/^token probability 0\.\d\d ≥ 0\.50$/);
      expect(chats(double)).toHaveLength(1);
    }));

  it('compares samples where the request is taken but nothing comes, says so, asks no more', () =>
    over(kind, { withoutLogprobs: true }, async ({ local, double }) => {
      const model = cascadeOver(local);
      const said =
        `no log-probabilities from ${kind}:phi-4-mini, so samples are compared: ` +
        'agreement 1.00 ≥ 0.67';
      expect(judgedBy(model)).toBe('token probability; agreement of 3 samples where none come');
      expect(await reasonOf(model)).toBe(said);
      // The draft itself found it out; two of three agree, so that the third is not asked for.
      expect([chats(double).length, asked(double)]).toEqual([2, 1]);
      expect(await reasonOf(model)).toBe(said);
      expect([chats(double).length, asked(double)]).toEqual([4, 1]);
      expect(judgedBy(model)).toBe('agreement of 3 samples, since no log-probabilities come');
    }));
});

describe('a server that gives several answers to one request', () => {
  it('is asked once for all samples, which stay calls of their own to the journal', () =>
    over('vllm', { withoutLogprobs: true }, async ({ local, another, double }) => {
      using journal = openJournal({ path: join(mkdtempSync(join(tmpdir(), 'signals-')), 'j.db') });
      const model = cascadeOver(noteCapabilities(local, { n: true }), {
        accept: agreement({ key: () => 'same', threshold: 1 }),
      });
      const ask = (asked: LanguageModel) =>
        run({ runId: 'r', journal }, async () => summaryOf(await asked.doGenerate(question))!);
      const { calls, reason } = await ask(model);
      expect([calls.device, reason]).toEqual([3, 'agreement 1.00 ≥ 1.00']);
      expect(chats(double).map(({ body }) => body.n)).toEqual([undefined, 2]);
      const again = await ask(
        cascadeOver(another(), { accept: agreement({ key: () => 'same', threshold: 1 }) }),
      );
      expect(again.reason).toBe(reason);
      expect(chats(double)).toHaveLength(2);
    }));
});

describe('TRAP 9: streams', () => {
  const prefix = { streaming: { tokens: 2, commitFrom: 0.5 } } as const;

  it.each(['ollama', 'llama-server', 'vllm', 'foundry-local'] as const)(
    '%s commits by its first tokens',
    kind =>
      over(kind, {}, async ({ local }) => {
        expect(summaryOf(await streamed(cascadeOver(local, prefix)))!.reason).toMatch(
          /^first 2 tokens/,
        );
      }),
  );

  it.each(['lmstudio', 'mlx'] as const)(
    '%s streams none: the draft is held and judged whole, and that is said',
    kind =>
      over(kind, {}, async ({ local, double }) => {
        const { reason, answeredBy } = summaryOf(await streamed(cascadeOver(local, prefix)))!;
        expect(reason).toMatch(
          /^held, since log-probabilities do not stream here; token probability/,
        );
        expect(answeredBy).toBe(`${kind}:phi-4-mini`);
        expect(chats(double)).toHaveLength(1);
      }),
  );

  it('finds out by one stream that none come in streams, and fetches the next draft whole', () =>
    over('vllm', { steps: [{ withoutLogprobs: true }, {}, {}, {}] }, async ({ local, double }) => {
      const model = cascadeOver(local, prefix);
      expect(summaryOf(await streamed(model))!.reason).toMatch(
        /^no log-probabilities in the stream; .*agreement 1.00/,
      );
      expect(summaryOf(await streamed(model))!.reason).toMatch(/^held, .*; token probability/);
      expect(chats(double).map(({ body }) => body.stream === true)).toEqual([true, false, false]);
      expect(capabilitiesOf(local)).toMatchObject({ logprobs: true, streamLogprobs: false });
    }));

  it('decides alike when the journal replays a draft in a process that knows nothing yet', () =>
    over('mlx', {}, async ({ local, another }) => {
      using journal = openJournal({ path: join(mkdtempSync(join(tmpdir(), 'signals-')), 'j.db') });
      const once = (model: LanguageModel) =>
        run({ runId: 'r', journal }, () => streamed(cascadeOver(model, prefix)));
      const [first, second] = [await once(local), await once(another())];
      expect(summaryOf(second)!.reason).toBe(summaryOf(first)!.reason);
    }));

  it('is the same call to the journal whatever is known by then', () =>
    over('vllm', { withoutLogprobs: true }, async ({ local, another, double }) => {
      using journal = openJournal({ path: join(mkdtempSync(join(tmpdir(), 'signals-')), 'j.db') });
      const ask = (model: LanguageModel, runId: string) =>
        run({ runId, journal }, async () => reasonOf(cascadeOver(model)));
      await ask(local, 'first');
      // Known by now: the request is not sent any more, and the call is recorded as it was made.
      const told = await ask(local, 'second');
      const sent = chats(double).length;
      expect(await ask(another(), 'second')).toBe(told);
      expect(chats(double)).toHaveLength(sent);
    }));
});

describe('a server that refuses what it does not know', () => {
  it('TRAP 9: refuses the request: asked again without, once', () =>
    over('vllm', { steps: [{ status: 400 }, {}] }, async ({ local, double }) => {
      const model = cascadeOver(local);
      expect(await reasonOf(model)).toMatch(/^no log-probabilities from vllm/);
      expect(await reasonOf(model)).toMatch(/^no log-probabilities from vllm/);
      expect([chats(double).length, asked(double)]).toEqual([1 + 2 + 2, 1]);
    }));

  it('takes no tools: says so once, and such calls go to the cloud then, without a draft', () =>
    over(
      'vllm',
      { steps: [{ status: 400, error: { message: noToolParser } }] },
      async ({ local, double }) => {
        const model = cascade({ local, cloud: cloudWith('one', 'two') });
        const withTools = userCall('Weather?', { tools: functions });
        expect(textOf(await model.doGenerate(withTools))).toBe('one');
        expect(capabilitiesOf(local).tools).toBe(false);
        const sent = chats(double).length;
        expect(summaryOf(await model.doGenerate(withTools))).toMatchObject({
          reason: 'vllm:phi-4-mini calls no tools',
          answeredBy: 'cloud',
        });
        expect(chats(double)).toHaveLength(sent);
      },
    ));
});

const noToolParser =
  '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set';

const prose =
  'The roof was repaired because it had leaked for years, and nobody knew why until a worker who ' +
  'had helped to build the house remembered that its tiles were laid in a winter of hard frost, ' +
  'when no mortar would bind, so that each storm since then had loosened a few of them.';

describe('what a local model is known not to do', () => {
  const limited = (known: Parameters<typeof noteCapabilities>[1], ...steps: string[]) =>
    noteCapabilities(scriptedModel(steps, { modelId: 'local' }), known);
  const image = {
    type: 'file' as const,
    mediaType: 'image/png',
    data: { type: 'data' as const, data: 'AAAA' },
  };
  const picture = { prompt: [{ role: 'user' as const, content: [image] }] };

  it.each([
    ['calls no tools', { tools: false }, userCall('x', { tools: functions })],
    ['reads no images', { images: false }, picture],
    ['do not fit local, which reads 100', { contextTokens: 100 }, userCall('word '.repeat(200))],
  ])('%s: the cloud answers at once', async (reason, known, call) => {
    const answer = await cascadeOver(limited(known)).doGenerate(call);
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'cloud',
      reason: expect.stringContaining(reason),
    });
    expect(summaryOf(answer)!.degraded).toBeUndefined();
  });

  it('answers all the same, degraded, where privacy keeps the call here', async () => {
    const call = userCall('x', {
      tools: functions,
      providerOptions: { tandem: { mode: 'local-only' } },
    });
    const answer = await cascadeOver(limited({ tools: false }, 'as well as I can')).doGenerate(
      call,
    );
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'local',
      degraded: true,
      egress: { calls: 0 },
    });
  });

  it('draws no samples: a self-check judges, since samples would always agree', async () => {
    const known = { logprobs: false, samples: false, selfCheck: true };
    const local = limited(known, 'seven', 'yes', 'yes', 'yes', 'no');
    expect(await reasonOf(cascadeOver(local))).toMatch(
      /nor samples that differ: self-check 0.75 ≥ 0.75$/,
    );
  });

  it('writes prose: a self-check judges, since prose does not repeat', async () => {
    const local = limited({ logprobs: false, selfCheck: true }, prose, 'yes', 'no', 'no', 'no');
    expect(await reasonOf(cascadeOver(local), userCall('Why was the roof repaired?'))).toMatch(
      /prose does not repeat: self-check 0.25 < 0.75$/,
    );
  });

  const [right, wrong] = [
    ['yes', 'no', 'Correct.', 'That is wrong.', 'yes', 'No, it is the dog.'],
    Array.from({ length: 6 }, () => 'yes'),
  ];

  it('is probed once before a self-check judges by default', async () => {
    const local = limited({ logprobs: false }, prose, ...right, 'yes', 'yes', 'yes', 'yes', prose);
    const model = cascadeOver(local);
    expect(await reasonOf(model, userCall('Why was the roof repaired?'))).toMatch(
      /self-check 1.00 ≥ 0.75$/,
    );
    expect(capabilitiesOf(local).selfCheck).toBe(true);
  });

  it('is not judged by a self-check that says the same of right and wrong: refused', async () => {
    const local = limited({ logprobs: false }, prose, ...wrong, prose);
    const model = cascade({ local, cloud: cloudWith('one', 'two') });
    const asked = () => model.doGenerate(userCall('Why was the roof repaired?'));
    for (const text of ['one', 'two']) {
      const answer = await asked();
      expect(textOf(answer)).toBe(text);
      expect(summaryOf(answer)!.reason).toMatch(/self-checks of it tell nothing$/);
    }
    local.verify();
  });
});

import { describe, expect, it } from 'vitest';
import { cascade, router, summaryOf, textOf, userCall } from '../index.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { schemes } from '../registry/schemes.ts';
import { collectStream } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import {
  type ServerDoubleOptions,
  type ServerKind,
  startServerDouble,
} from '../testing/wire/wire-servers.ts';

const data = { type: 'data' as const, data: 'AAAA' };
const png = { type: 'file' as const, mediaType: 'image/png', data };
const text = (words: string) => ({ type: 'text' as const, text: words });
const user = (...content: (typeof png | ReturnType<typeof text>)[]) => ({
  role: 'user' as const,
  content,
});
const said = { role: 'assistant' as const, content: [text('Yes.')] };
const result = {
  role: 'tool' as const,
  content: [
    {
      type: 'tool-result' as const,
      toolCallId: 'c',
      toolName: 'look',
      output: { type: 'content' as const, value: [{ ...png, mediaType: 'image' }] },
    },
  ],
};
const called = {
  role: 'assistant' as const,
  content: [{ type: 'tool-call' as const, toolCallId: 'c', toolName: 'look', input: {} }],
};
const byUrl = { type: 'url' as const, url: new URL('http://127.0.0.1:9/a.png') };
const pictures: Readonly<Record<string, Call>> = {
  'in the question': { prompt: [user(png, text('What is it?'))] },
  'by its address': { prompt: [user({ ...png, data: byUrl } as never)] },
  'earlier in the conversation': { prompt: [user(png), said, user(text('And now?'))] },
  'in the result of a tool': { prompt: [user(text('Look.')), called, result] },
};
const offered = userCall('Weather?', {
  tools: [{ type: 'function', name: 'weather', inputSchema: { type: 'object' } }],
});

const asks = {
  whole: async (model: LanguageModel, call: Call) => model.doGenerate(call),
  streamed: async (model: LanguageModel, call: Call) =>
    collectStream((await model.doStream(call)).stream),
};

async function over(
  kind: ServerKind,
  options: ServerDoubleOptions,
  use: (local: LanguageModel, chats: () => number, looks: () => number) => Promise<void>,
) {
  await using double = await startServerDouble(kind, options);
  const scheme = schemes.find(({ name }) => name === kind)!;
  const local = scheme.create('phi-4-mini', { endpoint: double.url, env: {} });
  const count = (path: RegExp) => () => double.requests.filter(each => path.test(each.path)).length;
  await use(local, count(/chat|responses/), count(kind === 'ollama' ? /show/ : /props|v0/));
}

const refused = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('nothing was refused'),
    (error: unknown) => error,
  );
const cloudSaying = (...steps: string[]) =>
  scriptedModel(steps, { modelId: 'cloud', place: 'cloud' });

describe.each(Object.entries(asks))(
  'what a server says that its model cannot take, %s',
  (_, ask) => {
    describe.each(['ollama', 'llama-server', 'lmstudio'] as const)('%s', kind => {
      it.each(Object.entries(pictures))('a picture %s is not sent', (_where, call) =>
        over(kind, {}, async (local, chats) => {
          const error = await refused(ask(local, call));
          expect(error).toMatchObject({ code: 'model_failed', data: { failure: 'rejected' } });
          expect(error).toMatchObject({ data: { status: 400, name: 'messages' } });
          const answer = await ask(cascade({ local, cloud: cloudSaying('a cat') }), call);
          expect(summaryOf(answer)).toMatchObject({
            answeredBy: 'cloud',
            reason: expect.stringContaining('reads no images'),
          });
          const routed = router({ local, cloud: cloudSaying('a dog'), scorer: () => 1 });
          expect(textOf(await ask(routed, call))).toBe('a dog');
          expect(chats()).toBe(0);
        }),
      );
    });

    it.each(['ollama', 'llama-server'] as const)('%s: a tool is not sent', kind =>
      over(kind, { withoutTools: true }, async (local, chats, looks) => {
        const error = await refused(ask(local, offered));
        expect(error).toMatchObject({ data: { status: 400, name: 'tools' } });
        const answer = await ask(cascade({ local, cloud: cloudSaying('rain') }), offered);
        expect(summaryOf(answer)).toMatchObject({ reason: expect.stringContaining('no tools') });
        expect([chats(), looks()]).toEqual([0, 1]);
      }),
    );

    it('is an error where the cloud cannot either', () =>
      over('ollama', {}, local =>
        over('llama-server', {}, async cloud => {
          const call = pictures['in the question']!;
          for (const pattern of [
            cascade({ local, cloud }),
            router({ local, cloud, scorer: () => 1 }),
          ]) {
            const error = await refused(ask(pattern, call));
            expect(error).toMatchObject({ data: { status: 400, name: 'messages' } });
          }
        }),
      ));

    it('is sent where it can, and where nobody says', async () => {
      await over('ollama', { readsImages: true }, async (local, chats) => {
        await ask(local, pictures['in the question']!);
        await ask(local, pictures['in the result of a tool']!);
        await ask(local, offered);
        expect(chats()).toBe(3);
      });
      await over('vllm', {}, async (local, chats) => {
        await ask(local, pictures['in the question']!);
        expect(chats()).toBe(1);
      });
    });
  },
);

describe('the look at what a model can take', () => {
  it.each([[0], [500]])('does not sink the call when it fails (HTTP %i)', async status => {
    let looks = 0;
    const fetch: typeof globalThis.fetch = async input => {
      if (/show|props/.test(String(input))) {
        looks++;
        if (status === 0) throw new TypeError('fetch failed');
        return new Response('{}', { status });
      }
      const message = { role: 'assistant', content: 'rain' };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      return Response.json({ message, done: true, choices });
    };
    for (const kind of ['ollama', 'llama-server']) {
      looks = 0;
      const scheme = schemes.find(({ name }) => name === kind)!;
      const local = scheme.create('m', { env: {}, fetch });
      for (let n = 0; n < 6; n++) expect(textOf(await local.doGenerate(offered))).toBe('rain');
      expect(looks).toBeLessThan(7);
    }
  });

  it('is made once, by many calls at once too, and again by none without pictures or tools', () =>
    over('llama-server', {}, async (local, _chats, looks) => {
      await local.doGenerate(userCall('hi'));
      expect(looks()).toBe(0);
      await Promise.allSettled([1, 2, 3].map(() => local.doGenerate(pictures['in the question']!)));
      await refused(Promise.resolve(local.doGenerate(pictures['in the question']!)));
      expect(looks()).toBe(1);
    }));
});

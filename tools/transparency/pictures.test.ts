/** Pictures in answers, in the forms that servers send them in. */
import { describe, expect, it } from 'vitest';
import { both, chunk, done, ev, gem, hello, type Odd, whole } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import { said } from './said.ts';
import { wrongReadings } from './wrong-readings.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD';
const url = `data:image/png;base64,${png}`;
const pic = { type: 'image_url', image_url: { url } };
const drawn = {
  object: 'response',
  status: 'completed',
  output: [{ type: 'image_generation_call', id: 'ig_1', result: png }],
};
const usual = both({ content: 'Hello world.' }, hello);
const tables: Readonly<Record<string, Readonly<Record<string, Odd>>>> = {
  pictures: {
    images: both({ content: 'Hello world.', images: [pic] }, hello),
    imagesIndex: both({ content: 'Hello world.', images: [{ index: 0, ...pic }] }, hello),
    imagesText: both({ content: 'Hello world.', images: [png] }, hello),
    imagesAlone: both({ content: '', images: [pic] }, said({})),
    imagesNull: both({ content: null, images: [pic] }, said({})),
    part: both({ content: [{ type: 'text', text: 'Hello world.' }, pic] }, hello),
    partAlone: both({ content: [pic] }, said({})),
    partOutput: both({ content: [{ type: 'output_image', image_url: url }] }, said({})),
    partSource: both(
      {
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        ],
      },
      said({}),
    ),
    partInline: both(
      { content: [{ inline_data: { mime_type: 'image/png', data: png } }] },
      said({}),
    ),
    b64: both({ content: [{ type: 'image', b64_json: png }] }, said({})),
    remote: both(
      {
        content: 'Hello world.',
        images: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
      },
      hello,
    ),
    markdown: both({ content: `![a](${url})` }, said({ text: `![a](${url})` })),
    audio: both(
      {
        content: null,
        audio: { id: 'a', data: 'AAAA', transcript: 'Hello world.', expires_at: 1 },
      },
      hello,
    ),
  },
};

// Where a protocol has one of both forms alone, the other is as usual.
function quirkOf({ whole: text, stream, says }: Odd) {
  return { says, whole: text ?? usual.whole, stream: stream ?? usual.stream };
}

describe.each(Object.entries(tables))('answers: %s', (_kind, table) => {
  it('are read as they are meant, alone and in patterns', { timeout: 120_000 }, async () => {
    const quirks = Object.fromEntries(
      Object.entries(table).map(([name, odd]) => [name.replaceAll(/\W/g, '_'), quirkOf(odd)]),
    );
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    expect((await wrongReadings(it, quirks)).slice(0, 3)).toEqual([]);
  });
});

const count = (text: string, what: string) => text.split(what).length - 1;

async function lostPictures(
  { gateway }: Awaited<ReturnType<typeof startQuirkServer>>,
  asked: { readonly model: string; readonly stream: boolean },
): Promise<string[]> {
  const messages = [{ role: 'user', content: 'draw' }];
  const [chat, told] = await Promise.all(
    [
      gateway.send('/v1/chat/completions', { ...asked, messages }),
      gateway.send('/v1/responses', { ...asked, input: 'draw' }),
    ].map(async response => (await response).text()),
  );
  const isSaid =
    count(chat!, `"image_url":{"url":"${url}"}`) === 1 &&
    count(told!, `"result":"${png}"`) === (asked.stream ? 2 : 1);
  return isSaid ? [] : [`${JSON.stringify(asked)}: ${chat} ${told}`];
}

describe('pictures in answers', () => {
  const pictures = {
    ...tables.pictures,
    gemini: {
      whole: JSON.stringify(gem([{ inlineData: { mimeType: 'image/png', data: png } }], 'STOP')),
      stream: ev(gem([{ inlineData: { mimeType: 'image/png', data: png } }], 'STOP')),
      says: said({}),
    },
    response: {
      whole: JSON.stringify(drawn),
      stream: ev({ type: 'response.completed', response: drawn }),
      says: said({}),
    },
    again: {
      stream: chunk({ images: [pic] }) + chunk({ images: [pic] }) + chunk({}, 'stop') + done,
      whole: whole({ content: '', images: [pic] }),
      says: said({}),
    },
  };
  const others = ['remote', 'markdown', 'audio'];

  it('are handed on, over both interfaces, whole and streamed', { timeout: 120_000 }, async () => {
    const quirks = Object.fromEntries(
      Object.entries(pictures)
        .filter(([name]) => !others.includes(name))
        .map(([name, odd]) => [name, quirkOf(odd)]),
    );
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    const asked = Object.keys(quirks)
      .flatMap(name => it.modelsOver(name))
      .flatMap(model => [
        { model, stream: false },
        { model, stream: true },
      ]);
    const wrong = (await Promise.all(asked.map(each => lostPictures(it, each)))).flat();
    expect(wrong).toEqual([]);
  });

  it('are named by their address where that is all there is', async () => {
    await using it = await startQuirkServer({ remote: quirkOf(tables.pictures!.remote!) });
    const messages = [{ role: 'user', content: 'draw' }];
    const chat = await it.gateway.send('/v1/chat/completions', { model: 'remote', messages });
    expect(await chat.text()).toContain('"image_url":{"url":"https://example.com/a.png"}');
    const told = await it.gateway.send('/v1/responses', { model: 'remote', input: 'draw' });
    expect(await told.text()).toContain('"result":null,"url":"https://example.com/a.png"');
  });
});

const bytes = 'UklGRg==';
const heard = { id: 'audio_1', expires_at: 9 };

describe('sounds in answers', () => {
  const spoken = { ...heard, data: bytes, transcript: 'Hello world.' };
  const quirks = {
    spoken: {
      says: hello,
      whole: whole({ content: null, audio: spoken }),
      stream:
        chunk({ audio: { ...heard, transcript: 'Hello ' } }) +
        chunk({ audio: { transcript: 'world.', data: 'UklG' } }) +
        chunk({ audio: { data: 'Rg==' } }, 'stop') +
        done,
    },
    wordless: both({ content: null, audio: { ...heard, data: bytes } }, said({})),
    part: both({ content: [{ type: 'audio', audio: { ...heard, data: bytes } }] }, said({})),
  };

  it('are handed on with their words, by models and patterns, on both interfaces', async () => {
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    for (const name of Object.keys(quirks))
      for (const model of it.modelsOver(name))
        for (const stream of [false, true]) {
          const messages = [{ role: 'user', content: 'sing' }];
          const [chat, told] = await Promise.all(
            [
              it.gateway.send('/v1/chat/completions', { model, stream, messages }),
              it.gateway.send('/v1/responses', { model, stream, input: 'sing' }),
            ].map(async response => (await response).text()),
          );
          const words = name === 'spoken' ? 'Hello world.' : '';
          const isChat = chat!.includes(`"id":"audio_1","expires_at":9,"transcript":"${words}"`);
          expect([model, stream, isChat || chat]).toEqual([model, stream, true]);
          expect(count(chat!, `"data":"${bytes}"`)).toBe(1);
          expect(told).toContain(
            `{"type":"output_audio","data":"${bytes}","transcript":"${words}"}`,
          );
        }
  });

  it('are asked for where a model is asked, and refused or named where a pattern is', async () => {
    await using it = await startQuirkServer({ usual: quirkOf(usual) }, ['cascade']);
    const ask = async (model: string, more: object) => {
      const messages = [{ role: 'user', content: 'sing' }];
      const body = { model, messages, ...more };
      return JSON.parse(await (await it.gateway.send('/v1/chat/completions', body)).text());
    };
    const audio = { voice: 'alloy', format: 'wav' };
    const asked = { modalities: ['text', 'audio'], audio };
    const plain = await ask('usual', asked);
    expect(it.sent.get('usual')).toMatchObject(asked);
    expect(plain.tandem.warnings).toBeUndefined();
    const { tandem } = await ask('cascade-usual', asked);
    expect(it.sent.get('usual')).not.toHaveProperty('audio');
    expect(tandem.warnings.join()).toMatch(/modalities.*audio/);
    const alone = await ask('cascade-usual', { modalities: ['audio'], audio });
    expect(alone.error.param).toBe('modalities');
    const again = { role: 'assistant', audio: { id: 'audio_1' } };
    const messages = [{ role: 'user', content: 'sing' }, again, { role: 'user', content: 'More' }];
    expect((await ask('cascade-usual', { messages })).error.param).toBe('messages[1].audio');
  });
});

import { expect, it } from 'vitest';
import { openaiCompatible } from '../../../src/entries/backends.ts';
import { startWireDouble, type WireStep } from '../../../src/testing/index.ts';
import { jsonOf, startGateway } from '../start-gateway.ts';

const url_citation = { url: 'https://example.org/a', title: 'A', start_index: 0, end_index: 2 };
const annotations = [{ type: 'url_citation', url_citation }];
const whole: WireStep = {
  raw: JSON.stringify({
    choices: [{ message: { content: 'Hi', annotations }, finish_reason: 'stop' }],
  }),
  headers: { 'content-type': 'application/json' },
};
const chunks = [
  { choices: [{ index: 0, delta: { content: 'Hi' } }] },
  { choices: [{ index: 0, delta: { annotations } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];
const streamed: WireStep = {
  raw: chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join(''),
  headers: { 'content-type': 'text/event-stream' },
};

it.each(['local', 'cascade'])(
  'pages of the web that %s rests on reach clients of both interfaces',
  async model => {
    const next = { step: whole };
    await using upstream = await startWireDouble([whole], ({ body }) =>
      body.stream === true ? { step: streamed } : next,
    );
    const endpoint = `${upstream.url}/v1`;
    const of = (place: 'device' | 'cloud') => openaiCompatible({ model: 'm', endpoint, place });
    await using gateway = await startGateway({ local: of('device'), cloud: of('cloud') });
    const messages = [{ role: 'user', content: 'hi' }];
    const chat = await jsonOf(gateway.send('/v1/chat/completions', { model, messages }));
    expect(chat.choices[0].message.annotations).toEqual(annotations);
    expect(chat.tandem.citations).toMatchObject([{ url: url_citation.url }]);
    const response = await jsonOf(gateway.send('/v1/responses', { model, input: 'hi' }));
    const cited = [{ type: 'url_citation', ...url_citation }];
    expect(response.output[0].content[0].annotations).toEqual(cited);
    const told = async (path: string, body: object) =>
      (await gateway.send(path, { model, stream: true, ...body })).text();
    expect(await told('/v1/chat/completions', { messages })).toContain(
      `"annotations":${JSON.stringify(annotations)}`,
    );
    const events = await told('/v1/responses', { input: 'hi' });
    expect(events).toContain('event: response.output_text.annotation.added');
    const last = JSON.parse(
      /^data: (.*)\n\n$/m.exec(events.slice(events.lastIndexOf('data:')))![1]!,
    );
    expect(last.response.output[0].content[0].annotations).toEqual(cited);
  },
);

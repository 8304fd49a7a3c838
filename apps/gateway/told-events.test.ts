import { describe, expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const question = { messages: [{ role: 'user', content: 'How high is the mast?' }] };
const local = doubleOf({ modelId: 'small', place: 'device' }, async () => ({
  text: 'I am not sure.',
}));
const cloud = doubleOf({ modelId: 'big', place: 'cloud' }, async () => {
  await new Promise(resolve => setTimeout(resolve, 60));
  return { text: 'Forty metres.' };
});
const open = () => startGateway({ local, cloud }, {});

function comments(stream: string): { type: string; [fact: string]: unknown }[] {
  return stream
    .split('\n\n')
    .filter(block => block.startsWith(': tandem '))
    .map(block => JSON.parse(block.slice(': tandem '.length)));
}

describe('a stream whose client asks for events', () => {
  it.each([
    ['/v1/chat/completions', question],
    ['/v1/responses', { input: 'How high is the mast?' }],
  ])('of %s tells in comments what happens while the answer is held back', async (path, body) => {
    await using gateway = await open();
    const asked = { model: 'cascade', stream: true, ...body, tandem: { events: true } };
    const text = await (await gateway.send(path, asked)).text();
    const told = comments(text);
    const types = told.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['started', 'asked', 'answered', 'egress']));
    const first = told.find(({ type }) => type === 'asked')!;
    expect(first).toMatchObject({ model: 'small', place: 'device' });
    const isEvent = (block: string) => /^(data|event|id): /.test(block) || block.startsWith(': ');
    expect(text.trim().split('\n\n').every(isEvent)).toBe(true);
    const said = [...text.matchAll(/"(?:content|delta)":"([^"]*)"/g)].map(([, piece]) => piece);
    expect(said.join('')).toContain('Forty metres.');
  });

  it('hears nothing where it has not asked', async () => {
    await using gateway = await open();
    const response = await gateway.send('/v1/chat/completions', {
      ...{ model: 'cascade', stream: true },
      ...question,
    });
    expect(comments(await response.text())).toEqual([]);
  });

  it('is told in a whole answer that there is no place for them', async () => {
    await using gateway = await open();
    const body = await jsonOf(
      gateway.send('/v1/chat/completions', {
        ...{ model: 'cascade', tandem: { events: true } },
        ...question,
      }),
    );
    expect(body.tandem.warnings.join(' ')).toContain('tandem.events');
  });
});

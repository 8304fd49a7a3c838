import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf, lastUserText, promptText, type Reply } from '../testing/double.ts';
import { modelFinder } from './model-finder.ts';
import { personalDataMasker } from './personal-data-masker.ts';

const names = ['Anna Weber', 'Jean-Luc Picard', 'Øystein O’Neil (jr.)'];
const listing = (text: string) =>
  JSON.stringify({
    found: names.filter(name => text.includes(name)).map(name => ({ text: name, kind: 'PERSON' })),
  });

function finding(reply: (text: string) => Reply) {
  const asked: string[] = [];
  const local = doubleOf({ modelId: 'local' }, call => {
    asked.push(lastUserText(call));
    return reply(lastUserText(call));
  });
  return { asked, local, find: modelFinder(local) };
}

async function sentThrough(local: ReturnType<typeof doubleOf>, text: string) {
  let seen = '';
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
    seen = promptText(call);
    return { text: seen };
  });
  const masker = personalDataMasker({ more: modelFinder(local) });
  const answer = await run({ masker }, async () => direct(cloud).doGenerate(userCall(text)));
  return { seen, answer: textOf(answer) };
}

describe('a local model that finds personal data', () => {
  it('has what it names masked, and put back into the answer', async () => {
    const { local } = finding(text => ({ text: listing(text) }));
    const text = 'Please write to Anna Weber and to Jean-Luc Picard.';
    const { seen, answer } = await sentThrough(local, text);
    expect(seen).toMatch(
      /^Please write to MASKED_PERSON_[0-9a-f]{12} and to MASKED_PERSON_[0-9a-f]{12}\.$/,
    );
    expect(answer).toBe(text);
  });

  it.each([
    ['bare', (json: string) => json],
    ['in a fence behind a preface', (json: string) => `Here it is:\n\`\`\`json\n${json}\n\`\`\``],
    ['behind thinking', (json: string) => `<think>Who is it?</think>${json}`],
    ['as a list', (json: string) => JSON.stringify(JSON.parse(json).found)],
  ])('is read %s', async (_, written) => {
    const { find } = finding(text => ({ text: written(listing(text)) }));
    expect(await find('Ask Anna Weber.')).toEqual([{ start: 4, end: 14, kind: 'PERSON' }]);
  });

  it('is believed only where the words stand, everywhere that they stand', async () => {
    const { find } = finding(() => ({
      text: '{"found":[{"text":"Anna Weber","kind":"PERSON"},{"text":"Bob","kind":"PERSON"}]}',
    }));
    const text = 'Anna Weber, Anna\nWeber, Anna Webers, Bobby.';
    const found = await find(text);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([
      'Anna Weber',
      'Anna\nWeber',
    ]);
  });

  it('is not asked twice about a text, nor about names of fields', async () => {
    const { find, asked } = finding(text => ({ text: listing(text) }));
    for (const text of ['Ask Anna Weber.', 'Ask Anna Weber.', 'get_weather', '12 345', 'string'])
      await find(text);
    expect(asked).toHaveLength(1);
  });

  it('reads a long text in pieces, and finds what stands at their edges', async () => {
    const { find, asked } = finding(text => ({ text: listing(text) }));
    const text = `${'word '.repeat(397)}Øystein O’Neil (jr.) ${'word '.repeat(3000)}Anna Weber`;
    const found = await find(text);
    expect(new Set(found.map(({ start, end }) => text.slice(start, end)))).toEqual(
      new Set(['Øystein O’Neil (jr.)', 'Anna Weber']),
    );
    expect(Math.max(...asked.map(each => each.length))).toBeLessThan(2100);
  });

  it('is asked again in two pieces where its answer was cut off', async () => {
    const { find, asked } = finding(text =>
      text.length > 900
        ? { text: '{"found":[{"te', finishReason: 'length' }
        : { text: listing(text) },
    );
    const text = `${'word '.repeat(300)}Anna Weber`;
    expect((await find(text)).length).toBeGreaterThan(0);
    expect(asked.length).toBeGreaterThan(2);
  });

  it.each([
    ['says nothing that can be read', () => ({ text: 'There is nobody.' })],
    ['lists something else', () => ({ text: '{"found":[1,2]}' })],
    [
      'breaks',
      () => {
        throw new Error('no');
      },
    ],
  ])('lets nothing leave when it %s', async (_, reply) => {
    const { local } = finding(reply);
    await expect(sentThrough(local, 'Ask Anna Weber.')).rejects.toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('"local", which looks for personal data, failed'),
    });
  });

  it('must be on this device', async () => {
    const afar = doubleOf({ modelId: 'afar', place: 'cloud' }, () => ({ text: '{"found":[]}' }));
    await expect(sentThrough(afar, 'Ask Anna Weber.')).rejects.toMatchObject({
      code: 'egress_denied',
    });
  });
});

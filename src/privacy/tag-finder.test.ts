import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf, promptText } from '../testing/double.ts';
import { personalDataMasker } from './personal-data-masker.ts';
import { presidioFinder } from './presidio-finder.ts';
import { tagFinder } from './tag-finder.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers what `reply` makes of a text; a string is sent as it is. */
async function tagger(reply: (text: string) => unknown, status = 200) {
  const seen: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const given = JSON.parse(body) as { inputs: string };
      seen.push({ headers: request.headers, body: given });
      const answer = reply(given.inputs);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tag`, seen };
}

const name = 'Ada Byron';
/** Where the name stands, in code points, as Python counts. */
function placesIn(text: string): { start: number; end: number }[] {
  const at = text.indexOf(name);
  if (at < 0) return [];
  const start = [...text.slice(0, at)].length;
  return [{ start, end: start + name.length }];
}
const wholeNames = (text: string) =>
  placesIn(text).map(place => ({ ...place, entity_group: 'PER', score: 0.99, word: name }));
const tokens = (text: string) =>
  placesIn(text).flatMap(({ start }) => [
    { start, end: start + 3, entity: 'B-PER', score: 0.99 },
    { start: start + 4, end: start + 6, entity: 'I-PER', score: 0.98 },
    { start: start + 6, end: start + 9, entity: 'I-PER', score: 0.9 },
  ]);

describe('a server of token classification', () => {
  it.each([
    ['whole names', wholeNames],
    ['names in a list of one list', (text: string) => [wholeNames(text)]],
    ['tokens of names', tokens],
    [
      'other fields',
      (text: string) => placesIn(text).map(place => ({ ...place, label: 'person' })),
    ],
  ])('finds names by %s', async (_, reply) => {
    const { endpoint } = await tagger(reply);
    const text = `😀 Please ask ${name} today.`;
    const found = await tagFinder({ endpoint })(text);
    expect(found.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([
      [name, 'PERSON'],
    ]);
  });

  it('leaves out what is unsure, outside, or of no wanted kind', async () => {
    const { endpoint } = await tagger(() => [
      { start: 0, end: 3, entity: 'B-PER', score: 0.2 },
      { start: 4, end: 9, entity: 'O', score: 0.99 },
      { start: 0, end: 9, entity_group: 'ORG', score: 0.99 },
    ]);
    expect(await tagFinder({ endpoint, entities: ['PER'] })(name)).toEqual([]);
  });

  it('reads a long text in pieces, and is given nothing without a letter', async () => {
    const { endpoint, seen } = await tagger(wholeNames);
    const text = `${'word '.repeat(1000)}${name} ${'word '.repeat(1000)}`;
    const found = await tagFinder({ endpoint })(text);
    expect(new Set(found.map(({ start, end }) => text.slice(start, end)))).toEqual(new Set([name]));
    const asked = seen.length;
    expect(asked).toBeGreaterThan(8);
    await tagFinder({ endpoint })(' 12 345 ');
    expect(seen).toHaveLength(asked);
  });

  it('gets its key as a header alone', async () => {
    const { endpoint, seen } = await tagger(wholeNames);
    await tagFinder({ endpoint, headers: { authorization: 'Bearer key-of-tagger' } })(name);
    expect(seen[0]?.headers.authorization).toBe('Bearer key-of-tagger');
    expect(seen[0]?.body).toEqual({ inputs: name });
  });

  it.each([
    ['answers with an error', () => tagger(() => [], 503)],
    ['answers with something else', () => tagger(() => ({ error: 'loading' }))],
    ['names no kind', () => tagger(() => [{ start: 0, end: 3 }])],
    ['answers with no JSON', () => tagger(() => '<html>')],
    ['answers beyond the text', () => tagger(() => [{ start: 0, end: 900, label: 'PER' }])],
    ['is not there', async () => ({ endpoint: 'http://127.0.0.1:9' })],
  ])('lets nothing leave when it %s', async (_, start) => {
    const { endpoint } = await start();
    let calls = 0;
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => {
      calls++;
      return { text: 'ok' };
    });
    const masker = personalDataMasker({ more: tagFinder({ endpoint }) });
    await expect(
      run({ masker }, async () => direct(cloud).doGenerate(userCall(name))),
    ).rejects.toMatchObject({ code: 'egress_denied' });
    expect(calls).toBe(0);
  });

  it('goes together with other finders', async () => {
    const { endpoint } = await tagger(wholeNames);
    let seen = '';
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
      seen = promptText(call);
      return { text: 'ok' };
    });
    const ours = (text: string) =>
      text.includes('blue') ? [{ start: text.indexOf('blue'), end: 4, kind: 'HUE' }] : [];
    const masker = personalDataMasker({ more: [tagFinder({ endpoint }), ours] });
    await run({ masker }, async () => direct(cloud).doGenerate(userCall(`blue ${name}`)));
    expect(seen).toMatch(/^MASKED_HUE_[0-9a-f]{12} MASKED_PERSON_[0-9a-f]{12}$/);
  });
});

describe('where a finder runs', () => {
  it.each(['https://api.example.com/tag', 'http://8.8.8.8:5000'])(
    '%s is refused: it would see what is to be masked',
    endpoint => {
      for (const make of [tagFinder, presidioFinder])
        expect(() => make({ endpoint })).toThrow(/has a public address/);
      expect(() => tagFinder({ endpoint, place: 'network' })).not.toThrow();
    },
  );

  it('is this device alone under `local-only`, but for hosts that are allowed', async () => {
    const find = tagFinder({ endpoint: 'http://10.255.255.1:9/tag' });
    const refused = run({ mode: 'local-only' }, async () => find(name));
    await expect(refused).rejects.toMatchObject({
      code: 'place_not_allowed',
      message: expect.stringContaining("networkHosts: ['10.255.255.1']"),
    });
  });
});

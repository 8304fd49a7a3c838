import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../apps/gateway/start-gateway.ts';
import { type Body, differences } from './differences.ts';
import { allQuirks, startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { requests } from './requests.ts';
import { readSaid, type Said } from './said.ts';

function expectedBody(request: Body, isStream: boolean): Body {
  return differences.reduce<Body>(
    (body, { request: change }) => change?.(body, isStream) ?? body,
    request,
  );
}

function expectedSaid({ says }: Quirk, isStream: boolean, body: Body): Said {
  return differences.reduce((each, { answer }) => answer?.(each, { isStream, body }) ?? each, says);
}

function bodiesFor(model: string): Body[] {
  return requests.flatMap((request, at) => [
    { ...request, model },
    {
      ...request,
      model,
      stream: true,
      ...(at % 2 === 0 && { stream_options: { include_usage: true } }),
    },
  ]);
}

interface Exchanged {
  readonly quirk: Quirk;
  readonly body: Body;
  readonly sent: Body | undefined;
  readonly said: Said;
}

function compared({ quirk, body, sent, said }: Exchanged) {
  const isStream = body.stream === true;
  const isFree = differences.some(({ frees }) => frees?.(body));
  const expected = expectedSaid(quirk, isStream, body);
  const got = { sent: isFree ? null : sent, said: comparable(said, expected.error?.words) };
  const wanted = { sent: isFree ? null : expectedBody(body, isStream), said: expected };
  return { got: plain(got), wanted: plain(wanted) };
}

// The order of keys says nothing; an undefined one is none.
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a plain model is transparent', () => {
  it('for every request and every answer, whole and streamed', { timeout: 240_000 }, async () => {
    expect(Object.keys(allQuirks).length).toBeGreaterThanOrEqual(40);
    expect(requests.length).toBeGreaterThanOrEqual(60);
    await using it = await startQuirkServer();
    const wrong: object[] = [];
    let asked = 0;
    const askAll = async (name: string, quirk: Quirk) => {
      for (const body of bodiesFor(name)) {
        const response = await it.gateway.send('/v1/chat/completions', body);
        const pair = compared({
          quirk,
          body,
          sent: it.sent.get(name),
          said: await readSaid(response),
        });
        asked++;
        if (!isDeepStrictEqual(pair.got, pair.wanted)) wrong.push({ name, ...pair });
      }
    };
    await Promise.all(Object.entries(allQuirks).map(([name, quirk]) => askAll(name, quirk)));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(asked).toBe(Object.keys(allQuirks).length * requests.length * 2);
  });

  it('but for at most fifteen differences, each with its reason', () => {
    expect(differences.length).toBeLessThanOrEqual(15);
    for (const { name, reason } of differences) {
      expect(name).not.toBe('');
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  it.each(differences.filter(({ request }) => request))(
    'of which each is one: $name',
    ({ request: change }) => {
      const isSeen = [false, true].some(isStream =>
        requests.some(request => {
          const body = { ...request, model: 'x', ...(isStream && { stream: true }) };
          return JSON.stringify(change!(body, isStream)) !== JSON.stringify(body);
        }),
      );
      expect(isSeen).toBe(true);
    },
  );

  it('and says in every answer who gave it, with an id for every request', async () => {
    await using it = await startQuirkServer();
    const body = { model: 'usual', messages: [{ role: 'user', content: 'hi' }] };
    const response = await it.gateway.send('/v1/chat/completions', body);
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(await jsonOf(response)).toMatchObject({
      tandem: { answeredBy: 'openai-compatible:m-usual' },
    });
  });
});

function comparable(said: Said, words: string | undefined): Said {
  const { error } = said;
  if (!error || words === undefined) return said;
  return { ...said, error: { ...error, words: error.words.includes(words) ? words : error.words } };
}

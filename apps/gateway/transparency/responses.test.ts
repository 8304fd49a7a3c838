import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { asResponse, readResponse } from './as-response.ts';
import { quirks, startQuirkServer } from './quirk-server.ts';
import { requests } from './requests.ts';
import type { Said } from './said.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What responses have no place for, or another word: the end of a cut call, and signatures. */
function sayable({ signature: _, finish, ...rest }: Said) {
  return { ...rest, finish: rest.calls.length > 0 && finish !== 'length' ? 'tool_calls' : finish };
}

function comparable(got: Said, wanted: Said): Said {
  if (!got.error || !wanted.error) return got;
  const { words } = wanted.error;
  return { ...got, error: { ...got.error, words: got.error.words.includes(words) ? words : '' } };
}

describe('a plain model is as transparent over responses', () => {
  it('in what it says, for every answer, whole and streamed', { timeout: 120_000 }, async () => {
    await using it = await startQuirkServer();
    const wrong: object[] = [];
    const bodies = [{ input: 'hi' }, { input: 'hi', temperature: 0, store: false }];
    for (const [name, { says }] of Object.entries(quirks)) {
      for (const body of bodies.flatMap(each => [each, { ...each, stream: true }])) {
        const asked = { ...body, model: name };
        const got = await readResponse(await it.gateway.send('/v1/responses', asked));
        const pair = [sayable(comparable(got, says)), sayable(says)].map(plain);
        if (!isDeepStrictEqual(pair[0], pair[1])) wrong.push({ name, body, pair });
      }
    }
    expect(wrong).toEqual([]);
  });

  it('in what it is sent: what chat completions send', { timeout: 120_000 }, async () => {
    await using it = await startQuirkServer();
    const send = async (path: string, body: object) => {
      await (await it.gateway.send(path, { ...body, model: 'usual' })).text();
      return plain(it.sent.get('usual'));
    };
    let compared = 0;
    for (const request of requests) {
      const response = asResponse(request);
      if (!response) continue;
      for (const more of [{}, { stream: true }]) {
        const wanted = await send('/v1/chat/completions', { ...request, ...more });
        const got = await send('/v1/responses', { ...response, ...more });
        expect(got, JSON.stringify(request)).toEqual(wanted);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(70);
  });
});

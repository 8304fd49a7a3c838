/** Failures of servers that came up later: by status, by key, and in words of any shape. */
import { expect, it } from 'vitest';
import { readResponse } from './as-response.ts';
import { both, hello } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import { readSaid } from './said.ts';

const overloaded = { error: { message: 'Overloaded' } };
const badKey = [{ error: { code: 400, message: 'API key not valid. Pass a valid API key.' } }];
const gone = { error: { message: 'The model is gone', code: 'model_not_found' } };
const byNumber = (status_code: number, status_msg: string) => ({
  ...{ choices: null, base_resp: { status_code, status_msg } },
});
const failures = {
  'a server that has too much to do': [529, overloaded, 529, 'Overloaded'],
  'a tier without room': [498, { error: { message: 'Flex tier capacity' } }, 429, 'Flex tier'],
  'a wrong key that is called a wrong request': [400, badKey, 502, 'API key not valid'],
  'a fault': [400, { fault: { faultstring: 'Too many steps' } }, 400, 'Too many steps'],
  'a message in capitals': [400, { Message: 'Name is missing' }, 400, 'Name is missing'],
  'words under a name that nobody knows': [400, { wrong: 'the shape' }, 400, 'the shape'],
  'a code with a status of success': [200, gone, 404, 'The model is gone'],
  'a dependency that failed': [424, { error: 'CUDA out of memory' }, 503, 'CUDA'],
  'a filter by its number': [200, byNumber(1027, 'output new_sensitive'), 400, 'new_sensitive'],
  'a limit by its number': [200, byNumber(1002, 'rate limit'), 429, 'rate limit'],
} as const;

it.each(Object.entries(failures))('%s is told as what it is', async (_name, failure) => {
  const [status, body, told, words] = failure;
  const text = JSON.stringify(body);
  const headers = { 'retry-after': '11' };
  const quirk = { ...both({}, hello), status, headers, whole: text, stream: text };
  await using it = await startQuirkServer({ failing: quirk });
  for (const stream of [false, true]) {
    const asked = { model: 'failing', stream };
    const messages = [{ role: 'user', content: 'hi' }];
    const chat = await it.gateway.send('/v1/chat/completions', { ...asked, messages });
    const response = await it.gateway.send('/v1/responses', { ...asked, input: 'hi' });
    for (const { error } of [await readSaid(chat), await readResponse(response)]) {
      expect(error).toMatchObject({ status: told, words: expect.stringContaining(words) });
      if (told === 529) expect(error?.retryAfter).toBe('11');
    }
  }
});

const hour = Math.floor(Date.now() / 1000) + 3600;
const left = (what: string, reset: string) => ({
  [`x-ratelimit-remaining-${what}`]: '0',
  [`x-ratelimit-reset-${what}`]: reset,
});
const waits = {
  'a header with its unit': [{ 'retry-after': '30s' }, {}, 30],
  'what is left of requests': [left('requests', '2m3.5s'), {}, 124],
  'what is left of tokens': [left('tokens', '824ms'), {}, 1],
  'the header of the standard': [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '41' }, {}, 41],
  'a time of the clock': [
    ...[{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${hour}` }, {}, 3600],
  ],
  'a header that is quoted': [
    ...[{}, { metadata: { headers: { 'X-RateLimit-Reset': `${hour * 1000}` } } }, 3600],
  ],
  'a field of seconds': [{}, { metadata: { retry_after_seconds: 17 } }, 17],
  'a wait in words': [{}, { details: 'Please wait 22 seconds before retrying.' }, 22],
  'a time that is estimated': [{}, { estimated_time: 20.4 }, 21],
} as const;

it.each(Object.entries(waits))('how long to wait is handed on from %s', async (_name, wait) => {
  const [headers, more, seconds] = wait as readonly [Record<string, string>, object, number];
  const text = JSON.stringify({ error: { message: 'slow', code: 429, ...more } });
  const quirk = { ...both({}, hello), status: 429, headers, whole: text, stream: text };
  await using it = await startQuirkServer({ slow: quirk });
  for (const stream of [false, true]) {
    const messages = [{ role: 'user', content: 'hi' }];
    const asked = { model: 'slow', stream, messages };
    const answer = await it.gateway.send('/v1/chat/completions', asked);
    await answer.text();
    const told = Number(answer.headers.get('retry-after'));
    expect([answer.status, told > seconds - 10 && told <= seconds]).toEqual([429, true]);
  }
});

const codes = {
  'a filter': [400, 'SensitiveContentDetected', 'may contain sensitive information', 400],
  'an account': [403, 'AccountOverdueError', 'the account has an overdue balance', 429],
  'a balance': [403, 30_001, 'Sorry, your account balance is insufficient', 429],
  'a budget': [400, '400', 'Budget has been exceeded! Max budget: 1.0', 429],
  'a model by its word': [400, 'unknown_model', 'unknown_model', 404],
  'a model by its sentence': [400, 20_012, 'Model does not exist. Please check it.', 404],
  'a model of a project': [403, 'model_not_found', 'does not have access to model `x`', 404],
  'a length': [400, 'invalid_request_error', 'Your request exceeded model token limit: 8', 400],
} as const;
const codeByName: Readonly<Record<string, string>> = {
  'a filter': 'content_filter',
  'an account': 'insufficient_quota',
  'a balance': 'insufficient_quota',
  'a budget': 'insufficient_quota',
  'a length': 'context_length_exceeded',
};

it.each(Object.entries(codes))('%s that is at fault has its code', async (name, failure) => {
  const [status, code, message, told] = failure;
  const text = JSON.stringify({ error: { code, message } });
  await using it = await startQuirkServer({
    failing: { ...both({}, hello), status, whole: text, stream: text },
  });
  for (const stream of [false, true]) {
    const messages = [{ role: 'user', content: 'hi' }];
    const asked = { model: 'failing', stream, messages };
    const { error } = await readSaid(await it.gateway.send('/v1/chat/completions', asked));
    expect([error?.status, error?.code]).toEqual([told, codeByName[name] ?? 'model_not_found']);
  }
});

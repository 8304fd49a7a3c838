/** Failures of servers that came up later: by status, by key, and in words of any shape. */
import { expect, it } from 'vitest';
import { readResponse } from './as-response.ts';
import { both, hello } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import { readSaid } from './said.ts';

const overloaded = { error: { message: 'Overloaded' } };
const badKey = [{ error: { code: 400, message: 'API key not valid. Pass a valid API key.' } }];
const gone = { error: { message: 'The model is gone', code: 'model_not_found' } };
const failures = {
  'a server that has too much to do': [529, overloaded, 529, 'Overloaded'],
  'a tier without room': [498, { error: { message: 'Flex tier capacity' } }, 429, 'Flex tier'],
  'a wrong key that is called a wrong request': [400, badKey, 502, 'API key not valid'],
  'a fault': [400, { fault: { faultstring: 'Too many steps' } }, 400, 'Too many steps'],
  'a message in capitals': [400, { Message: 'Name is missing' }, 400, 'Name is missing'],
  'words under a name that nobody knows': [400, { wrong: 'the shape' }, 400, 'the shape'],
  'a code with a status of success': [200, gone, 404, 'The model is gone'],
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

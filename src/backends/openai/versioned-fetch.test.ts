import { expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { startWireDouble } from '../../testing/wire/wire-double.ts';
import { openaiCompatible } from './openai-compatible.ts';

it.each([
  ['404', { status: 404, error: { detail: 'Not Found' } }],
  ['a page', { raw: '<html>hello</html>', headers: { 'content-type': 'text/html' } }],
])(
  'a base URL without a path, as samples write it, is asked under /v1 after %s',
  async (_, first) => {
    await using double = await startWireDouble([first, { text: 'Hi.' }]);
    const model = openaiCompatible({ model: 'm', endpoint: double.url, place: 'cloud' });
    expect(textOf(await model.doGenerate(userCall('x')))).toBe('Hi.');
    await model.doGenerate(userCall('x'));
    expect(double.requests.map(({ path }) => path)).toEqual([
      '/chat/completions',
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
  },
);

import { expect, it } from 'vitest';
import { promptText, scriptedModel } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const path = '/v1/completions';

it('a text is gone on with, whole and streamed', async () => {
  const local = scriptedModel(['b + c;', 'b + c;', 'x'], { modelId: 'local' });
  await using gateway = await startGateway({ local });
  const ask = { model: 'local', prompt: 'const a = ', max_tokens: 20, suffix: '\nend' };
  expect(await jsonOf(gateway.send(path, { ...ask, best_of: 2 }))).toMatchObject({
    id: expect.stringMatching(/^cmpl-/),
    object: 'text_completion',
    choices: [{ index: 0, text: 'b + c;', logprobs: null, finish_reason: 'stop' }],
    tandem: { warnings: ['unsupported: best_of: this field is ignored.'] },
  });
  expect(promptText(local.calls[0]!)).toMatch(/followed by this:\s+end.*const a = /s);
  expect(local.calls[0]!.maxOutputTokens).toBe(20);
  const stream_options = { include_usage: true };
  const streamed = await gateway.send(path, { ...ask, stream: true, echo: true, stream_options });
  const events = (await streamed.text()).trim().split('\n\n');
  expect(events.at(-1)).toBe('data: [DONE]');
  const chunks = events.slice(0, -1).map(event => JSON.parse(event.slice(6)));
  expect(chunks.map(({ choices: [choice] }) => choice?.text ?? '').join('')).toBe(
    'const a = b + c;',
  );
  expect(chunks.at(-1).usage.completion_tokens).toBeGreaterThan(0);
});

it('a limit that is none lets a model go on as long as it will', async () => {
  const local = scriptedModel(['b', 'b', 'b'], { modelId: 'local' });
  await using gateway = await startGateway({ local });
  for (const more of [{ max_tokens: -1 }, { max_tokens: null }, {}])
    await gateway.send(path, { model: 'local', prompt: 'a', ...more });
  expect(local.calls.map(({ maxOutputTokens: most }) => most)).toEqual([undefined, 16, 16]);
});

it('what it cannot do is refused', async () => {
  await using gateway = await startGateway({ local: scriptedModel([]) });
  for (const prompt of ['', ['a', 'b'], [1, 2], undefined])
    expect((await gateway.send(path, { model: 'local', prompt })).status).toBe(400);
});

import { expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { startWireDouble } from '../../src/testing/index.ts';
import { startGateway } from './start-gateway.ts';

const words = ['Hello', ' there', ', ', 'friend.'];
const content = words.map(token => ({ token, logprob: -0.01, bytes: [], top_logprobs: [] }));
const raw = JSON.stringify({
  choices: [{ message: { content: words.join('') }, logprobs: { content }, finish_reason: 'stop' }],
});

it('log-probabilities of a held draft come with their text, over both interfaces', async () => {
  const step = { raw, headers: { 'content-type': 'application/json' } };
  await using upstream = await startWireDouble([step, step, step, step]);
  const endpoint = `${upstream.url}/v1`;
  const local = openaiCompatible({ model: 'm', endpoint, place: 'device' });
  const cloud = openaiCompatible({ model: 'c', endpoint, place: 'cloud' });
  const patterns = { kept: { pattern: 'cascade', local: 'local', cloud: 'cloud' } as const };
  await using gateway = await startGateway({ local, cloud }, { patterns });
  const chat = await gateway.send('/v1/chat/completions', {
    model: 'kept',
    messages: [{ role: 'user', content: 'Say hello, please.' }],
    logprobs: true,
    stream: true,
  });
  const chunks = (await chat.text())
    .split('\n\n')
    .filter(event => event.startsWith('data: {'))
    .map(event => JSON.parse(event.slice(6)));
  const pairs = chunks.flatMap(({ choices: [choice] }) =>
    choice?.delta.content ? [[choice.delta.content, choice.logprobs?.content[0].token]] : [],
  );
  expect(pairs).toEqual(words.map(word => [word, word]));
  const response = await gateway.send('/v1/responses', {
    model: 'kept',
    input: 'Say hello, please.',
    include: ['message.output_text.logprobs'],
    stream: true,
  });
  const deltas = [...(await response.text()).matchAll(/output_text\.delta","sequence_number".*/g)];
  expect(deltas).toHaveLength(words.length);
});

import { expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { startGateway } from './start-gateway.ts';

const parameters = { type: 'object', properties: { path: { type: 'string' } } };
const messages = [
  { role: 'system', content: 'You edit code.' },
  { role: 'user', content: 'Change the title.' },
  { role: 'assistant', content: 'Which file?' },
  { role: 'user', content: 'index.html' },
];

/** What programs send by their public code: `aider/models.py` by LiteLLM, Continue's adapter. */
const shapes: Readonly<Record<string, readonly [path: string, body: object]>> = {
  'Aider, a turn': ['/v1/chat/completions', { messages, stream: true, temperature: 0 }],
  'Aider, without a stream': ['/v1/chat/completions', { messages, stream: false, temperature: 0 }],
  'Aider, its cache kept warm': ['/v1/chat/completions', { messages, max_tokens: 1 }],
  'Aider, a function': [
    '/v1/chat/completions',
    {
      ...{ messages, stream: true, temperature: 0 },
      tools: [{ type: 'function', function: { name: 'write_file', parameters } }],
      tool_choice: { type: 'function', function: { name: 'write_file' } },
    },
  ],
  'Continue, a chat': [
    '/v1/chat/completions',
    { messages, stream: true, stream_options: { include_usage: true }, max_tokens: 4096 },
  ],
  'Continue, an agent': [
    '/v1/chat/completions',
    {
      ...{ messages, stream: true, stream_options: { include_usage: true }, max_tokens: 4096 },
      tools: [{ type: 'function', function: { name: 'read_file', parameters } }],
      parallel_tool_calls: false,
    },
  ],
  'Continue, a completion': [
    '/v1/completions',
    {
      ...{ prompt: 'const a = ', max_tokens: 64, temperature: 0.01, stream: true },
      ...{ top_p: 1, frequency_penalty: 0, presence_penalty: 0, stop: ['\n\n'] },
    },
  ],
};

it.each(Object.entries(shapes))(
  '%s is answered by every kind of model',
  async (_, [path, body]) => {
    const call = { toolCallId: 'c1', toolName: 'write_file', input: '{"path":"index.html"}' };
    const answer = (modelId: string, place: 'device' | 'cloud') =>
      doubleOf({ modelId, place }, ({ toolChoice }) =>
        toolChoice?.type === 'tool'
          ? { content: [{ type: 'tool-call', ...call }] }
          : { text: 'index.html is changed.' },
      );
    const models = { local: answer('local', 'device'), cloud: answer('cloud', 'cloud') };
    await using gateway = await startGateway(models);
    for (const model of ['local', 'cascade', 'router', 'auto', 'shadow']) {
      const response = await gateway.send(
        path,
        { model, ...body },
        { headers: { 'x-api-key': '' } },
      );
      expect([model, response.status]).toEqual([model, 200]);
      const text = await response.text();
      // A stream says it in pieces, as text or as the input of a call.
      const said = [...text.matchAll(/"(?:content|text|arguments)":("(?:[^"\\]|\\.)*")/g)];
      expect(said.map(([, piece]) => JSON.parse(piece!)).join('')).toContain('index.html');
      expect(text).not.toContain('"error"');
    }
  },
);

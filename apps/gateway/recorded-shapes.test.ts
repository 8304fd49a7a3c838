import { afterAll, beforeAll, expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a program sends: fields of its body by the path, and what of them a model must be told. */
interface Shape {
  readonly path?: string;
  readonly body: Fields;
  readonly headers?: Readonly<Record<string, string>>;
  readonly told?: readonly string[];
}

const chat = '/v1/chat/completions';
const draft = 'http://json-schema.org/draft-07/schema#';
const parameters = {
  $schema: draft,
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};
const messages = [
  { role: 'system', content: 'You edit code.' },
  { role: 'user', content: 'Change the title.' },
  { role: 'assistant', content: 'Which file?' },
  { role: 'user', content: 'index.html' },
];
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
const cached = { cache_control: { type: 'ephemeral' } };
const usage = { stream_options: { include_usage: true } };

function tool(name: string, more: Fields = {}) {
  return { type: 'function', function: { name, description: 'Does it.', parameters, ...more } };
}

function called(id: string, more: Fields = {}, name = 'read_file') {
  const call = { id, type: 'function', function: { name, arguments: '{"path":"index.html"}' } };
  return { role: 'assistant', content: null, tool_calls: [call], ...more };
}

function gave(id: string, content: unknown, more: Fields = {}) {
  return { role: 'tool', tool_call_id: id, content, ...more };
}

function said(content: unknown, role = 'user') {
  return { role, content };
}

const text = (words: string, more: Fields = {}) => ({ type: 'text', text: words, ...more });

/**
 * What programs send by their public code, in their shapes: `aider/models.py` by LiteLLM,
 * Continue's adapter, Claude Code behind claude-code-router and LiteLLM, Codex, Open WebUI's
 * routers, LibreChat's LangChain, Cline and Roo, Zed's `open_ai` crate, OpenCode, the chat of VS
 * Code.
 */
const shapes: Readonly<Record<string, Shape>> = {
  'Aider, a turn': { body: { messages, temperature: 0 } },
  'Aider, its cache kept warm': { body: { messages, max_tokens: 1 } },
  'Aider, a function': {
    body: {
      ...{ messages, temperature: 0, tools: [tool('write_file')] },
      tool_choice: { type: 'function', function: { name: 'write_file' } },
    },
  },
  'Continue, a chat': { body: { messages, ...usage, max_tokens: 4096 } },
  'Continue, an agent': {
    body: {
      messages: [said('Read it.'), called('c1', { content: ' ' }), gave('c1', 'title')],
      ...{ max_tokens: 4096, tools: [tool('read_file', { strict: null })] },
      parallel_tool_calls: false,
    },
  },
  'Continue, thoughts of a turn before': {
    body: {
      messages: [
        ...[said('Read it.'), said([text('Soon.')], 'assistant'), said('Do.')],
        called('c1', {
          ...{ content: [], reasoning: 'I look.', reasoning_content: '' },
          reasoning_details: [{ signature: 's' }],
        }),
        gave('c1', 'title'),
      ],
    },
    told: ['I look.'],
  },
  'Continue, a completion': {
    path: '/v1/completions',
    body: {
      ...{ prompt: 'const a = ', max_tokens: 64, temperature: 0.01 },
      ...{ top_p: 1, frequency_penalty: 0, presence_penalty: 0, stop: ['\n\n'] },
    },
  },
  'Continue, a completion by a template with all its stops': {
    body: {
      messages: [said('<|fim_prefix|>const a = <|fim_suffix|>;<|fim_middle|>')],
      ...{ max_tokens: 256, temperature: 0.01, prediction: null },
      stop: ['<|endoftext|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '\n\n', '```'],
    },
  },
  'Claude Code by its router, a turn of a loop': {
    body: {
      messages: [
        said([text('You are an agent.', cached), text('Environment')], 'system'),
        said([text('<system-reminder>Today.</system-reminder>'), text('Change it.', cached)]),
        called(
          'toolu_01A',
          { thinking: { content: 'First the file.', signature: 'c2ln' } },
          'Read',
        ),
        gave('toolu_01A', '1→<title>a</title>', cached),
      ],
      ...{ max_tokens: 32_000, temperature: 1, tool_choice: 'auto' },
      tools: [tool('Read'), tool(`mcp__${'code_search_and_navigation_'.repeat(3)}find`)],
      ...{ reasoning: { effort: 'high', enabled: true }, thinking: { type: 'enabled' } },
    },
    told: ['First the file.', '<title>a</title>', 'Environment'],
  },
  'Claude Code by its router, any tool': {
    body: { messages, max_tokens: 32_000, tools: [tool('write_file')], tool_choice: 'any' },
  },
  'Claude Code by its router, a picture': {
    body: {
      messages: [said([{ ...picture, media_type: 'image/png' }, text('What is it?')])],
      max_tokens: 32_000,
    },
    told: [png],
  },
  'Claude Code by LiteLLM, a picture of a tool': {
    body: {
      messages: [
        said('See.'),
        called('toolu_01B', {}, 'Read'),
        gave('toolu_01B', [text('The shot:'), picture]),
      ],
      ...{ max_completion_tokens: 32_000, metadata: { user_id: 'user_1' }, user: 'user_1' },
      ...{ tools: [tool('Read')], reasoning_effort: 'max', parallel_tool_calls: true },
    },
    told: [png, 'The shot:'],
  },
  'Claude Code, its quota and its topic': {
    body: {
      messages: [
        said([text('Analyze if this message indicates a new topic.')], 'system'),
        said('q'),
      ],
      ...{ max_tokens: 512, temperature: 0, metadata: { user_id: 'user_1' } },
    },
  },
  'Codex, by chat': {
    body: {
      messages: [
        ...[said('You are a coding agent.', 'system'), said('<environment_context/>')],
        ...[said('Change it.'), called('call_1', { reasoning: 'Look first.' }, 'shell')],
        gave('call_1', '{"output":"title","metadata":{"exit_code":0}}'),
      ],
      tools: [tool('shell', { strict: false }), tool('update_plan', { strict: false })],
    },
    told: ['Look first.', 'exit_code'],
  },
  'Codex, by responses': {
    path: '/v1/responses',
    body: {
      instructions: 'You are a coding agent.',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Change it.' }] },
        { type: 'reasoning', summary: [], content: null, encrypted_content: 'gAAA' },
        {
          ...{ type: 'message', role: 'assistant', phase: 'commentary' },
          content: [{ type: 'output_text', text: 'I look.' }],
        },
        { type: 'function_call', name: 'view_image', arguments: '{"path":"a"}', call_id: 'call_1' },
        {
          ...{ type: 'function_call_output', call_id: 'call_1' },
          output: [{ type: 'input_image', image_url: `data:image/png;base64,${png}` }],
        },
        { type: 'local_shell_call', call_id: 'ls', status: 'completed', action: { type: 'exec' } },
        { type: 'ghost_snapshot', ghost_commit: { id: 'a' } },
      ],
      tools: [
        { type: 'function', name: 'exec_command', strict: false, parameters },
        { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark' } },
        { type: 'web_search', external_web_access: true },
        {
          ...{ type: 'namespace', name: 'collaboration', description: 'Agents.' },
          tools: [{ type: 'function', name: 'spawn_agent', strict: false, parameters }],
        },
      ],
      ...{ tool_choice: 'auto', parallel_tool_calls: true, store: false, prompt_cache_key: 'k' },
      ...{ reasoning: { effort: 'medium', summary: 'auto' }, text: { verbosity: 'medium' } },
      include: ['reasoning.encrypted_content'],
    },
    headers: { session_id: '01', originator: 'codex_cli_rs', 'x-codex-turn-metadata': '{}' },
    told: [png, 'I look.'],
  },
  'Open WebUI, a chat with a picture': {
    body: {
      messages: [said('Be kind.', 'system'), said([text('What is it?'), picture])],
      ...{ temperature: 0.8, top_p: 0.9, seed: 0, frequency_penalty: 0, ...usage },
      ...{ stop: ['</end>'], logit_bias: {}, max_tokens: 1000 },
    },
    headers: { 'HTTP-Referer': 'https://openwebui.com/', 'X-OpenWebUI-User-Name': 'Ann' },
    told: [png],
  },
  'Open WebUI, its own tools': {
    body: {
      messages: [
        said('Read it.'),
        {
          ...{ role: 'assistant', content: '' },
          tool_calls: [
            {
              ...{ index: 0, id: 'call_1', type: 'function' },
              function: { name: 'read_file', arguments: '{}' },
            },
          ],
        },
        gave('call_1', 'title'),
      ],
      ...{ tools: [tool('read_file')], params: {}, session_id: 's', chat_id: 'c', id: 'm' },
    },
  },
  'Open WebUI, a title': {
    body: { messages: [said('### Task:\nMake a title.')], max_completion_tokens: 1000 },
  },
  'LibreChat, a chat': {
    body: {
      messages: [said('Be kind.', 'developer'), said([text('index.html')])],
      ...{ temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0, n: 1 },
      ...{ user: '665f', max_completion_tokens: 4096, ...usage },
    },
  },
  'LibreChat, an agent': {
    body: {
      messages: [
        said('Be kind.', 'system'),
        said('Read it.'),
        called('call_1', { content: [{ ...text('I look.'), index: 0 }] }),
        gave('call_1', [text('title')], { name: 'read_file' }),
      ],
      ...{ tools: [tool('read_file'), { type: 'web_search' }], user: '665f', ...usage },
    },
    told: ['I look.'],
  },
  'LibreChat, a title by a function': {
    body: {
      ...{ messages, temperature: 0.2, tools: [tool('output_formatter')] },
      tool_choice: { type: 'function', function: { name: 'output_formatter' } },
      parallel_tool_calls: false,
    },
  },
  'Cline, a turn': {
    body: {
      messages: [
        said('You are Cline.', 'system'),
        said([text('<task>Change it.</task>'), text('<environment_details/>'), picture]),
        said('<read_file><path>index.html</path></read_file>', 'assistant'),
        said([text('[read_file] Result:'), text('title')]),
      ],
      ...{ temperature: 0, ...usage, max_tokens: null, reasoning_effort: null },
    },
    headers: { 'X-Title': 'Cline', 'HTTP-Referer': 'https://cline.bot' },
    told: [png, '<environment_details/>'],
  },
  'Roo, its own tools': {
    body: {
      messages: [
        said('Read it.'),
        called('call_1', {
          ...{ content: '' },
          reasoning_details: [{ type: 'reasoning.text', text: 'I look.', index: 0 }],
        }),
        gave('call_1', 'title'),
        said([text('<environment_details/>')]),
      ],
      ...{ temperature: 0, ...usage, tools: [tool('read_file', { strict: true })] },
      ...{ tool_choice: 'auto', parallel_tool_calls: false },
    },
    told: ['I look.'],
  },
  'Zed, an agent': {
    body: {
      messages: [
        said('You are an agent.', 'system'),
        said([text('See '), picture, text(' and say.')]),
        called('call_1', { reasoning_content: 'I look.' }),
        gave('call_1', [text('title'), picture]),
      ],
      ...{ max_completion_tokens: 8192, temperature: 1, prompt_cache_key: 'thread' },
      ...{ tools: [tool('read_file')], parallel_tool_calls: false, reasoning_effort: 'medium' },
    },
    told: [png, 'I look.'],
  },
  'OpenCode, an agent': {
    body: {
      messages: [
        ...[said('You are an agent.', 'system'), said('Environment', 'system'), said('Read it.')],
        called('call_1', { content: '', reasoning_content: 'I look.' }),
        gave('call_1', '<file>title</file>'),
      ],
      ...{ max_tokens: 32_000, temperature: 0, top_p: 1, ...usage, tool_choice: 'auto' },
      ...{ tools: [tool('read_file')], reasoning_effort: 'xhigh', promptCacheKey: 'ses_1' },
    },
    told: ['I look.'],
  },
  'the chat of VS Code': {
    body: {
      ...{ messages, temperature: 0.1, top_p: 1, max_tokens: 4096, n: 1 },
      ...{ tools: [tool('read_file')], snippy: { enabled: false }, intent: true },
    },
  },
};

const prompts: string[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  const call = { toolCallId: 'c1', toolName: 'write_file', input: '{"path":"index.html"}' };
  const answer = (modelId: string, place: 'device' | 'cloud') =>
    doubleOf({ modelId, place }, ({ prompt, toolChoice, tools = [] }) => {
      prompts.push(JSON.stringify(prompt));
      if (toolChoice?.type !== 'tool' && toolChoice?.type !== 'required')
        return { text: 'index.html is changed.' };
      return { content: [{ ...call, type: 'tool-call', toolName: tools[0]!.name }] };
    });
  gateway = await startGateway({ local: answer('l', 'device'), cloud: answer('c', 'cloud') });
});
afterAll(() => gateway[Symbol.asyncDispose]());

it.each(Object.entries(shapes))(
  '%s is answered by every kind of model, whole and streamed',
  async (_, { path = chat, body, headers = {}, told = [] }) => {
    for (const model of ['local', 'cascade', 'router', 'auto', 'shadow'])
      for (const stream of [false, true]) {
        prompts.length = 0;
        const response = await gateway.send(path, { model, stream, ...body }, { headers });
        const answer = await response.text();
        expect([model, stream, response.status, answer]).toEqual([model, stream, 200, answer]);
        // A stream says it in pieces, as text or as the input of a call.
        const pieces = [
          ...answer.matchAll(/"(?:content|text|arguments|delta)":("(?:[^"\\]|\\.)*")/g),
        ];
        expect(pieces.map(([, piece]) => JSON.parse(piece!)).join('')).toContain('index.html');
        expect(answer).not.toMatch(/"error":[^n]/);
        for (const words of told)
          expect([model, words, prompts.some(prompt => prompt.includes(words))]).toContain(true);
      }
  },
);

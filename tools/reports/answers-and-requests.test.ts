import { expect, it } from 'vitest';
import type { Json } from '../../apps/gateway/start-gateway.ts';
import {
  both,
  call,
  chat,
  chunks,
  flatTools,
  gateway,
  heard,
  history,
  inStream,
  jsonSchema,
  of,
  type Report,
  responses,
  sse,
  streamed,
  whole,
  wholeCall,
} from './upstream.ts';

const reports: readonly Report[] = [
  [
    'apache/maka#1976, vercel/ai#14277, ollama/ollama#15457: one index for all calls of a stream',
    () =>
      inStream(
        { tool_calls: [call('Paris', { index: 0, id: 'a' })] },
        { tool_calls: [call('Rome', { index: 0, id: 'b' })] },
      ),
    both,
  ],
  [
    'SamSaffron/term-llm#314: no index',
    () =>
      inStream(
        { tool_calls: [call('Paris', { id: 'a' })] },
        { tool_calls: [call('Rome', { id: 'b' })] },
      ),
    both,
  ],
  [
    'QwenLM/Qwen-Agent#943: calls interleaved',
    () =>
      inStream(
        {
          tool_calls: [
            { index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city"' } },
          ],
        },
        {
          tool_calls: [
            { index: 1, id: 'b', function: { name: 'get_weather', arguments: '{"city"' } },
          ],
        },
        { tool_calls: [{ index: 0, function: { arguments: ':"Paris"}' } }] },
        { tool_calls: [{ index: 1, function: { arguments: ':"Rome"}' } }] },
      ),
    both,
  ],
  [
    'mcowger/plexus#691: parallel calls over responses',
    async () => {
      const step = wholeCall([call('Paris', { id: 'a' }), call('Rome', { id: 'b' })]);
      const { value } = await heard(step, { tools: flatTools }, responses);
      return value.output.map((item: Json) => item.arguments);
    },
    both,
  ],
  [
    'skye-harris/hass_local_openai_llm#92: two chunks that finish',
    async () => {
      const { value } = await heard(streamed({ content: 'Hi' }, 'stop', 'stop'), { stream: true });
      return value.filter(({ choices }: Json) => choices[0]?.finish_reason).length;
    },
    1,
  ],
  [
    'langchain-ai/langchainjs#11373: a call with the id "null"',
    () => inStream({ tool_calls: [call('Paris', { index: 0, id: 'null' })] }),
    [both[0]],
  ],
  [
    'BerriAI/litellm#36327: thoughts and text in one chunk',
    async () => {
      const step = streamed({ reasoning_content: 'T', content: 'Hi' }, 'stop');
      const { text } = await heard(step, { stream: true });
      return [text.includes('"reasoning_content":"T"'), text.includes('"content":"Hi"')];
    },
    [true, true],
  ],
  [
    'perplexityai/api-discussion#209: a stream without [DONE]',
    async () => {
      const { text } = await heard(of(chunks({ content: 'Hi' }, 'stop'), sse), { stream: true });
      return [text.includes('Hi'), text.endsWith('data: [DONE]\n\n'), text.includes('"error"')];
    },
    [true, true, false],
  ],
  [
    'earendil-works/pi#2537: an empty stream',
    async () => (await heard(of('', sse), { stream: true })).status,
    502,
  ],
  [
    'pollinations/pollinations#9345, Buddy2api#23: an empty answer is none of a pattern',
    async () => {
      const { status, value } = await heard(whole({ content: '' }), { model: 'cascade' });
      return [status, value.error.code];
    },
    [502, 'bad_answer'],
  ],
  [
    'lmstudio-ai/lmstudio-bug-tracker#1188: a response goes on with a streamed one',
    async () => {
      const { value } = await heard(
        streamed({ content: 'Hi' }, 'stop'),
        { stream: true },
        responses,
      );
      const { id } = value.at(-1).response;
      const next = await heard(whole({ content: 'Ho' }), { previous_response_id: id }, responses);
      return [next.status, next.sent.messages.length];
    },
    [200, 3],
  ],
  [
    'lmstudio-ai/lmstudio-bug-tracker#1576: `text` without a format',
    async () => (await heard(whole({ content: 'Hi' }), { text: {} }, responses)).status,
    200,
  ],
  [
    'ogx-ai/ogx#2522: a response goes on with a call',
    async () => {
      const first = await heard(
        wholeCall([call('Paris', { id: 'a' })]),
        { tools: flatTools },
        responses,
      );
      const [{ call_id }] = first.value.output;
      const body = {
        previous_response_id: first.value.id,
        input: [{ type: 'function_call_output', call_id, output: 'sunny' }],
      };
      const { status, sent } = await heard(whole({ content: 'Sunny.' }), body, responses);
      return [status, sent.messages.map(({ role }: Json) => role)];
    },
    [200, ['user', 'assistant', 'tool']],
  ],
  [
    '1rgs/claude-code-proxy#67, posit-dev/positron#7770: an empty result of a tool',
    async () => (await heard({}, history('{}', ''))).sent.messages[2].content,
    '',
  ],
  [
    'Portkey-AI/gateway#1718: no request chooses where it goes',
    async () => {
      const away = {
        'x-portkey-custom-host': 'http://203.0.113.1',
        'x-base-url': 'http://203.0.113.1',
      };
      const ask = {
        model: 'local',
        messages: [{ role: 'user', content: 'h' }],
        base_url: 'http://x',
      };
      return (await gateway.send(chat, ask, { headers: away })).status;
    },
    200,
  ],
  [
    'tetherto/qvac#1768: `strict: true` stays',
    async () =>
      (await heard({}, jsonSchema({ strict: true }))).sent.response_format.json_schema.strict,
    true,
  ],
  [
    'BerriAI/litellm#15233: thoughts in a stream',
    async () =>
      (
        await heard(streamed({ reasoning_content: 'T' }, { content: 'Hi' }, 'stop'), {
          stream: true,
        })
      ).text,
    expect.stringContaining('"reasoning_content":"T"'),
  ],
  [
    'abetlen/llama-cpp-python#197, ml-explore/mlx-lm#1630: log-probabilities in a stream',
    async () => {
      const logprobs = {
        content: [{ token: 'Hi', logprob: -0.1, bytes: null, top_logprobs: [] }],
      };
      const choice = { index: 0, delta: { content: 'Hi' }, logprobs, finish_reason: null };
      const first = `data: ${JSON.stringify({ id: 'x', choices: [choice] })}\n\n`;
      const step = of(`${first}${chunks('stop')}data: [DONE]\n\n`, sse);
      return (await heard(step, { stream: true, logprobs: true })).text;
    },
    expect.stringContaining('"logprob":-0.1'),
  ],
  [
    'NousResearch/hermes-agent#39006: thoughts, whole',
    async () =>
      (await heard(whole({ content: 'Hi', reasoning_content: 'T' }), {})).value.choices[0].message,
    expect.objectContaining({ content: 'Hi', reasoning_content: 'T' }),
  ],
];

it.each(reports)('%s', async (_, got, wanted) => {
  expect(await got()).toEqual(wanted);
});

it('is of so many reports', () => {
  expect(reports.flatMap(([name]) => name.match(/#\d+/g) ?? [])).toHaveLength(24);
});

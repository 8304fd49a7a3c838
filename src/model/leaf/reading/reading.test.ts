import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { answerCollector } from '../../answer.ts';
import { direct } from '../../pattern/direct.ts';
import type { Answer, Call, StreamPart } from '../../types.ts';
import { usageOf } from '../cost/usage.ts';
import { logprobMetadata, logprobsOf } from '../logprobs.ts';
import { noteCapabilities } from '../model/capabilities.ts';
import { partReader } from './part-reader.ts';
import { readAnswer } from './read-answer.ts';

const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const }, n: { type: 'number' as const } },
  required: ['city', 'n'],
  additionalProperties: false,
};
const tools: NonNullable<Call['tools']> = [
  { type: 'function', name: 'weather', inputSchema: schema },
];
const plain: Call = { prompt: [] };
const withTools: Call = { prompt: [], tools };
const withObject: Call = { prompt: [], responseFormat: { type: 'json', schema } };
const input = '{"city":"Oslo","n":1}';
const written = `{"name":"weather","arguments":${input}}`;

const withoutStop = () => noteCapabilities(scriptedModel([]), { refuses: ['stop'] });

type End = Answer['finishReason']['unified'];

function read(text: string, call: Call, unified: End = 'stop'): Answer {
  const content = [{ type: 'text' as const, text }];
  const finishReason = { unified, raw: unified };
  const answer = { content, finishReason, usage: usageOf(1, 1), warnings: [] };
  return readAnswer(answer, { call, model: withoutStop() });
}

function partsOf(text: string, call: Call, { size = 1, unified = 'stop' as End } = {}) {
  const reader = partReader({ call, model: withoutStop() });
  const given: StreamPart[] = [{ type: 'text-start', id: '0' }];
  for (let at = 0; at < text.length; at += size) {
    const delta = text.slice(at, at + size);
    const providerMetadata = logprobMetadata([{ token: delta, logprob: -1 }]);
    given.push({ type: 'text-delta', id: '0', delta, providerMetadata });
  }
  given.push({ type: 'text-end', id: '0' });
  given.push({ type: 'finish', finishReason: { unified, raw: unified }, usage: usageOf(1, 1) });
  return given.flatMap(part => reader.read(part));
}

function collected(parts: readonly StreamPart[]): Answer {
  const collector = answerCollector();
  for (const part of parts) collector.add(part);
  return collector.answer();
}

const shapeOf = ({ content, finishReason }: Answer) => [
  ...content.map(part => {
    if (part.type === 'tool-call') return `${part.toolName} ${part.input}`;
    return 'text' in part ? `${part.type} ${part.text.trim()}` : part.type;
  }),
  finishReason.unified,
];

describe('an answer', () => {
  it.each<[string, Call, End, string[]]>([
    ['<think>a</think>\n\nb', plain, 'stop', ['reasoning a', 'text b', 'stop']],
    ['<think>all of it', plain, 'stop', ['reasoning all of it', 'stop']],
    ['b<|im_end|>', plain, 'stop', ['text b', 'stop']],
    ['b<turn|>', plain, 'stop', ['text b', 'stop']],
    ['[BEGIN FINAL RESPONSE]\nb\n[END FINAL RESPONSE]', plain, 'stop', ['text b', 'stop']],
    [
      `Ich sehe nach:\n<tool_call>${written}</tool_call>\nEinen Moment bitte.`,
      withTools,
      'stop',
      ['text Ich sehe nach:', `weather ${input}`, 'tool-calls'],
    ],
    [
      `Hm.\n<tool_calls>[${written}]</tool_calls>\n<tool_response>4 °C</tool_response>\nCold.`,
      withTools,
      'stop',
      ['text Hm.', `weather ${input}`, 'tool-calls'],
    ],
    [written, plain, 'stop', [`text ${written}`, 'stop']],
    [written, withTools, 'stop', [`weather ${input}`, 'tool-calls']],
    [
      `Hm. <tool_call>${written}</tool_call>`,
      withTools,
      'stop',
      ['text Hm.', `weather ${input}`, 'tool-calls'],
    ],
    [
      `<think>a</think>${written}`,
      withTools,
      'stop',
      ['reasoning a', `weather ${input}`, 'tool-calls'],
    ],
    ['{"name":"none","arguments":{}}', withTools, 'stop', ['none {}', 'tool-calls']],
    [
      'It is [4] degrees; see `x`.',
      withTools,
      'stop',
      ['text It is [4] degrees; see `x`.', 'stop'],
    ],
    [input, withObject, 'stop', [`text ${input}`, 'stop']],
    [`Sure:\n\`\`\`json\n${input}\n\`\`\``, withObject, 'stop', [`text ${input}`, 'stop']],
    ["{'city':'Oslo','n':1,}", withObject, 'stop', [`text ${input}`, 'stop']],
    [`[${input}]`, withObject, 'stop', [`text ${input}`, 'stop']],
    [`${input}${'\n'.repeat(500)}`, withObject, 'length', [`text ${input}`, 'stop']],
    ['no object', withObject, 'stop', ['text no object', 'stop']],
  ])('is read for what it is, whole and streamed: %j', (text, call, unified, expected) => {
    expect(shapeOf(read(text, call, unified))).toEqual(expected);
    for (const size of [1, 4, 1000])
      expect(shapeOf(collected(partsOf(text, call, { size, unified })))).toEqual(expected);
  });

  it.each([
    '{"city":"Oslo","n":"1"}',
    '{"city":"Oslo","n":1,"more":2}',
    `{"result":${input}}`,
    '{"City":"Oslo","N":1}',
    '{"city":"Oslo", // the town\n"n":1}',
    JSON.stringify(input),
    input.slice(0, -1).replace(':1', ':"1"'),
    input.replaceAll('"', '\\"'),
    `{"type":"object","properties":${input}}`,
    `{"name":"place","arguments":${input}}`,
    `{"role":"assistant","content":${input}}`,
    `{"city":"Rome","n":1}\nWait, the city is Oslo:\n\`\`\`json\n${input}\n\`\`\``,
  ])('has the form that its schema all but has: %j', text =>
    expect(shapeOf(read(text, withObject))).toEqual([`text ${input}`, 'stop']),
  );

  it.each<[string, string[], string[]]>([
    ['\nIt is 4.\nSTOP and more', ['\nSTOP'], ['text It is 4.', 'stop']],
    ['\n\nIt is 4.\nAnd more', ['\n'], ['text It is 4.', 'stop']],
    ['It is 4. ST', ['STOP'], ['text It is 4. ST', 'stop']],
    ['<think>STOP</think>It is 4.\nSTOP', ['STOP'], ['reasoning STOP', 'text It is 4.', 'stop']],
    ['It is 4.', ['', 'x'], ['text It is 4.', 'stop']],
  ])('ends before a stop that its server refuses: %j', (text, stopSequences, expected) => {
    const call: Call = { ...plain, stopSequences };
    expect(shapeOf(read(text, call))).toEqual(expected);
    for (const size of [1, 4, 1000])
      expect(shapeOf(collected(partsOf(text, call, { size })))).toEqual(expected);
  });

  it('ends where its server ends it that takes a stop', () => {
    const call: Call = { ...plain, stopSequences: ['STOP'] };
    const content = [{ type: 'text' as const, text: 'It is 4.\nSTOP' }];
    const finishReason = { unified: 'stop' as const, raw: 'stop' };
    const answer = { content, finishReason, usage: usageOf(1, 1), warnings: [] };
    expect(readAnswer(answer, { call, model: scriptedModel([]) }).content).toEqual(content);
  });

  it('has no last brace of ours where it was cut', () => {
    const cut = input.slice(0, -1).replace(':1', ':"1"');
    expect(shapeOf(read(cut, withObject, 'length'))).toEqual([`text ${cut}`, 'length']);
  });

  it('is no call where none is wanted', () => {
    expect(shapeOf(read(written, { ...withTools, toolChoice: { type: 'none' } }))).toEqual([
      `text ${written}`,
      'stop',
    ]);
  });

  it('has calls with ids of their own', () => {
    const { content } = read(`${written}\n${written}`, withTools);
    const ids = content.map(part => (part.type === 'tool-call' ? part.toolCallId : ''));
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^call_/);
  });

  it('keeps the log-probabilities of what is said, and not of what is thought', () => {
    const tokens = ['<think>', 'hm', '</think>', 'It', ' is'];
    const logprobs = tokens.map((token, at) => ({ token, logprob: -at }));
    const answer: Answer = {
      content: [{ type: 'text', text: tokens.join('') }],
      finishReason: { unified: 'stop', raw: 'stop' },
      usage: usageOf(1, 1),
      warnings: [],
      providerMetadata: logprobMetadata(logprobs),
    };
    const about = { call: plain, model: scriptedModel([]) };
    expect(logprobsOf(readAnswer(answer, about))?.map(({ token }) => token)).toEqual(['It', ' is']);
    const shown = partsOf(tokens.join(''), plain).flatMap(part =>
      part.type === 'text-delta' ? (logprobsOf(part) ?? []) : [],
    );
    expect(shown.map(({ token }) => token).join('')).toBe('It is');
  });

  it('streams text and objects as they come', () => {
    const count = (text: string, call: Call) =>
      partsOf(text, call).filter(({ type }) => type === 'text-delta').length;
    expect(count('hello there', plain)).toBe(11);
    expect(count('It is cold', withTools)).toBeGreaterThan(7);
    expect(count(input, withObject)).toBeGreaterThan(12);
  });
});

describe('a leaf of any provider', () => {
  it.each([true, false])('is read too (streamed: %s)', async isStreamed => {
    const model = direct(scriptedModel(['<think>a b</think>\n\nHello']));
    if (!isStreamed) {
      expect(shapeOf(await model.doGenerate(plain))).toEqual([
        'reasoning a b',
        'text Hello',
        'stop',
      ]);
      return;
    }
    const { stream } = await model.doStream(plain);
    const parts: StreamPart[] = [];
    for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
    expect(shapeOf(collected(parts))).toEqual(['reasoning a b', 'text Hello', 'stop']);
  });
});

/** Answers by the names that servers of their own kind give to texts, counts and ends. */
import { describe, expect, it } from 'vitest';
import {
  base,
  both,
  called,
  chunk,
  done,
  ev,
  gem,
  hello,
  named,
  type Odd,
  usage,
  whole,
} from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import { said } from './said.ts';
import { wrongReadings } from './wrong-readings.ts';

const usual = both({ content: 'Hello world.' }, hello);
const tables: Readonly<Record<string, Readonly<Record<string, Odd>>>> = {
  others: {
    gemini: {
      whole: JSON.stringify(gem([{ text: 'Hello world.' }], 'STOP')),
      stream: ev(gem([{ text: 'Hello' }])) + ev(gem([{ text: ' world.' }], 'STOP')),
      says: hello,
    },
    geminiList: {
      whole: JSON.stringify([gem([{ text: 'Hello' }]), gem([{ text: ' world.' }], 'STOP')]),
      stream: JSON.stringify(
        [gem([{ text: 'Hello' }]), gem([{ text: ' world.' }], 'STOP')],
        null,
        1,
      ),
      says: hello,
    },
    geminiThought: {
      whole: JSON.stringify(
        gem([{ text: 'Hm.', thought: true }, { text: 'Hello world.' }], 'STOP'),
      ),
      stream:
        ev(gem([{ text: 'Hm.', thought: true }])) + ev(gem([{ text: 'Hello world.' }], 'STOP')),
      says: { ...hello, reasoning: 'Hm.' },
    },
    geminiCall: {
      whole: JSON.stringify(
        gem([{ functionCall: { name: 'get_weather', args: { city: 'Paris' } } }], 'STOP'),
      ),
      stream: ev(gem([{ functionCall: { name: 'get_weather', args: { city: 'Paris' } } }], 'STOP')),
      says: called,
    },
    geminiCut: {
      whole: JSON.stringify(gem([{ text: 'Hello world.' }], 'MAX_TOKENS')),
      stream: ev(gem([{ text: 'Hello world.' }], 'MAX_TOKENS')),
      says: { ...hello, finish: 'length' },
    },
    ollamaGenerate: {
      whole: JSON.stringify({
        model: 'm',
        created_at: '2025-01-01T00:00:00Z',
        response: 'Hello world.',
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 5,
        eval_count: 3,
      }),
      stream: `${['Hello', ' world.', '']
        .map((r, i) =>
          JSON.stringify({
            model: 'm',
            response: r,
            done: i === 2,
            ...(i === 2 && { done_reason: 'stop', prompt_eval_count: 5, eval_count: 3 }),
          }),
        )
        .join('\n')}\n`,
      says: { ...hello },
    },
    ollamaChatCounts: {
      whole: JSON.stringify({
        model: 'm',
        message: { role: 'assistant', content: 'Hello world.' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 5,
        eval_count: 3,
      }),
      stream: `${['Hello', ' world.', '']
        .map((r, i) =>
          JSON.stringify({
            model: 'm',
            message: { role: 'assistant', content: r },
            done: i === 2,
            ...(i === 2 && { done_reason: 'stop', prompt_eval_count: 5, eval_count: 3 }),
          }),
        )
        .join('\n')}\n`,
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    llamaCpp: {
      whole: JSON.stringify({
        index: 0,
        content: 'Hello world.',
        tokens: [],
        id_slot: 0,
        stop: true,
        model: 'm',
        tokens_predicted: 3,
        tokens_evaluated: 5,
        stop_type: 'eos',
      }),
      stream:
        ev({ content: 'Hello', stop: false }) +
        ev({ content: ' world.', stop: false }) +
        ev({ content: '', stop: true, stop_type: 'eos', tokens_predicted: 3, tokens_evaluated: 5 }),
      says: hello,
    },
    tgi: {
      whole: JSON.stringify([{ generated_text: 'Hello world.' }]),
      stream:
        ev({
          index: 1,
          token: { id: 1, text: 'Hello', logprob: -1, special: false },
          generated_text: null,
          details: null,
        }) +
        ev({
          index: 2,
          token: { id: 2, text: ' world.', logprob: -1, special: false },
          generated_text: 'Hello world.',
          details: { finish_reason: 'eos_token', generated_tokens: 2 },
        }),
      says: hello,
    },
    tgiOne: {
      whole: JSON.stringify({ generated_text: 'Hello world.' }),
      stream: undefined,
      says: hello,
    },
    cohere: {
      whole: JSON.stringify({
        id: 'c',
        finish_reason: 'COMPLETE',
        message: { role: 'assistant', content: [{ type: 'text', text: 'Hello world.' }] },
        usage: { tokens: { input_tokens: 5, output_tokens: 3 } },
      }),
      stream:
        named({
          type: 'message-start',
          id: 'c',
          delta: { message: { role: 'assistant', content: [] } },
        }) +
        named({
          type: 'content-start',
          index: 0,
          delta: { message: { content: { type: 'text', text: '' } } },
        }) +
        named({
          type: 'content-delta',
          index: 0,
          delta: { message: { content: { text: 'Hello' } } },
        }) +
        named({
          type: 'content-delta',
          index: 0,
          delta: { message: { content: { text: ' world.' } } },
        }) +
        named({ type: 'content-end', index: 0 }) +
        named({
          type: 'message-end',
          delta: {
            finish_reason: 'COMPLETE',
            usage: { tokens: { input_tokens: 5, output_tokens: 3 } },
          },
        }),
      says: hello,
    },
    bedrock: {
      whole: JSON.stringify({
        output: { message: { role: 'assistant', content: [{ text: 'Hello world.' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 5, outputTokens: 3, totalTokens: 8 },
      }),
      stream: undefined,
      says: hello,
    },
    dashscope: {
      whole: JSON.stringify({
        request_id: 'x',
        output: { text: 'Hello world.', finish_reason: 'stop' },
        usage: { input_tokens: 5, output_tokens: 3 },
      }),
      stream: undefined,
      says: hello,
    },
    anthropicUsageOnChat: {
      whole: whole({ content: 'Hello world.' }, 'stop', {
        usage: { input_tokens: 5, output_tokens: 3 },
      }),
      stream:
        chunk({ content: 'Hello world.' }) +
        chunk({}, 'stop', { usage: { input_tokens: 5, output_tokens: 3 } }) +
        done,
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    xGroqUsage: {
      whole: whole({ content: 'Hello world.' }),
      stream:
        chunk({ content: 'Hello world.' }) +
        chunk({}, 'stop', { x_groq: { id: 'r', usage } }) +
        done,
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    timingsOnly: {
      whole: whole({ content: 'Hello world.' }, 'stop', {
        usage: undefined,
        timings: { prompt_n: 5, predicted_n: 3 },
      }),
      stream:
        chunk({ content: 'Hello world.' }) +
        chunk({}, 'stop', { timings: { prompt_n: 5, predicted_n: 3 } }) +
        done,
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    'a whole message beside its pieces': {
      stream:
        chunk({ content: 'Hello' }).replace('"finish', '"message":{"content":"Hello"},"finish') +
        chunk({ content: ' world.' }).replace(
          '"finish',
          '"message":{"content":"Hello world."},"finish',
        ) +
        ev({
          ...base,
          choices: [
            { index: 0, delta: {}, message: { content: 'Hello world.' }, finish_reason: 'stop' },
          ],
        }) +
        done,
      says: hello,
    },
    usageInChoice: {
      whole: whole({ content: 'Hello world.' }),
      stream:
        chunk({ content: 'Hello world.' }) +
        ev({ ...base, choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }) +
        done,
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
  },
  text: {
    surrogateSplit: {
      whole: whole({ content: 'Hi 😀!' }),
      stream:
        [`{"content":"Hi \\ud83d"}`, `{"content":"\\ude00!"}`]
          .map(d => `data: {"id":"x","choices":[{"index":0,"delta":${d}}]}\n\n`)
          .join('') +
        chunk({}, 'stop') +
        done,
      says: said({ text: 'Hi 😀!' }),
    },
    surrogateInArgs: {
      whole: whole(
        {
          content: null,
          tool_calls: [
            {
              id: 'c',
              type: 'function',
              function: { name: 'get_weather', arguments: '{"city":"😀"}' },
            },
          ],
        },
        'tool_calls',
      ),
      stream:
        ['{"city":"\ud83d', '\ude00"}']
          .map((piece, at) => ({
            index: 0,
            id: at === 0 ? 'c' : null,
            function: { name: at === 0 ? 'get_weather' : null, arguments: piece },
          }))
          .map(call => chunk({ tool_calls: [call] }))
          .join('') +
        chunk({}, 'tool_calls') +
        done,
      says: { ...called, calls: [{ name: 'get_weather', arguments: '{"city":"😀"}' }] },
    },
    nul: both({ content: 'a\u0000b' }, said({ text: 'a\u0000b' })),
    ls: both({ content: 'a\u2028b\u2029c' }, said({ text: 'a\u2028b\u2029c' })),
    lone: both({ content: 'a\ud83db' }, said({ text: 'a\ud83db' })),
    crlf: both({ content: 'a\r\nb\rc' }, said({ text: 'a\r\nb\rc' })),
    dataLine: both({ content: 'x\n\ndata: [DONE]\n\ny' }, said({ text: 'x\n\ndata: [DONE]\n\ny' })),
    refusalAndText: both({ content: 'Hello world.', refusal: '' }, hello),
    bom: both({ content: '\ufeffHello world.' }, said({ text: '\ufeffHello world.' })),
    trailing: both({ content: 'Hello world.\n\n' }, said({ text: 'Hello world.\n\n' })),
    leading: both({ content: '\n\nHello world.' }, said({ text: '\n\nHello world.' })),
  },
  ends: Object.fromEntries(
    Object.entries({
      max_tokens: 'length',
      MAX_TOKENS: 'length',
      length_limit: 'length',
      'max-tokens': 'length',
      token_limit: 'length',
      'content-filter': 'content_filter',
      contentFilter: 'content_filter',
      content_filtered: 'content_filter',
      SAFETY: 'content_filter',
      blocked: 'content_filter',
      stop_sequence: 'stop',
      stopSequence: 'stop',
      endTurn: 'stop',
      COMPLETE: 'stop',
      finished: 'stop',
      success: 'stop',
      normal: 'stop',
      'eos-token': 'stop',
      EOS: 'stop',
      '<|im_end|>': 'stop',
      end_of_text: 'stop',
      MAX_LENGTH: 'length',
      context_length_exceeded: 'length',
      model_context_window_exceeded: 'length',
      FinishReasonMaxTokens: 'length',
      PROHIBITED_CONTENT: 'content_filter',
      RECITATION: 'content_filter',
      sensitive: 'content_filter',
      guardrail_intervened: 'content_filter',
      truncated: 'length',
      limit: 'length',
      maxPredictedTokensReached: 'length',
      contextLengthReached: 'length',
      eosFound: 'stop',
    }).map(([k, v]) => [
      `e_${k}`,
      { ...both({ content: 'Hello world.' }, { ...hello, finish: v }, k) },
    ]),
  ),
};

// Where a protocol has one of both forms alone, the other is as usual.
function quirkOf({ whole: text, stream, says }: Odd) {
  return { says, whole: text ?? usual.whole, stream: stream ?? usual.stream };
}

describe.each(Object.entries(tables))('answers: %s', (_kind, table) => {
  it('are read as they are meant, alone and in patterns', { timeout: 120_000 }, async () => {
    const quirks = Object.fromEntries(
      Object.entries(table).map(([name, odd]) => [name.replaceAll(/\W/g, '_'), quirkOf(odd)]),
    );
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    expect((await wrongReadings(it, quirks)).slice(0, 3)).toEqual([]);
  });
});

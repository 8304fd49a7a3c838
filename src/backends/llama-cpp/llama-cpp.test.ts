import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { Call } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import { importLlamaCpp, type LlamaCppModule, type Sequence, type Token } from './engine.ts';
import { type LlamaCppOptions, llamaCpp, llamaCppBackend } from './llama-cpp.ts';
import { modelFile } from './model-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-gguf-'));
const file = join(folder, 'double.gguf');
writeFileSync(file, 'weights');

interface DoubleFacts {
  readonly template?: boolean;
  /** Its template cannot be read. */
  readonly isBroken?: boolean;
  readonly delayMs?: number;
}

/** A double of the package: a token is a character, the answer is always the same, `0` ends it. */
function double(answer = 'yes!', facts: DoubleFacts = {}) {
  const read: string[] = [];
  const bound: string[] = [];
  const told: string[] = [];
  const resolved: unknown[] = [];
  let active = 0;
  let most = 0;
  const sequence = (): Sequence => {
    let context: Token[] = [];
    return {
      contextSize: 100,
      get contextTokens() {
        return context;
      },
      async clearHistory() {
        context = [];
      },
      async adaptStateToTokens(tokens) {
        context = [...tokens];
      },
      async *evaluateWithMetadata(tokens) {
        most = Math.max(most, ++active);
        try {
          read.push(String.fromCharCode(...tokens));
          context.push(...tokens);
          for (const character of [...answer, '\0']) {
            await new Promise(resolve => setTimeout(resolve, facts.delayMs ?? 0));
            const token = character.charCodeAt(0);
            yield { token, confidence: 0.5 };
            context.push(token);
          }
        } finally {
          active--;
        }
      },
    };
  };
  const tokenize = (text: string): Token[] => [...text].map(character => character.charCodeAt(0));
  const module: LlamaCppModule = {
    getLlama: async () => ({
      loadModel: async () => ({
        trainContextSize: 100,
        tokenizer: undefined,
        tokens: { bos: null, shouldPrependBosToken: false },
        fileInfo: { metadata: { tokenizer: facts.template ? { chat_template: '{{ }}' } : {} } },
        tokenize,
        detokenize: tokens => String.fromCharCode(...tokens),
        isEogToken: token => token === 0,
        createContext: async () => ({ getSequence: sequence, dispose: async () => {} }),
        dispose: async () => {},
      }),
      createGrammarForJsonSchema: async schema => ({
        grammar: `root ::= ${JSON.stringify(schema)}`,
      }),
      async createGrammar(grammar) {
        bound.push(grammar.grammar);
        return grammar;
      },
      dispose: async () => {},
    }),
    resolveChatWrapper: (_model, options) => {
      resolved.push(options?.type);
      if (facts.isBroken && options) throw new SyntaxError('Unexpected token');
      return {
        generateContextState: ({ chatHistory }) => ({
          contextText: {
            tokenize: () => {
              told.push(
                ...chatHistory.map(turn => ('text' in turn ? turn.text : turn.response.join(''))),
              );
              return tokenize(chatHistory.map(({ type }) => type).join('>'));
            },
          },
        }),
      };
    },
    LlamaGrammarEvaluationState: class {},
  };
  const model = (options: Partial<LlamaCppOptions> = {}) =>
    llamaCpp({ file, module: async () => module, ...options });
  return { model, read, bound, told, resolved, most: () => most };
}

describe('llama.cpp in this process, over a double of its package', () => {
  it('answers, streams and weighs its tokens', async () => {
    const { model } = double();
    const call = withLogprobs(userCall('hi'));
    const answer = await model().doGenerate(call);
    expect([textOf(answer), answer.finishReason.unified]).toEqual(['yes!', 'stop']);
    expect(logprobsOf(answer)?.[0]).toEqual({ token: 'y', logprob: Math.log(0.5) });
    expect(answer.usage.outputTokens.total).toBe(5);
    expect(textOf(await collectStream((await model().doStream(call)).stream))).toBe('yes!');
  });

  it('ends before a stop sequence, and at the most tokens', async () => {
    const { model } = double();
    expect(textOf(await model().doGenerate(userCall('x', { stopSequences: ['s!'] })))).toBe('ye');
    const cut = await model().doGenerate(userCall('x', { maxOutputTokens: 2 }));
    expect([textOf(cut), cut.finishReason.unified]).toEqual(['ye', 'length']);
  });

  it('answers parallel calls in sequences of one context, and lets the others wait', async () => {
    const { model, most } = double('yes', { delayMs: 1 });
    const local = model({ sequences: 4 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => local.doGenerate(userCall('x'))),
    );
    expect(answers.map(textOf)).toEqual(Array(10).fill('yes'));
    expect(most()).toBe(4);
  });

  it('reads what a prompt shares with an earlier one from there', async () => {
    const { model, read } = double();
    const local = model({ sequences: 2 });
    await local.doGenerate(userCall('the long beginning, one'));
    await local.doGenerate(userCall('something else'));
    const { usage } = await local.doGenerate(userCall('the long beginning, two'));
    expect(read).toEqual(['the long beginning, one', 'something else', 'two']);
    expect(usage.inputTokens.cacheRead).toBe(20);
  });

  it('uses the chat template of the file, and the plain text where there is none', async () => {
    const templated = double('ok', { template: true });
    await templated.model().doGenerate(userCall('hi', { system: 'Be brief.' }));
    await templated.model({ template: 'none' }).doGenerate(userCall('hi'));
    expect(templated.read).toEqual(['system>user>model', 'hi']);
  });

  it('gives a sequence back when a call is aborted, also while it waits', async () => {
    const { model } = double('a long answer', { delayMs: 5 });
    const local = model({ sequences: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const running = Promise.resolve(local.doGenerate(userCall('x', { abortSignal: first.signal })));
    const waiting = Promise.resolve(
      local.doGenerate(userCall('x', { abortSignal: second.signal })),
    );
    const ended = Promise.allSettled([running, waiting]);
    setTimeout(() => second.abort(), 10);
    setTimeout(() => first.abort(), 20);
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(textOf(await local.doGenerate(userCall('x')))).toBe('a long answer');
  });

  it('TRAP 10: refuses a prompt that its context cannot hold', async () => {
    const asked = double()
      .model({ contextTokens: 10 })
      .doGenerate(userCall('far too long a prompt'));
    await expect(Promise.resolve(asked)).rejects.toMatchObject({
      data: { failure: 'context_overflow' },
    });
  });

  it('says what it cannot do: without a chat template nobody can tell it of tools', async () => {
    const model = double().model();
    expect(capabilitiesOf(model)).toMatchObject({ logprobs: true, images: false });
    await expect(Promise.resolve(model.doGenerate(userCall('x', { tools })))).rejects.toMatchObject(
      { code: 'model_failed', data: { failure: 'rejected', name: 'tools' } },
    );
    expect(capabilitiesOf(model).tools).toBe(false);
    expect(
      (await model.doGenerate(userCall('x', { tools, toolChoice: { type: 'none' } }))).warnings,
    ).toEqual([]);
  });
});

const tools = [
  {
    type: 'function' as const,
    name: 'weather',
    description: 'Tells the weather.',
    inputSchema: { type: 'object' as const, properties: { city: { type: 'string' as const } } },
  },
];

describe('JSON in this process', () => {
  const schema = { type: 'object' as const, properties: { a: { type: 'string' as const } } };
  const object = '{"a":"}"}';

  it('ends with its object, whatever white space follows, whole and streamed', async () => {
    const call = userCall('x', { responseFormat: { type: 'json', schema }, maxOutputTokens: 40 });
    const model = double(`${object}${'\n'.repeat(60)}`, { template: true }).model();
    const streamed = collectStream((await model.doStream(call)).stream);
    for (const answer of [await model.doGenerate(call), await streamed]) {
      expect(textOf(answer)).toBe(object);
      expect(answer.finishReason.unified).toBe('stop');
      expect(answer.usage.outputTokens.total).toBe(object.length);
    }
  });

  it('is cut by nothing where no schema is asked for', async () => {
    const model = double(`${object} more`, { template: true }).model();
    expect(textOf(await model.doGenerate(userCall('x')))).toBe(`${object} more`);
  });
});

describe('the template of a file', () => {
  it('is its own, and the nearest that the package knows where it cannot be read', async () => {
    for (const isBroken of [false, true]) {
      const { model, resolved } = double('yes', { template: true, isBroken });
      await model().doGenerate(userCall('x'));
      expect(resolved).toEqual(isBroken ? ['jinjaTemplate', undefined] : ['jinjaTemplate']);
    }
  });
});

describe('tools in this process', () => {
  const calling = '{"tool": "weather", "input": {"city": "Oslo"}}';

  it('are told of in the prompt and called by a grammar that lets text pass too', async () => {
    const { model, bound, told } = double(calling, { template: true });
    const answer = await model().doGenerate(
      userCall('Weather in Oslo?', { tools, system: 'Be brief.' }),
    );
    expect(answer.content).toMatchObject([
      {
        type: 'tool-call',
        toolName: 'weather',
        input: '{"city":"Oslo"}',
        toolCallId: expect.stringMatching(/^call_/),
      },
    ]);
    expect([answer.finishReason.unified, answer.warnings]).toEqual(['tool-calls', []]);
    expect(told[0]).toMatch(
      /^Be brief\.\n\nTo call one of these tools[\s\S]*- weather: Tells the weather\. Input: \{/,
    );
    expect(bound[0]).toMatch(/^root ::= \[ \\n\]\* \( calls \| text \)\ntext ::= /);
  });

  it('are held in a stream until they are whole, while text streams as it comes', async () => {
    const typesOf = async (answer: string) => {
      const { stream } = await double(answer, { template: true })
        .model()
        .doStream(userCall('x', { tools }));
      const types: string[] = [];
      for await (const part of stream) types.push(part.type);
      return types;
    };
    const called = ['tool-input-start', 'tool-input-delta', 'tool-input-end', 'tool-call'];
    expect(await typesOf(` ${calling}`)).toEqual(['stream-start', ...called, 'finish']);
    expect(await typesOf('It is')).toEqual([
      'stream-start',
      'text-start',
      ...Array(5).fill('text-delta'),
      'text-end',
      'finish',
    ]);
  });

  it('TRAP 15: a call that is an object of another kind is no call', async () => {
    const { model } = double('{"a": 1}', { template: true });
    const { content } = await model().doGenerate(userCall('x', { tools }));
    expect(content).toEqual([{ type: 'text', text: '{"a": 1}' }]);
  });

  it('TRAP 15: a call that is cut is no text for a reader, and marked as faulty', async () => {
    const { model } = double(calling.slice(0, 30), { template: true });
    const { content } = await model().doGenerate(userCall('x', { tools }));
    expect(content).toMatchObject([
      { type: 'tool-call', providerMetadata: { leaf: { isFaulty: true } } },
    ]);
  });

  it('are no text for a reader where a call names none that there is', async () => {
    const { model } = double('{"tool": "whether", "input": {}}', { template: true });
    const { content } = await model().doGenerate(userCall('x', { tools }));
    expect(content).toMatchObject([{ type: 'tool-call', toolName: 'whether', input: '{}' }]);
  });

  it('are bound to be called where that is demanded, template or not', async () => {
    const { model, bound } = double(calling);
    const { content, warnings } = await model().doGenerate(
      userCall('x', { tools, toolChoice: { type: 'required' } }),
    );
    expect([content[0]?.type, warnings]).toEqual(['tool-call', []]);
    expect(bound[0]).toMatch(/^root ::= \{"oneOf"/);
  });

  it('come back with their results as turns of the conversation', async () => {
    const { model, told } = double('It rains.', { template: true });
    const result = { type: 'tool-result' as const, toolCallId: '1', toolName: 'weather' };
    const prompt: Call['prompt'] = [
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', toolCallId: '1', toolName: 'weather', input: { city: 'Oslo' } },
        ],
      },
      { role: 'tool', content: [{ ...result, output: { type: 'text', value: 'rain' } }] },
    ];
    expect(textOf(await model().doGenerate({ prompt, tools }))).toBe('It rains.');
    expect(told.slice(1, 4)).toEqual([
      'Weather?',
      '{"tool":"weather","input":{"city":"Oslo"}}',
      'Result of weather: rain',
    ]);
  });
});

describe('its package and its file', () => {
  it('says how to install the package, and what is wrong with a setting or a path', async () => {
    await expect(importLlamaCpp()).rejects.toThrow(
      'Run `npm install --save-dev --ignore-scripts node-llama-cpp`',
    );
    expect(() => llamaCppBackend.scheme.create('x.gguf', { thread: 1 })).toThrow(
      'Did you mean "threads"?',
    );
    await expect(modelFile({ source: 'no.gguf', folder })).rejects.toThrow(
      'no model file "no.gguf"',
    );
  });

  it('fetches a file once, with progress, goes on where it was cut, and checks it', async () => {
    const weights = Buffer.from('0123456789'.repeat(50));
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const ranges: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      response.writeHead(range ? 206 : 200, { 'content-length': weights.length - from });
      response.end(weights.subarray(from));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.gguf`;
    const own = mkdtempSync(join(folder, 'fetched-'));
    await expect(modelFile({ source, folder: own })).rejects.toThrow('Give the setting `sha256`');
    writeFileSync(join(own, `${sha256.slice(0, 12)}-tiny.gguf.part`), weights.subarray(0, 100));
    const seen: number[] = [];
    const options = {
      source,
      folder: own,
      sha256,
      onProgress: (received: number) => void seen.push(received),
    };
    const path = await modelFile(options);
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect([ranges, seen.at(-1), await modelFile(options)]).toEqual([['bytes=100-'], 500, path]);
    const wrong = modelFile({ source, folder: own, sha256: 'a'.repeat(64) });
    await expect(wrong).rejects.toThrow('thrown away');
    server.close();
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { capabilitiesOf } from '../../model/capabilities.ts';
import { logprobsOf, withLogprobs } from '../../model/logprobs.ts';
import { collectStream } from '../../testing/double.ts';
import { importLlamaCpp, type LlamaCppModule, type Sequence, type Token } from './engine.ts';
import { type LlamaCppOptions, llamaCpp, llamaCppScheme } from './llama-cpp.ts';
import { modelFile } from './model-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-gguf-'));
const file = join(folder, 'double.gguf');
writeFileSync(file, 'weights');

/** A double of the package: a token is a character, the answer is always the same, `0` ends it. */
function double(answer = 'yes!', facts: { template?: boolean; delayMs?: number } = {}) {
  const read: string[] = [];
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
      createGrammarForJsonSchema: async schema => schema,
      dispose: async () => {},
    }),
    resolveChatWrapper: () => ({
      generateContextState: ({ chatHistory }) => ({
        contextText: { tokenize: () => tokenize(chatHistory.map(({ type }) => type).join('>')) },
      }),
    }),
    LlamaGrammarEvaluationState: class {},
  };
  const model = (options: Partial<LlamaCppOptions> = {}) => llamaCpp({ file, module: async () => module, ...options });
  return { model, read, most: () => most };
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

  it('answers calls at the same time in sequences of one context, and lets the others wait', async () => {
    const { model, most } = double('yes', { delayMs: 1 });
    const local = model({ sequences: 4 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => local.doGenerate(userCall('x'))));
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
    const waiting = Promise.resolve(local.doGenerate(userCall('x', { abortSignal: second.signal })));
    const ended = Promise.allSettled([running, waiting]);
    setTimeout(() => second.abort(), 10);
    setTimeout(() => first.abort(), 20);
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(textOf(await local.doGenerate(userCall('x')))).toBe('a long answer');
  });

  it('TRAP 10: refuses a prompt that its context cannot hold', async () => {
    const asked = double().model({ contextTokens: 10 }).doGenerate(userCall('far too long a prompt'));
    await expect(Promise.resolve(asked)).rejects.toMatchObject({ data: { failure: 'context_overflow' } });
  });

  it('says what it cannot do', async () => {
    const tools = [{ type: 'function' as const, name: 'f', inputSchema: { type: 'object' as const } }];
    const { warnings } = await double().model().doGenerate(userCall('x', { tools }));
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'tools' }]);
    expect(capabilitiesOf(double().model())).toMatchObject({ logprobs: true, tools: false });
  });
});

describe('its package and its file', () => {
  it('says how to install the package, and what is wrong with a setting or a path', async () => {
    await expect(importLlamaCpp()).rejects.toThrow('Run `npm install node-llama-cpp`');
    expect(() => llamaCppScheme.create('x.gguf', { thread: 1 })).toThrow('Did you mean "threads"?');
    await expect(modelFile({ source: 'no.gguf', folder })).rejects.toThrow('no model file "no.gguf"');
  });

  it('fetches a file once, with progress, goes on where a fetch was cut, and checks what came', async () => {
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
    const options = { source, folder: own, sha256, onProgress: (received: number) => void seen.push(received) };
    const path = await modelFile(options);
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect([ranges, seen.at(-1), await modelFile(options)]).toEqual([['bytes=100-'], 500, path]);
    const wrong = modelFile({ source, folder: own, sha256: 'a'.repeat(64) });
    await expect(wrong).rejects.toThrow('thrown away');
    server.close();
  });
});

import { afterAll, describe, it } from 'vitest';
import {
  type Answer,
  type Call,
  type LanguageModel,
  type StreamPart,
  TandemError,
  textAnswer,
} from '../../../src/index.ts';
import { patternContract } from '../../../src/testing/index.ts';
import { startGateway, type TestGateway } from '../start-gateway.ts';
import { subjects } from './subjects.ts';

const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map(each => each.close())));

for (const [name, subject] of Object.entries(subjects)) {
  describe(`${name} passes the exam through the gateway`, () => {
    const through = {
      ...subject,
      make(models: Parameters<typeof subject.make>[0]) {
        const served = servedModel(subject.make(models));
        opened.push(served);
        return served.model;
      },
      overlapping: subject.overlapping ?? 150,
      settleMs: 150,
    };
    for (const { name: question, run } of patternContract(through)) it(question, run);
  });
}

/**
 * A pattern behind a gateway of its own, presented as the pattern again: what an exam asks goes
 * over HTTP.
 */
interface ServedModel {
  readonly model: LanguageModel;
  close(): Promise<void>;
}

/** Serves a pattern and makes its client. */
function servedModel(pattern: LanguageModel): ServedModel {
  const limits = { concurrency: 2000, waiting: 2000, waitMs: 60_000 };
  let gateway: Promise<TestGateway> | undefined;
  const send = async (call: Call, stream: boolean) => {
    gateway ??= startGateway(
      { examined: pattern },
      { gateway: { limits } },
      { logLevel: 'silent' },
    );
    const init = call.abortSignal ? { signal: call.abortSignal } : {};
    const body = {
      ...chatBody(call),
      model: 'examined',
      stream,
      stream_options: { include_usage: true },
    };
    const response = await (await gateway).send('/v1/chat/completions', body, init);
    if (!response.ok) throw refusal(JSON.parse(await response.text()));
    return response;
  };
  const model: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.served',
    modelId: pattern.modelId,
    get supportedUrls() {
      return pattern.supportedUrls;
    },
    doGenerate: async call => answerOf(JSON.parse(await (await send(call, false)).text())),
    async doStream(call) {
      const gone = new AbortController();
      const signal = call.abortSignal
        ? AbortSignal.any([call.abortSignal, gone.signal])
        : gone.signal;
      return { stream: streamOf(partsOf(send({ ...call, abortSignal: signal }, true)), gone) };
    },
  };
  return { model, close: async () => (await gateway)?.close(0) };
}

type Json = ReturnType<typeof JSON.parse>;

function answerOf({ choices, usage, tandem }: Json): Answer {
  const { warnings: said, ...summary } = tandem;
  return {
    ...textAnswer(choices[0].message.content),
    usage: usageOf(usage),
    warnings: warningsOf(said),
    providerMetadata: { tandem: summary },
  };
}

// What a warning was before it became a line.
function warningsOf(lines: readonly string[] = []): Answer['warnings'] {
  return lines.map(line => {
    const [, feature, details] = /^unsupported: (\w+): (.*)$/.exec(line) ?? [];
    if (feature === undefined) return { type: 'other', message: line };
    return { type: 'unsupported', feature, details: details ?? '' };
  });
}

function usageOf({ prompt_tokens: input, completion_tokens: output }: Json): Answer['usage'] {
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}

function streamOf(
  parts: AsyncGenerator<StreamPart>,
  gone: AbortController,
): ReadableStream<StreamPart> {
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: () => gone.abort(),
  });
}

async function* partsOf(sent: Promise<Response>): AsyncGenerator<StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  let isOpen = false;
  let finish: object = {};
  for await (const chunk of chunksOf(await sent)) {
    if (chunk.error) throw refusal(chunk);
    const delta = chunk.choices[0]?.delta.content;
    if (delta !== undefined && !isOpen) yield { type: 'text-start', id: '0' };
    isOpen ||= delta !== undefined;
    if (delta) yield { type: 'text-delta', id: '0', delta };
    finish = {
      ...finish,
      ...(chunk.tandem && { providerMetadata: { tandem: chunk.tandem } }),
      ...(chunk.usage && { usage: usageOf(chunk.usage) }),
    };
  }
  if (isOpen) yield { type: 'text-end', id: '0' };
  yield { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, ...finish } as StreamPart;
}

async function* chunksOf(response: Response): AsyncGenerator<Json> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true });
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      if (event.startsWith('data: {')) yield JSON.parse(event.slice('data: '.length));
    }
  }
}

function refusal({ error }: Json): TandemError {
  return new TandemError('model_failed', error.message, { data: { code: error.code } });
}

type UserContent = Extract<Call['prompt'][number], { role: 'user' }>['content'];

/** Writes a call as a client of chat completions would. */
function chatBody({ prompt, tools, temperature, seed, maxOutputTokens, topP }: Call): object {
  return {
    messages: prompt.map(message =>
      message.role === 'user'
        ? { role: 'user', content: contentOf(message.content) }
        : { role: message.role, content: message.content },
    ),
    temperature,
    seed,
    top_p: topP,
    max_completion_tokens: maxOutputTokens,
    ...(tools && {
      tools: tools.flatMap(tool =>
        tool.type === 'function'
          ? [{ type: 'function', function: { name: tool.name, parameters: tool.inputSchema } }]
          : [],
      ),
    }),
  };
}

function contentOf(content: UserContent): object[] {
  return content.map(part => {
    if (part.type === 'text') return { type: 'text', text: part.text };
    const { data, filename, mediaType } = part;
    if (data.type !== 'text') return { type: 'text', text: '(a file that the exam does not send)' };
    const base64 = Buffer.from(data.text).toString('base64');
    return { type: 'file', file: { filename, file_data: `data:${mediaType};base64,${base64}` } };
  });
}

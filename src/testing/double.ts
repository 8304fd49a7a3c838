import { answerCollector, replay } from '../model/answer.ts';
import { usageOf } from '../model/leaf/cost/usage.ts';
import { logprobMetadata, type TokenLogprob } from '../model/leaf/logprobs.ts';
import { inCloud, onDevice } from '../model/leaf/model/place.ts';
import type { Answer, Call, Content, LanguageModel, StreamPart, Usage } from '../model/types.ts';
import type { Place } from '../trace/span.ts';

/** What a double answers: a text, or more of an answer. */
export interface Reply {
  readonly text?: string;
  readonly content?: readonly Content[];
  /** Default: one token for four characters, in and out. */
  readonly usage?: Usage;
  readonly finishReason?: Answer['finishReason']['unified'];
  readonly logprobs?: readonly TokenLogprob[];
  readonly warnings?: Answer['warnings'];
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  /** A stream breaks with this error after so many text deltas; a plain answer fails with it. */
  readonly breaks?: { readonly after: number; readonly error: unknown };
}

/** How a double is known. */
export interface DoubleIdentity {
  readonly modelId: string;
  /** Default: `device`. */
  readonly place?: Place;
  readonly supportedUrls?: Record<string, RegExp[]>;
}

/**
 * Makes a leaf that answers through a function, plain and streamed alike. It throws what the
 * function throws.
 */
export function doubleOf(
  identity: DoubleIdentity,
  respond: (call: Call) => Reply | Promise<Reply>,
): LanguageModel {
  const model: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.double',
    modelId: identity.modelId,
    supportedUrls: identity.supportedUrls ?? {},
    async doGenerate(call) {
      const reply = await respondInTime(call, respond);
      if (reply.breaks) throw reply.breaks.error;
      return answerTo(call, reply);
    },
    async doStream(call) {
      const reply = await respondInTime(call, respond);
      return { stream: streamOf(call, reply) };
    },
  };
  return identity.place === 'cloud' ? inCloud(model) : onDevice(model);
}

/** Reads the text of the last user message of a call. */
export function lastUserText(call: Call): string {
  const message = call.prompt.findLast(candidate => candidate.role === 'user');
  if (!message || typeof message.content === 'string') return '';
  return message.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
}

/** Reads all text of a call. */
export function promptText(call: Call): string {
  const texts = call.prompt.map(({ content }) => {
    if (typeof content === 'string') return content;
    return content.map(part => ('text' in part ? part.text : JSON.stringify(part))).join('\n');
  });
  return texts.join('\n');
}

/** Reads a stream to its end into an answer. */
export async function collectStream(stream: ReadableStream<StreamPart>): Promise<Answer> {
  const collector = answerCollector();
  for await (const part of stream as unknown as AsyncIterable<StreamPart>) collector.add(part);
  return collector.answer();
}

async function respondInTime(
  call: Call,
  respond: (call: Call) => Reply | Promise<Reply>,
): Promise<Reply> {
  call.abortSignal?.throwIfAborted();
  const reply = await respond(call);
  if (reply.delayMs !== undefined) await pause(reply.delayMs, call.abortSignal);
  return reply;
}

function answerTo(call: Call, reply: Reply): Answer {
  const content = reply.content ?? [{ type: 'text' as const, text: reply.text ?? '' }];
  const hasToolCall = content.some(part => part.type === 'tool-call');
  const written = JSON.stringify(content).length;
  return {
    content: [...content],
    finishReason: {
      unified: reply.finishReason ?? (hasToolCall ? 'tool-calls' : 'stop'),
      raw: undefined,
    },
    usage: reply.usage ?? usageOf(Math.ceil(promptText(call).length / 4), Math.ceil(written / 4)),
    warnings: [...(reply.warnings ?? [])],
    ...(reply.logprobs && { providerMetadata: logprobMetadata(reply.logprobs) }),
  };
}

function streamOf(call: Call, reply: Reply): ReadableStream<StreamPart> {
  const parts = partsOf(answerTo(call, reply), reply);
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        call.abortSignal?.throwIfAborted();
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* partsOf(answer: Answer, reply: Reply): AsyncGenerator<StreamPart> {
  let deltas = 0;
  for (const part of replay(answer)) {
    if (part.type !== 'text-delta') yield part;
    else {
      for (const piece of piecesOf(part, reply)) {
        if (reply.breaks && deltas++ >= reply.breaks.after) throw reply.breaks.error;
        yield piece;
      }
    }
  }
}

type DoubleDelta = Extract<StreamPart, { type: 'text-delta' }>;

// One delta a token, with its probability, where the tokens make the text; else a few letters each.
function piecesOf(part: DoubleDelta, { logprobs = [] }: Reply): DoubleDelta[] {
  const isTokenwise = logprobs.map(({ token }) => token).join('') === part.delta;
  if (!isTokenwise)
    return (part.delta.match(/[\s\S]{1,3}/gu) ?? []).map(delta => ({ ...part, delta }));
  return logprobs.map(each => ({
    ...part,
    delta: each.token,
    providerMetadata: logprobMetadata([each]),
  }));
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    // An endless delay stands for a model that hangs until it is aborted.
    const timer = setTimeout(resolve, Math.min(milliseconds, 2 ** 31 - 1));
    signal?.addEventListener('abort', stop, { once: true });
  });
}

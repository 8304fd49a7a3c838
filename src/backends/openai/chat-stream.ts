/** OpenAI's chat completions: a streamed answer to a call. */
import { topLogprobsIn } from '../../model/leaf/logprobs.ts';
import type { Call, StreamPart, StreamResult } from '../../model/types.ts';
import { QuickResponse } from '../fast/quick-response.ts';
import { isNetworkFailure } from '../network-failure.ts';
import { type AnyResponse, apiFailure, cutFailure, headersIn } from '../post-json.ts';
import { chatBody } from './chat-body.ts';
import { type ChatServer, postChat } from './chat-client.ts';
import { type ChatParts, chatParts, type PartFacts } from './chat-parts.ts';
import { eventSource } from './event-source.ts';

type FinishPart = Extract<StreamPart, { type: 'finish' }>;

/** Looks at the end of a stream before it is handed on; may change it, and may fail. */
export type AtEnd = (end: FinishPart) => FinishPart | Promise<FinishPart>;

const streaming = { stream: true, stream_options: { include_usage: true } };

/**
 * Asks a server for a streamed answer.
 * @throws ApiCallError without the request, which may hold a document; or the signal's reason
 */
export async function chatStream(
  server: ChatServer,
  call: Call,
  atEnd: AtEnd = end => end,
): Promise<StreamResult> {
  const { body: made, warnings } = chatBody(call, server, streaming);
  const body = JSON.stringify(made);
  const { response, posted } = await postChat(server, { body, call });
  const facts = {
    url: posted.url,
    statusCode: response.status,
    key: server.optionsKey,
    warnings,
    offer: call,
    mostTop: topLogprobsIn(call),
    showsChunks: call.includeRawChunks === true,
    ...(server.metadataExtractor && {
      extractor: server.metadataExtractor.createStreamExtractor(),
    }),
  };
  const stream = partStream(sourceOf(response), { atEnd, facts, signal: call.abortSignal });
  return { stream, request: { body }, response: { headers: headersIn(response) } };
}

/** Where the bytes of a stream come from. */
interface ByteSource {
  /** Returns the next bytes; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted, and the answer is whole. */
  dismiss(): void;
  cancel(reason: unknown): void;
}

interface StreamReading {
  readonly atEnd: AtEnd;
  readonly facts: PartFacts;
  readonly signal: AbortSignal | undefined;
}

// In place of data, where the connection was closed.
const cutOff = '[CUT]';

// Read on only when the last parts have been taken: that is the back-pressure.
function partStream(
  source: ByteSource,
  { atEnd, facts, signal }: StreamReading,
): ReadableStream<StreamPart> {
  let count = 0;
  let parts: ChatParts;
  let last: Promise<FinishPart> | undefined;
  const events = eventSource();
  // An answer is whole when the server says so, although it may leave the connection open.
  const readOn = async (): Promise<void> => {
    const bytes = await source.next();
    for (const data of bytes ? events.read(bytes) : [...events.rest(), cutOff]) {
      if (data !== '[DONE]' && data !== cutOff) parts.read(data);
      else {
        parts.end(data !== cutOff, events.words());
        return source.dismiss();
      }
    }
  };
  return new ReadableStream<StreamPart>(
    {
      start(controller) {
        parts = chatParts(facts, part => {
          if (part.type === 'finish') last = Promise.resolve(atEnd(part));
          else {
            count++;
            controller.enqueue(part);
          }
        });
      },
      async pull(controller) {
        const before = count;
        try {
          while (count === before && !last) await readOn();
          if (!last) return;
          controller.enqueue(await last);
          controller.close();
        } catch (error) {
          source.cancel(error);
          controller.error(signal?.aborted ? signal.reason : failureOfStream(error, facts));
        }
      },
      cancel: reason => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function sourceOf(response: AnyResponse): ByteSource {
  if (response instanceof QuickResponse) {
    return {
      next: async () => ((await response.more()) ? response.take() : undefined),
      dismiss: () => response.dismiss(),
      cancel: () => response.cancel(),
    };
  }
  const reader = response.body?.getReader();
  const cancel = (reason?: unknown) => void reader?.cancel(reason).catch(() => {});
  return { next: async () => (await reader?.read())?.value, dismiss: cancel, cancel };
}

function failureOfStream(error: unknown, { url, statusCode }: PartFacts): unknown {
  if (isNetworkFailure(error)) return cutFailure(error, { url, statusCode });
  if (!(error instanceof RangeError)) return error;
  return apiFailure(`The response is no stream: ${error.message}`, {
    url,
    statusCode,
    cause: error,
  });
}

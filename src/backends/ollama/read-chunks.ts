import type { ApiCallError } from '../../model/types.ts';
import { eventSource } from '../openai/event-source.ts';
import { type Offer, offeredName } from '../openai/repaired/call-names.ts';
import { type JsonValue, jsonValues } from '../openai/repaired/json-values.ts';
import { keepDigits } from '../openai/repaired/kept-digits.ts';
import { mendedAnswer } from '../openai/repaired/mended-answer.ts';
import { contentOf, type Text } from '../openai/wire-values.ts';
import type { OllamaChunk } from './ollama-wire.ts';

/** What the lines of an answer are read with. */
export interface ChunkReading {
  /** What may be called. */
  readonly offer: Offer;
  /** Makes the error of what is no answer. */
  failure(what: string): ApiCallError;
}

type OllamaMessage = NonNullable<OllamaChunk['message']>;

/** Reads lines of an answer, also in the frames of other servers. */
export function chunkReader(reading: ChunkReading) {
  const events = eventSource();
  const chunksOf = (found: readonly string[]) =>
    found.filter(data => data !== '[DONE]').flatMap(data => chunksIn(data, reading));
  return {
    /** Takes bytes as they come. @throws ApiCallError, RangeError for a line without end */
    read: (bytes: Uint8Array): OllamaChunk[] => chunksOf(events.read(bytes)),
    /** At the end. @throws ApiCallError */
    rest(): OllamaChunk[] {
      const left = chunksOf(events.rest());
      if (events.words() !== '') throw reading.failure('sent something that is not JSON');
      return left;
    },
  };
}

/** Reads a whole answer; lines are joined. @throws ApiCallError */
export function wholeChunk(text: string, reading: ChunkReading): OllamaChunk {
  const reader = chunkReader(reading);
  const chunks = [...reader.read(new TextEncoder().encode(text)), ...reader.rest()];
  const last = chunks.at(-1);
  if (!last) throw reading.failure('sent something that is not JSON');
  if (chunks.length === 1) return last;
  const joined = (key: 'content' | 'thinking') =>
    chunks.map(({ message }) => message?.[key] ?? '').join('');
  const calls = chunks.flatMap(({ message }) => message?.tool_calls ?? []);
  const logprobs = chunks.flatMap(each => each.logprobs ?? []);
  const images = chunks.flatMap(({ message, image }) => message?.images ?? image ?? []);
  const said = { content: joined('content'), thinking: joined('thinking'), tool_calls: calls };
  const message = { ...said, images };
  return { ...last, message, ...(logprobs.length > 0 && { logprobs }) };
}

function chunksIn(data: string, reading: ChunkReading): OllamaChunk[] {
  const values = jsonValues(data);
  if (!values) throw reading.failure('sent something that is not JSON');
  return values.map(({ value, exact }) => {
    if (typeof value !== 'object' || value === null) throw reading.failure('sent no answer');
    return readChunk({ value, exact }, data, reading);
  });
}

function readChunk(
  { value, exact }: JsonValue,
  text: string,
  { offer }: ChunkReading,
): OllamaChunk {
  const chunk = value as OllamaChunk;
  if (chunk.error !== undefined) return chunk;
  if (!isPlain(chunk, offer)) return mendedChunk({ value, exact }, offer);
  // A tool that runs on another number than the model wrote does the wrong thing.
  if (!chunk.message?.tool_calls || !/\d\.\d|\d{16}|\d[eE]/.test(text)) return chunk;
  const { message } = exact() as OllamaChunk;
  return message ? { ...chunk, message: { ...chunk.message, ...callsOf(message) } } : chunk;
}

function callsOf({ tool_calls: calls }: OllamaMessage): Pick<OllamaMessage, 'tool_calls'> {
  return calls ? { tool_calls: calls } : {};
}

function isPlain(chunk: OllamaChunk, offer: Offer): boolean {
  if ('choices' in chunk || (!chunk.message && 'response' in chunk)) return false;
  const { message } = chunk;
  if (!message) return true;
  const { content = '', thinking = '', tool_calls: calls } = message;
  if (typeof content !== 'string' || typeof thinking !== 'string') return false;
  if ('reasoning' in message || 'reasoning_content' in message) return false;
  const isNone = calls === undefined || calls === null;
  return isNone || (Array.isArray(calls) && calls.every(call => isCall(call, offer)));
}

function isCall(
  { function: called }: NonNullable<OllamaMessage['tool_calls']>[number],
  offer: Offer,
) {
  if (!called?.name || called.arguments === undefined) return false;
  return offeredName(called.name, offer) === called.name;
}

type OllamaFields = Readonly<Record<string, unknown>>;

interface MendedAnswer {
  readonly choices: readonly {
    readonly message?: MendedWords;
    readonly delta?: MendedWords;
    readonly finish_reason?: string;
  }[];
}

interface MendedWords {
  readonly content?: Text;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { readonly function: { name: string; arguments: unknown } }[];
}

function mendedChunk({ value, exact }: JsonValue, offer: Offer): OllamaChunk {
  const mend = (given: unknown) =>
    mendedAnswer(asAnswer(given as OllamaFields), offer) as MendedAnswer;
  const read = mend(value);
  if (!read) return value as OllamaChunk;
  keepDigits(read, () => mend(exact()));
  const [choice] = read.choices;
  const {
    content,
    reasoning_content: thought = '',
    tool_calls: calls = [],
  } = choice?.message ?? choice?.delta ?? {};
  const said = contentOf(content);
  const of = (type: string) => said.map(each => (each.type === type ? each.text : '')).join('');
  const { done, done_reason: reason = choice?.finish_reason } = value as OllamaChunk;
  return {
    ...(value as OllamaChunk),
    done: done ?? reason !== undefined,
    ...(reason !== undefined && { done_reason: reason }),
    message: {
      content: of('text'),
      thinking: thought || of('reasoning'),
      tool_calls: calls.map(({ function: { name, arguments: input } }) => ({
        function: { name: offeredName(name, offer), arguments: input },
      })),
    },
  };
}

// Of the older way to ask, the text stands alone.
function asAnswer(value: OllamaFields): unknown {
  const { message, response } = value;
  if (typeof message === 'object' && message !== null) return { choices: [{ message }] };
  return typeof response === 'string' ? { choices: [{ text: response }] } : value;
}

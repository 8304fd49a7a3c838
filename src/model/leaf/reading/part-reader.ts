import type { Stretch } from '../../../algorithms/text/written/text-reading.ts';
import { thinkingReader } from '../../../algorithms/text/written/thinking.ts';
import type { StreamPart, ToolCall } from '../../types.ts';
import { logprobMetadata, logprobsOf, type TokenLogprob } from '../logprobs.ts';
import { wishesOneCall } from '../wishes.ts';
import { keptLogprobs, type TextRange } from './kept-logprobs.ts';
import { type PartBlocks, partBlocks } from './part-blocks.ts';
import {
  askedTags,
  mayThinkHidden,
  noteHidden,
  type ReadFor,
  thoughtCalls,
  toldOneCall,
} from './reading.ts';
import { type TextMode, textMode } from './text-modes.ts';

/** Reads a stream part by part, as `readAnswer` reads whole answers. */
export interface PartReader {
  /** Reads a part; returns those to be shown for it. */
  read(part: StreamPart): StreamPart[];
}

interface PartReading {
  readonly about: ReadFor;
  readonly blocks: PartBlocks;
  thinking: ReturnType<typeof thinkingReader>;
  mode: TextMode;
  raw: string;
  /** What of the raw text is said, and not thought. */
  readonly spans: TextRange[];
  /** Tokens that are not shown yet, with their places in the raw text. */
  waiting: (TokenLogprob & TextRange)[];
  isWhole: boolean;
  hasCalls: boolean;
  /** Calls that were written as text: those of the server may say them again. */
  written: readonly ToolCall[];
  thought: string;
  hasText: boolean;
  /** Place in the raw text where the block under way begins. */
  from: number;
}

/**
 * Begins to read a stream; `openId` is the block of text that was begun before, and shown as it
 * came, up to the words `before`.
 */
export function partReader(about: ReadFor, openId?: string, before?: string): PartReader {
  const reading: PartReading = {
    about,
    blocks: partBlocks(openId),
    thinking: thinkingReader({
      from: openId !== undefined ? 'text' : beginningOf(about),
      before,
      isAsked: askedTags(about.call),
    }),
    mode: textMode(about),
    raw: '',
    spans: [],
    waiting: [],
    isWhole: false,
    hasCalls: false,
    written: [],
    thought: '',
    hasText: false,
    from: 0,
  };
  const isSingle = wishesOneCall(about.call);
  const isTold = toldOneCall.of(about.model) === true;
  let first: string | undefined;
  const isOfFirst = (part: StreamPart) => {
    if (!isOwnCall(part)) return true;
    const id = 'toolCallId' in part ? part.toolCallId : 'id' in part ? part.id : undefined;
    first ??= id;
    return id === first;
  };
  return {
    read(part) {
      readPart(reading, part);
      const parts = reading.blocks.taken();
      return isSingle && !(isTold && isOwnCall(part)) ? parts.filter(isOfFirst) : parts;
    },
  };
}

function isOwnCall({ type }: StreamPart): boolean {
  return type === 'tool-call' || type.startsWith('tool-input-');
}

function beginningOf({ model }: ReadFor): 'hidden' | 'start' {
  return mayThinkHidden(model) ? 'hidden' : 'start';
}

function readPart(reading: PartReading, part: StreamPart): void {
  const { blocks } = reading;
  if (part.type === 'text-start') blocks.begin(part.id, part.providerMetadata);
  else if (part.type === 'text-delta') readDelta(reading, part);
  else if (part.type === 'text-end') endText(reading);
  else {
    if (ending.has(part.type)) endText(reading);
    noteCalls(reading, part);
    blocks.put(part.type === 'finish' ? finished(reading, part) : part);
  }
}

function noteCalls(reading: PartReading, part: StreamPart): void {
  if (part.type === 'reasoning-delta') reading.thought += part.delta;
  else if (part.type === 'tool-input-start' || part.type === 'tool-call') {
    reading.hasCalls = true;
    reading.written = [];
  } else if (part.type === 'finish') {
    const { about, hasText, hasCalls, thought } = reading;
    const isSilent = !hasText && !hasCalls && part.finishReason.unified === 'stop';
    if (isSilent) reading.written = thoughtCalls(thought, about.call);
    for (const call of reading.written) reading.blocks.call(call);
    reading.hasCalls ||= reading.written.length > 0;
  }
}

// What ends a text that is still open.
const ending = new Set(['finish', 'tool-input-start', 'tool-call', 'reasoning-start']);

function readDelta(reading: PartReading, part: Extract<StreamPart, { type: 'text-delta' }>): void {
  const tokens = logprobsOf(part) ?? [];
  reading.waiting.push(...placed(tokens, reading.raw.length, part.delta));
  reading.raw += part.delta;
  show(reading, reading.thinking.add(part.delta));
}

// Tokens that do not spell the delta stand for all of it.
function placed(tokens: readonly TokenLogprob[], from: number, delta: string) {
  const spells = tokens.reduce((sum, { token }) => sum + token.length, 0) === delta.length;
  let at = from;
  return tokens.map(each => {
    const start = spells ? at : from;
    at += each.token.length;
    return { ...each, start, end: spells ? at : from + Math.max(1, delta.length) };
  });
}

function show(reading: PartReading, stretches: readonly Stretch[]): void {
  if (reading.thinking.hasUnopened) noteHidden(reading.about.model);
  for (const { kind, text, start } of stretches) {
    const end = reading.from + start + text.length;
    if (kind === 'reasoning') {
      reading.blocks.say('reasoning', text);
      reading.thought += text;
      reading.waiting = reading.waiting.filter(token => token.end > end);
      continue;
    }
    reading.spans.push({ start: reading.from + start, end });
    reading.waiting = reading.waiting.filter(token => token.end > reading.from + start);
    reading.hasText ||= text.trim() !== '';
    const shown = reading.mode.add(text);
    if (shown !== '') reading.blocks.say('text', shown, tokensUpTo(reading, end));
  }
}

function tokensUpTo(reading: PartReading, end: number): TokenLogprob[] {
  const told = reading.waiting.filter(({ start }) => start < end);
  reading.waiting = reading.waiting.filter(({ start }) => start >= end);
  return told.map(({ start: _start, end: _end, ...token }) => token);
}

function endText(reading: PartReading): void {
  const { blocks } = reading;
  show(reading, reading.thinking.end());
  const { text, calls, isWhole } = reading.mode.end();
  blocks.say('text', text, text === '' ? [] : tokensUpTo(reading, reading.raw.length));
  reading.written = [...reading.written, ...calls];
  blocks.close();
  reading.hasCalls ||= calls.length > 0;
  reading.isWhole = isWhole || (reading.isWhole && reading.raw.length === reading.from);
  if (reading.raw.length === reading.from) return;
  reading.from = reading.raw.length;
  reading.thinking = thinkingReader({ isAsked: askedTags(reading.about.call) });
  reading.mode = textMode(reading.about);
  reading.waiting = [];
}

type EndPart = Extract<StreamPart, { type: 'finish' }>;

function finished({ raw, spans, hasCalls, isWhole }: PartReading, part: EndPart): EndPart {
  const { unified } = part.finishReason;
  const isFree = unified !== 'content-filter' && unified !== 'error';
  const isCut = unified === 'length' && !isWhole;
  const meant =
    hasCalls && !isCut ? 'tool-calls' : isWhole && unified === 'length' ? 'stop' : unified;
  const finishReason = isFree ? { ...part.finishReason, unified: meant } : part.finishReason;
  const logprobs = logprobsOf(part);
  if (!logprobs) return { ...part, finishReason };
  const { leaf } = logprobMetadata(keptLogprobs(logprobs, raw, spans));
  const metadata = { ...part.providerMetadata, leaf: { ...part.providerMetadata?.leaf, ...leaf } };
  return { ...part, finishReason, providerMetadata: metadata };
}

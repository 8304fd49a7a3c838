import { type Tag, tagAt, tagStart, thinkingEnd } from './tags.ts';
import { drop, put, type Stretch, type TextReading } from './text-reading.ts';
import type { IsAsked } from './worded-tags.ts';
import { beginWorded, waitForClose, wrapEnd } from './worded-thinking.ts';

/** Parts a growing text into what is said and what is thought. */
export interface ThinkingReader {
  /** Adds a piece; holds back what may still be a tag. */
  add(piece: string): Stretch[];
  /** Ends the text; returns what was held back. */
  end(): Stretch[];
  /** Whether a thought was closed that nothing had opened: all before it was thinking. */
  readonly hasUnopened: boolean;
}

/** How a text is begun to be read. */
export interface ThinkingStart {
  /** `text` where something was said before; `hidden` where thinking may begin without a tag. */
  readonly from?: 'start' | 'text' | 'hidden';
  /** What was said last before. */
  readonly before?: string | undefined;
  /** Which tags the caller asked for; none unless given. */
  readonly isAsked?: IsAsked | undefined;
}

/** Begins to read a text. */
export function thinkingReader({
  from = 'start',
  before = '',
  isAsked = () => false,
}: ThinkingStart = {}): ThinkingReader {
  const reading: TextReading = {
    mode: from,
    held: '',
    at: 0,
    hasThought: false,
    hasUnopened: false,
    mentionsTag: false,
    inFence: false,
    lastChar: before.at(-1) ?? (from === 'text' ? ' ' : ''),
    tail: before,
    isFinal: false,
    searched: 0,
    depth: 0,
    hasBegun: false,
    opener: '<think>',
    wrapper: undefined,
    isAsked,
    out: [],
  };
  const taken = () => {
    while (stepOn(reading)) {
      // Each step takes something off what is held.
    }
    return reading.out.splice(0);
  };
  return {
    add(piece) {
      reading.held += piece;
      return taken();
    },
    end() {
      reading.isFinal = true;
      return taken();
    },
    get hasUnopened() {
      return reading.hasUnopened;
    },
  };
}

const untagged = /^\s*analysis(?=[A-Z\s"'])/;
// What begins a tag, or a stretch of code.
const special = /[<[◁`]/g;

/** Whether a text holds nothing that may be a tag, a token of a template or a stretch of code. */
export function isPlain(text: string): boolean {
  return nextSpecial(text, 0) === text.length && !untagged.test(text);
}

/** Parts a whole text into what is said and what is thought, in order. */
export function stretchesOf(text: string, isAsked?: IsAsked): Stretch[] {
  if (isPlain(text)) return text === '' ? [] : [{ kind: 'text', text, start: 0 }];
  const reader = thinkingReader({ isAsked });
  const stretches: Stretch[] = [];
  for (const stretch of [...reader.add(text), ...reader.end()]) {
    const last = stretches.at(-1);
    const isNext = last?.kind === stretch.kind && last.start + last.text.length === stretch.start;
    if (last && isNext) stretches.splice(-1, 1, { ...last, text: last.text + stretch.text });
    else stretches.push(stretch);
  }
  if (!reader.hasUnopened) return stretches;
  const closed = unopenedEnd(text);
  return stretches.map(each => (each.start < closed ? { ...each, kind: 'reasoning' } : each));
}

function unopenedEnd(text: string): number {
  let end = 0;
  for (let found = thinkingEnd(text, 0, false); found; found = thinkingEnd(text, end, false))
    end = found.end;
  return end;
}

/** The text without thinking and tokens of templates. */
export function withoutThinking(text: string): string {
  tagStart.lastIndex = 0;
  if (!tagStart.test(text) && !untagged.test(text)) return text;
  return stretchesOf(text)
    .map(({ kind, text: said }) => (kind === 'text' ? said : ''))
    .join('');
}

function stepOn(reading: TextReading): boolean {
  if (reading.held === '') return false;
  switch (reading.mode) {
    case 'start':
      return begin(reading);
    case 'text':
      return say(reading);
    case 'hidden':
      return waitForEnd(reading);
    case 'worded':
      return waitForClose(reading);
    case 'nested':
      return waitForOuter(reading);
    case 'over':
      return drop(reading, reading.held.length);
    default:
      return think(reading);
  }
}

// The end of a thought that began without a tag; without one it was none.
function waitForEnd(reading: TextReading): boolean {
  const end = thinkingEnd(reading.held, reading.searched, false);
  reading.searched = Math.max(0, reading.held.length - longestTag);
  if (!end && !reading.isFinal) return false;
  const opened = /^\s*(?:<|\[THINK|◁)/.test(reading.held);
  reading.mode = end && !opened ? 'thinking' : 'start';
  return true;
}

// A role or a channel may follow.
const unfinishedTurn =
  /^<(?:\|(?:im_start|start|start_header_id)\|?|start_of_turn|\|turn)>?[\w<| =.-]{0,90}$/;

function begin(reading: TextReading): boolean {
  const lead = reading.held.length - reading.held.trimStart().length;
  const isDropped = reading.hasThought;
  if (lead === reading.held.length) {
    if (isDropped) return drop(reading, lead);
    return reading.isFinal ? put(reading, 'text', lead) : false;
  }
  const named = namedChannel(reading, lead);
  if (named !== undefined) return named;
  const tag = tagAt(reading.held, lead);
  const mayGrow = tag === 'partial' || unfinishedTurn.test(reading.held.slice(lead, lead + 100));
  if (mayGrow && !reading.isFinal) return false;
  if (tag === undefined || tag === 'partial' || isStrike(reading, tag, lead))
    return beginWorded(reading, lead);
  reading.hasThought = true;
  if (tag.kind === 'channel') return openChannel(reading, lead + tag.length);
  if (tag.kind === 'open') {
    reading.mode = 'thinking';
    reading.opener = reading.held.slice(lead, lead + tag.length);
  }
  return drop(reading, lead + tag.length);
}

// What follows the end of a thought within a thought is one too, if another end follows.
function waitForOuter(reading: TextReading): boolean {
  const end = thinkingEnd(reading.held, reading.searched, false);
  reading.searched = Math.max(0, reading.held.length - longestTag);
  if (!end && !reading.isFinal) return false;
  reading.mode = end ? 'thinking' : 'start';
  if (!end) reading.depth = 0;
  return true;
}

// `<s>` is a token at the beginning of a text, unless it strikes words through.
function isStrike({ held }: TextReading, { kind, length }: Tag, at: number): boolean {
  return (
    kind === 'end' &&
    held.startsWith('<s>', at) &&
    /^[^\n]{1,200}?<\/s>/.test(held.slice(at + length))
  );
}

const longestHeader = 200;

const channelName =
  /assistant(?:final|commentary to=(?:functions\.)?([\w.-]{1,64}?) ?(?:code|json)?(?=\{))/g;

// Where a server drops the template's tokens, the names of the channels are left.
function namedChannel(reading: TextReading, lead: number): boolean | undefined {
  const { held, isFinal } = reading;
  if (!isFinal && 'analysis'.startsWith(held.slice(lead, lead + 9))) return false;
  const begun = untagged.exec(held)?.[0].length;
  if (begun === undefined) return undefined;
  channelName.lastIndex = reading.searched;
  const found = channelName.exec(held);
  reading.searched = found || isFinal ? 0 : Math.max(0, held.length - longestHeader);
  if (!found) return isFinal ? undefined : false;
  drop(reading, begun);
  put(reading, 'reasoning', found.index - begun);
  drop(reading, found[0].length);
  if (found[1] !== undefined) announce(reading, `<|tool_call|>${found[1]}`);
  reading.mode = 'text';
  return true;
}

function openChannel(reading: TextReading, from: number): boolean {
  const { held } = reading;
  const within = held.slice(from, from + longestHeader).indexOf('<|message|>');
  const message = from + within;
  if (within < 0) {
    if (!reading.isFinal && held.length < from + longestHeader) return false;
    return drop(reading, from);
  }
  const header = held.slice(from, message);
  const called = / to=(?:functions\.)?([\w.-]{1,64})/.exec(held.slice(0, message))?.[1];
  drop(reading, message + '<|message|>'.length);
  if (called !== undefined) announce(reading, `<|tool_call|>${called}`);
  reading.mode = called !== undefined || /^\s*final/.test(header) ? 'text' : 'channel';
  return true;
}

// The call of a channel becomes one that is read as the others are.
function announce(reading: TextReading, text: string): void {
  reading.out.push({ kind: 'text', text, start: reading.at });
}

const longestTag = 32;
const inner = String.raw`<\|?(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)\|?>`;
const opensWithin = new RegExp(`(?<!\x60)${inner}`, 'gi');

function think(reading: TextReading): boolean {
  const { held } = reading;
  const end = thinkingEnd(held, 0, reading.mode === 'channel');
  if (end) {
    muse(reading, end.start);
    reading.hasBegun = false;
    drop(reading, end.end - end.start);
    reading.hasThought = true;
    reading.searched = 0;
    reading.mode = reading.depth > 0 ? 'nested' : 'start';
    reading.depth = Math.max(0, reading.depth - 1);
    return true;
  }
  if (reading.isFinal) {
    const ended = /(?:\s|<\|[\w-]{1,32}\|>|<\/s>|<end_of_turn>){0,8}$/.exec(held)?.index;
    const length = ended ?? held.length;
    muse(reading, length);
    return drop(reading, held.length - length);
  }
  // What may still be the end waits, with the character before it, which tells a mention.
  const tail = held.slice(-longestTag);
  const at = Math.max(tail.lastIndexOf('<'), tail.lastIndexOf('['), tail.lastIndexOf('◁'));
  const waiting = at < 0 ? 1 : tail.length - at + 1;
  return muse(reading, Math.max(0, held.length - waiting));
}

// Counts what is opened within a thought; a tag that only says the first one again opens nothing.
function muse(reading: TextReading, length: number): boolean {
  const text = reading.held.slice(0, length);
  let said = text;
  while (!reading.hasBegun && said.trimStart().startsWith(reading.opener))
    said = said.trimStart().slice(reading.opener.length);
  if (reading.mode === 'thinking') reading.depth += said.match(opensWithin)?.length ?? 0;
  reading.hasBegun ||= said.trim() !== '';
  return put(reading, 'reasoning', length);
}

function say(reading: TextReading): boolean {
  const { held, isFinal } = reading;
  for (let at = nextSpecial(held, 0); at < held.length; at = nextSpecial(held, at)) {
    const isCode = held[at] === '`';
    const tag = isCode ? ticksAt(reading, at) : (wrapEnd(reading, at) ?? tagAt(held, at));
    if (!isFinal && mustWait(held, at, tag)) return put(reading, 'text', at);
    const length = typeof tag === 'number' ? tag : spokenLength(reading, at, tag);
    if (length === 0) return at > 0 ? put(reading, 'text', at) : act(reading, tag as Tag);
    at += length;
  }
  return put(reading, 'text', held.length);
}

// Whether more must come before it is known what stands there: what follows a tag tells.
function mustWait({ length }: string, at: number, tag: number | ReturnType<typeof tagAt>): boolean {
  if (tag === 'partial' || typeof tag !== 'object') return tag === 'partial';
  return tag.kind === 'open' && length === at + tag.length;
}

// How much of a tag is merely spoken of; 0 where it is meant.
function spokenLength(reading: TextReading, at: number, tag: ReturnType<typeof tagAt>): number {
  if (tag === undefined || tag === 'partial' || isMention(reading, reading.held[at - 1])) return 1;
  if (tag.kind !== 'open' || isThought(reading, at, tag)) return 0;
  reading.mentionsTag = true;
  return tag.length;
}

// Behind a whole sentence or at the begin of a line, with its words close behind it, a tag opens a
// thought, which need not be closed.
function isThought(reading: TextReading, at: number, { length }: Tag): boolean {
  const { held, tail, isFinal, mentionsTag, isAsked } = reading;
  const before = tail + held.slice(0, at);
  const next = held[at + length] ?? (isFinal ? '\n' : '');
  const name = /\w+/.exec(held.slice(at, at + length))?.[0] ?? '';
  return (
    /[.!?]\s{0,8}$|\S\s{0,8}\n\s{0,8}$/.test(before.slice(-20)) &&
    /[\p{L}\p{N}\n]/u.test(next) &&
    !mentionsTag &&
    !isAsked(name)
  );
}

function act(reading: TextReading, tag: Tag): boolean {
  if (tag.kind === 'open') {
    Object.assign(reading, { mode: 'thinking', depth: 0, hasBegun: false, hasThought: true });
    reading.opener = reading.held.slice(0, tag.length);
    return drop(reading, tag.length);
  }
  if (tag.kind === 'wrap') {
    reading.wrapper = undefined;
    return drop(reading, tag.length);
  }
  return tag.kind === 'close' ? closeUnopened(reading, tag) : endTurn(reading, tag);
}

function nextSpecial(text: string, from: number): number {
  special.lastIndex = from;
  return special.exec(text)?.index ?? text.length;
}

// How many backticks there are; three open or close a block of code.
function ticksAt(reading: TextReading, at: number): number | 'partial' {
  const { held, isFinal } = reading;
  const ticks = /^`{1,3}/.exec(held.slice(at, at + 3))?.[0].length ?? 1;
  if (ticks < 3 && at + ticks === held.length && !isFinal) return 'partial';
  if (ticks === 3) reading.inFence = !reading.inFence;
  return ticks;
}

function isMention({ lastChar, inFence }: TextReading, before = lastChar): boolean {
  return inFence || /[`"'“‘(«]/.test(before);
}

// A closing tag that nothing opened ends a thought where it stands by itself.
function closeUnopened(reading: TextReading, { length }: Tag): boolean {
  const { held, lastChar, mentionsTag, isFinal } = reading;
  if (held.length === length && !isFinal) return false;
  const next = held[length] ?? '\n';
  const isAlone = /[\n.!?]/.test(lastChar) || lastChar === '' || /[\n\r]/.test(next);
  if (mentionsTag || !isAlone) return put(reading, 'text', length);
  reading.hasUnopened = true;
  reading.hasThought = true;
  reading.mode = 'start';
  return drop(reading, length);
}

// Behind these a model goes on with a talk that it makes up.
const endOfText = /^<\|(?:endoftext|im_end|eot_id|end_of_text|end)\|>\S/;

const callEnd = '<|call|>';

// Tokens of a template end a text; in the middle of a sentence they are spoken of.
function endTurn(reading: TextReading, first: Tag): boolean {
  const { held, lastChar, isFinal } = reading;
  // Behind one call another may follow.
  const next = held.startsWith(callEnd) ? held.slice(callEnd.length) : '-';
  if (!isFinal && '<|start|>'.startsWith(next)) return false;
  if (next.startsWith('<|start|>')) {
    reading.mode = 'start';
    return drop(reading, callEnd.length);
  }
  const { end, hasTurn } = tokensFrom(held, first);
  const isCut = /\S/.test(lastChar) && endOfText.test(held);
  if (isCut || hasTurn || (first.kind !== 'end' && !/[ \t]/.test(lastChar))) {
    reading.mode = 'over';
    return drop(reading, held.length);
  }
  if (end < held.length && tagAt(held, end) !== 'partial') return put(reading, 'text', end);
  return isFinal ? drop(reading, held.length) : false;
}

const mostTokens = 512;

// Tokens and white space at the beginning of a text, and whether a turn begins after the first.
function tokensFrom(text: string, first: Tag): { end: number; hasTurn: boolean } {
  let end = first.length;
  let hasTurn = false;
  for (let isOn = true; isOn && end < mostTokens; ) {
    while (end < text.length && /\s/.test(text[end] ?? '')) end++;
    const tag = end < text.length ? tagAt(text, end) : undefined;
    isOn = tag !== undefined && tag !== 'partial' && tag.kind !== 'open' && tag.kind !== 'close';
    if (!isOn) break;
    hasTurn ||= (tag as Tag).kind !== 'end';
    end += (tag as Tag).length;
  }
  return { end, hasTurn };
}

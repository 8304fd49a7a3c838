import { jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { isRecord } from '../../../algorithms/text/written/call-shapes.ts';
import { lacksCalls, type OtherNames } from '../wire-values.ts';
import { nameByInput, type Offer } from './call-names.ts';
import { asCompletion } from './other-protocols.ts';

type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads an answer, or a chunk of one, some of whose fields are of another type than OpenAI's, or
 * that stands inside of something else: what can be read otherwise is, and what carries no content
 * is left out. `undefined` for what is none.
 */
export function mendedAnswer(value: unknown, offer: Offer): unknown {
  const found = unwrapped(value);
  if (!found) return undefined;
  const { id, model, created, usage, choices, ...rest } = found;
  return {
    ...rest,
    ...(typeof id === 'string' && { id }),
    ...(typeof model === 'string' && { model }),
    ...(isTime(created) && { created }),
    ...(isRecord(usage) && { usage: countsIn(usage) }),
    choices: joined(choices.filter(isRecord)).map(choice => mendedChoice(choice, offer)),
  };
}

// Some servers put what an answer says and what it calls into two choices.
function joined(choices: readonly Loose[]): readonly Loose[] {
  const [first, ...others] = choices;
  if (!first || !lacksCalls(first)) return choices;
  const tool_calls = others.flatMap(({ message }) => listOf((message as Loose | null)?.tool_calls));
  if (tool_calls.length === 0) return choices;
  return [{ ...first, message: { ...wordsIn(first.message), tool_calls } }];
}

const wrappers = ['data', 'result', 'response', 'output', 'body', 'completion'];

type Answered = Loose & { readonly choices: readonly unknown[] };

// Choices stand in a list, alone or by number, inside of an envelope, or are a message alone.
function unwrapped(value: unknown, depth = 0): Answered | undefined {
  if (!isRecord(value)) return undefined;
  const { choices = undefined } = value;
  if (choices !== undefined) {
    const list = choicesIn(choices);
    return list && { ...value, choices: list };
  }
  const other = asCompletion(value);
  if (other) return other as Answered;
  for (const name of depth > 2 ? [] : wrappers) {
    const inner = typeof value[name] === 'string' ? jsonOrNothing(value[name]) : value[name];
    const found = unwrapped(Array.isArray(inner) ? inner[0] : inner, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function choicesIn(choices: unknown): readonly unknown[] | undefined {
  if (Array.isArray(choices) || choices === null) return choices ?? [];
  if (!isRecord(choices)) return undefined;
  const isOne = 'message' in choices || 'delta' in choices || 'text' in choices;
  return isOne ? [choices] : Object.values(choices);
}

function mendedChoice(choice: Loose, offer: Offer): object {
  const { finish_reason: given, delta, message, text, content, ...rest } = choice;
  const reason = given === undefined ? endBeside(choice) : given;
  const { tool_calls, function_call, ...others } = rest;
  // Some leave out the level of the message.
  const beside = { content: content ?? text, tool_calls, function_call };
  const word = isRecord(reason) ? (reason.type ?? reason.reason) : reason;
  const own = Object.entries(beside).filter(([, value]) => !isNothing(value));
  const words = wordsIn(message) ?? (isEmptyRecord(delta) && own.length > 0 ? {} : undefined);
  const more = wordsIn(delta);
  return {
    ...others,
    ...(typeof word === 'string' && { finish_reason: word }),
    ...(more && { delta: mendedWords(more, undefined) }),
    ...(words && { message: mendedWords({ ...words, ...Object.fromEntries(own) }, offer) }),
  };
}

function endBeside({ finishReason, stop_reason, stopReason, done_reason }: Loose): unknown {
  return finishReason ?? stopReason ?? done_reason ?? stop_reason;
}

function wordsIn(said: unknown): Loose | undefined {
  if (typeof said === 'string') return { content: said };
  return isRecord(said) ? said : undefined;
}

function isEmptyRecord(value: unknown): boolean {
  return !isRecord(value) || Object.values(value).every(isNothing);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

const thoughtNames = [
  ...['reasoning_content', 'reasoning', 'reasoning_text', 'thinking', 'reasoning_details'],
  ...['thinking_content', 'thinking_blocks', 'thought', 'thoughts'],
];
const otherNames = ['content', 'tool_calls', 'function_call', 'refusal', 'annotations'];
const mendedNames = new Set([...thoughtNames, ...otherNames]);

function mendedWords(said: Loose, offer: Offer | undefined): object {
  const rest = Object.entries(said).filter(([key]) => !mendedNames.has(key));
  const { google } = (said.extra_content ?? {}) as OtherNames['extra_content'] & object;
  // Gemini says beside a content that it is a thought.
  if (google?.thought && isNothing(said.tool_calls))
    return { reasoning_content: thoughtIn(said.content).replace(thoughtTag, '') };
  const thought = thoughtNames.map(name => thoughtIn(said[name])).find(text => text !== '');
  const parts = Array.isArray(said.content) ? said.content.filter(each => !isNothing(each)) : [];
  const old = isRecord(said.function_call) ? [{ index: 0, function: said.function_call }] : [];
  const called = [...listOf(said.tool_calls), ...old, ...parts.filter(isCallPart)];
  const calls = called.flatMap(call => mendedCall(call, offer));
  const pictures = parts.filter(isPicture);
  const sound = parts.filter(isRecord).find(({ type }) => /audio/.test(String(type)));
  const refusal = [said.refusal, ...parts.map(part => (part as Loose).refusal)].find(isText);
  const content = Array.isArray(said.content) ? parts.flatMap(mendedPart) : textIn(said.content);
  return {
    ...Object.fromEntries(rest),
    ...(content !== undefined && { content }),
    ...(Array.isArray(said.annotations) && { annotations: said.annotations }),
    ...(thought !== undefined && { reasoning_content: thought }),
    ...(refusal !== undefined && { refusal }),
    ...(sound && { audio: sound.audio ?? sound }),
    ...(pictures.length > 0 && { images: [said.images ?? [], pictures].flat() }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

const thoughtTag = /^<thought>|<\/thought>$/g;

function mendedPart(part: unknown): object[] {
  if (isCallPart(part) || isPicture(part)) return [];
  const { type, thinking, text, content, summary } = isRecord(part) ? part : { text: part };
  if (/reason|think|thought/.test(String(type))) {
    const thought = thoughtIn(thinking ?? text ?? content ?? summary);
    return [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }];
  }
  const said = text ?? content;
  return isNothing(said) ? [] : [{ type: 'text', text: textIn(said) }];
}

function isPicture(part: unknown): boolean {
  return (
    isRecord(part) &&
    (/image/.test(String(part.type)) || Boolean(part.inlineData ?? part.inline_data))
  );
}

function isCallPart(part: unknown): boolean {
  return (
    isRecord(part) && /^(?:tool_use|tool_call|tool-call|function_call)$/.test(String(part.type))
  );
}

/** A text that came as a number, a truth, or an object that holds or is it. */
function textIn(given: unknown): string | null | undefined {
  if (given === undefined || given === null || typeof given === 'string') return given;
  if (!isRecord(given)) return JSON.stringify(given);
  const inner = given.text ?? given.value ?? given.content;
  const isPlain = typeof inner === 'string' || isRecord(inner);
  return isPlain ? textIn(inner) : JSON.stringify(given);
}

function thoughtIn(given: unknown): string {
  if (typeof given === 'string') return given;
  if (typeof given === 'number') return String(given);
  if (Array.isArray(given)) return given.map(thoughtIn).join('');
  if (!isRecord(given)) return '';
  return thoughtIn(given.text ?? given.summary ?? given.thinking ?? given.content);
}

function listOf(given: unknown): unknown[] {
  const value = typeof given === 'string' ? jsonOrNothing(given) : given;
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return [];
  const isOne = 'function' in value || 'name' in value || 'id' in value;
  return isOne ? [value] : Object.values(value);
}

function mendedCall(call: unknown, offer: Offer | undefined): object[] {
  if (!isRecord(call)) return [];
  const { id, index, function: inner, type: _type, ...rest } = call;
  // Some leave out the level of the function, or write it as a text.
  const read = typeof inner === 'string' ? jsonOrNothing(inner) : inner;
  const called = isRecord(read) ? read : rest;
  const input = called.arguments ?? called.input ?? called.parameters ?? called.args;
  const name = isText(called.name) ? called.name : nameOf(called.name, input, offer);
  if (isNothing(name) && isNothing(input)) return [];
  const given = isRecord(input) || typeof input === 'string' ? input : textIn(input);
  return [
    {
      ...(isRecord(read) ? rest : { extra_content: rest.extra_content }),
      ...((typeof id === 'string' || typeof id === 'number') && { id: String(id) }),
      ...(isCount(index) && { index: Number(index) }),
      function: { ...(name !== undefined && { name }), arguments: given ?? '' },
    },
  ];
}

// Pieces of a call that goes on have no name; a whole one has that of a tool that was offered.
function nameOf(given: unknown, input: unknown, offer: Offer | undefined): string | undefined {
  if (offer) return isNothing(input) ? undefined : nameByInput(input, offer);
  return typeof given === 'string' ? given : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return /^\d{1,9}$/.test(String(value));
}

// What no date can be made of is none.
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e12;
}

function countsIn(usage: Loose): Loose {
  return Object.fromEntries(
    Object.entries(usage).flatMap(([key, value]): [string, unknown][] => {
      if (isRecord(value)) return [[key, countsIn(value)]];
      const count = typeof value === 'string' && value !== '' ? Number(value) : value;
      const isNumber = typeof count === 'number' && Number.isFinite(count);
      return isNumber ? [[key, Math.max(0, Math.round(count))]] : [];
    }),
  );
}

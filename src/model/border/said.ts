import { parseJson } from '../../algorithms/text/written/bounded-json.ts';
import type { Call, Message } from '../types.ts';

/** One place of a call with all text that it holds. */
export interface SaidText {
  /** Such as `messages[2] (tool)`, `tools` or `responseFormat`. */
  readonly at: string;
  readonly text: string;
  /** The part of the history that it is; absent where a call makes no sense without it. */
  readonly part?: { readonly message: number; readonly part: number };
  /** That it is a file of which nobody can tell what it says. */
  readonly isSealed?: boolean;
}

/** Reads every string of a call, keys and numbers too, by the place at which it stands. */
export function saidIn({ prompt, abortSignal: _signal, ...rest }: Call): SaidText[] {
  const last = prompt.findLastIndex(({ role }) => role === 'user');
  const said = prompt.flatMap((message, index) => saidByMessage(message, index, index !== last));
  for (const [at, value] of Object.entries(rest)) {
    const { text } = textIn(value);
    if (text !== '') said.push({ at, text });
  }
  return said;
}

function saidByMessage(message: Message, index: number, isHistory: boolean): SaidText[] {
  const { role, content, providerOptions } = message;
  const at = `messages[${index}] (${role})`;
  const options = providerOptions === undefined ? '' : textIn(providerOptions).text;
  const ofOptions = options === '' ? [] : [{ at: `${at}, its options`, text: options }];
  if (typeof content === 'string') return [{ at, text: content }, ...ofOptions];
  const ofParts = content.map((part, number): SaidText => {
    const { text, isSealed } = textIn(part);
    const isPart = isHistory && { part: { message: index, part: number } };
    return { at, text, ...isPart, ...(isSealed && { isSealed }) };
  });
  return [...ofParts, ...ofOptions];
}

interface Texts {
  readonly values: string[];
  readonly keys: string[];
  isSealed: boolean;
}

/** Joins all text of a value: its strings and numbers in their order, then names of keys. */
export function textIn(value: unknown): { readonly text: string; readonly isSealed: boolean } {
  const texts: Texts = { values: [], keys: [], isSealed: false };
  collect(value, texts, 0);
  return { text: [...texts.values, texts.keys.join(' ')].join('\n'), isSealed: texts.isSealed };
}

/** Joins the strings and numbers of a value, each a paragraph of its own. */
export function valuesIn(value: unknown): string {
  const texts: Texts = { values: [], keys: [], isSealed: false };
  collect(value, texts, 0);
  return texts.values.join('\n\n');
}

// JSON inside JSON, as in the arguments of a tool call.
const mostNested = 4;

function collect(value: unknown, texts: Texts, depth: number): void {
  if (typeof value === 'string') collectText(value, texts, depth);
  else if (typeof value === 'number' || typeof value === 'bigint') texts.values.push(String(value));
  else if (value instanceof URL) texts.values.push(decoded(value.href));
  else if (value instanceof Uint8Array) collectBytes(value, texts);
  else if (Array.isArray(value)) for (const each of value) collect(each, texts, depth);
  else if (typeof value === 'object' && value !== null) collectObject(value, texts, depth);
}

function collectObject(value: object, texts: Texts, depth: number): void {
  const { mediaType, data } = value as { mediaType?: unknown; data?: unknown };
  const bytes = typeof mediaType === 'string' ? bytesOf(data) : undefined;
  if (bytes && !/^(image|audio|video)\b/.test(mediaType as string)) collectBytes(bytes, texts);
  for (const [key, inner] of Object.entries(value)) {
    texts.keys.push(key);
    if (!(bytes && key === 'data')) collect(inner, texts, depth);
  }
}

function bytesOf(data: unknown): Uint8Array | undefined {
  const { type, data: inner } = (data ?? {}) as { type?: unknown; data?: unknown };
  const raw = type === 'data' ? inner : data;
  if (raw instanceof Uint8Array) return raw;
  return typeof raw === 'string' ? Buffer.from(raw, 'base64') : undefined;
}

function collectBytes(bytes: Uint8Array, texts: Texts): void {
  try {
    texts.values.push(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    texts.isSealed = true;
  }
}

function collectText(text: string, texts: Texts, depth: number): void {
  texts.values.push(text);
  if (depth >= mostNested || !/^\s*[[{"]/.test(text) || !text.includes('\\')) return;
  try {
    collect(parseJson(text), texts, depth + 1);
  } catch {
    // It only looked like JSON: it has been read as it is.
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

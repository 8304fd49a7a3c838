import { TandemError } from '../errors.ts';
import type { Masker } from '../run/ports.ts';
import type { Call } from '../types.ts';
import { type Placeholders, placeholderPattern } from './placeholders.ts';
import { inputAsWritten, withWritten } from './written-input.ts';

/** A call as it may leave, with the placeholders that stand in it. */
export interface MaskedCall {
  readonly call: Call;
  /** Those sent in this very call: only they are restored in its answer. */
  readonly sent: ReadonlySet<string>;
}

/**
 * Masks all text of a call: prompt, tool descriptions, schema, file names. Headers are dropped, and
 * a file that cannot be read as text is denied, since nothing can be known of it.
 * @throws TandemError `egress_denied`, also when the masker fails or takes too long
 */
export async function maskCall(
  call: Call,
  masker: Masker,
  placeholders: Placeholders,
): Promise<MaskedCall> {
  await placeholders.ready();
  const sent = new Set<string>();
  const { abortSignal, headers: _headers, ...rest } = call;
  const state: Masking = {
    masker,
    placeholders,
    sent,
    deadline: performance.now() + (masker.timeoutMs ?? 2000),
  };
  try {
    const masked = (await maskDeep(rest, state)) as Call;
    return { call: { ...masked, ...(abortSignal && { abortSignal }) }, sent };
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    throw denied('The detector of personal data failed.', error);
  }
}

interface Masking {
  readonly masker: Masker;
  readonly placeholders: Placeholders;
  readonly sent: Set<string>;
  readonly deadline: number;
}

// Words of the protocol, and bytes of text files, are not looked at as values.
const protocol = new Set(['type', 'role', 'mediaType', 'toolCallId', 'id', 'effort']);

async function maskDeep(value: unknown, state: Masking): Promise<unknown> {
  if (typeof value === 'string') return maskText(value, state);
  if (Array.isArray(value)) return Promise.all(value.map(each => maskDeep(each, state)));
  if (value instanceof Uint8Array || value instanceof URL)
    throw denied('A file that is not text cannot be checked.');
  if (typeof value !== 'object' || value === null) return value;
  if (isFile(value)) return maskFile(value, state);
  if (isWrittenCall(value)) return maskWrittenCall(value, state);
  return maskEntries(value, state);
}

async function maskEntries(value: object, state: Masking): Promise<object> {
  const entries = Object.entries(value).map(async ([key, inner]) => {
    return [
      key,
      protocol.has(key) && typeof inner === 'string' ? inner : await maskDeep(inner, state),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

type WrittenCall = { readonly input: unknown } & Parameters<typeof inputAsWritten>[0];

function isWrittenCall(value: object): value is WrittenCall {
  const { type, providerOptions } = value as { type?: unknown } & Partial<WrittenCall>;
  return type === 'tool-call' && providerOptions?.leaf?.written !== undefined;
}

// What is in it is found in its value, where nothing is escaped; the text stays if that is clean.
async function maskWrittenCall(call: WrittenCall, state: Masking): Promise<object> {
  const { providerOptions, ...rest } = call;
  const isBroken = call.input === inputAsWritten(call);
  const input = isBroken ? unescaped(String(call.input)) : call.input;
  const masked = (await maskEntries({ ...rest, input }, state)) as WrittenCall;
  const isClean = JSON.stringify(masked.input) === JSON.stringify(input);
  const others = (await maskDeep(withWritten(providerOptions, undefined), state)) as object;
  if (isClean) return { ...masked, input: call.input, providerOptions };
  const written = isBroken ? String(masked.input) : undefined;
  return { ...masked, providerOptions: withWritten(others as typeof providerOptions, written) };
}

function unescaped(text: string): string {
  return text.replace(/\\u([\da-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

interface File {
  readonly type: 'file';
  readonly data: {
    readonly type: string;
    readonly text?: string;
    readonly data?: string | Uint8Array;
  };
  readonly mediaType: string;
  readonly filename?: string;
}

function isFile(value: object): value is File {
  return (value as Partial<File>).type === 'file' && 'mediaType' in value && 'data' in value;
}

async function maskFile(file: File, state: Masking): Promise<File> {
  const text = textOf(file);
  if (text === undefined) throw denied(`A file of type ${file.mediaType} cannot be checked.`);
  const filename =
    file.filename === undefined ? {} : { filename: await maskText(file.filename, state) };
  return { ...file, ...filename, data: { type: 'text', text: await maskText(text, state) } };
}

function textOf({ data, mediaType }: File): string | undefined {
  if (data.type === 'text') return data.text;
  if (data.type !== 'data' || data.data === undefined || !mediaType.startsWith('text/'))
    return undefined;
  const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function maskText(
  text: string,
  { masker, placeholders, sent, deadline }: Masking,
): Promise<string> {
  if (text === '') return text;
  const left = deadline - performance.now();
  const findings = left > 0 ? await inTime(masker.find(text), left) : undefined;
  if (!findings) throw denied('The detector of personal data took too long.');
  // Look-alikes in the input are masked too: else an answer could not tell them from ours.
  const lookalikes = [...text.matchAll(placeholderPattern)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    kind: 'TEXT',
  }));
  let masked = '';
  let at = 0;
  for (const { start, end, kind } of [...lookalikes, ...findings].sort(
    (a, b) => a.start - b.start,
  )) {
    if (start < at) continue;
    const placeholder = placeholders.placeholderOf(text.slice(start, end), kind);
    sent.add(placeholder);
    masked += text.slice(at, start) + placeholder;
    at = end;
  }
  return masked + text.slice(at);
}

async function inTime<T>(work: T | PromiseLike<T>, milliseconds: number): Promise<T | undefined> {
  if (typeof (work as PromiseLike<T>)?.then !== 'function') return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function denied(what: string, cause?: unknown): TandemError {
  const message = `${what} So nothing leaves. Fix it, or use a local model.`;
  return new TandemError('egress_denied', message, cause === undefined ? {} : { cause });
}

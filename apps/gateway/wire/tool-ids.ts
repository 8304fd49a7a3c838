/**
 * Tool-call ids that remember who made the call, without state: an id is signed, alphanumeric and
 * at most 40 characters long, and yields the upstream's own id again. Layout: form (1), speaker
 * (5), signature (10), the upstream's id (24).
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** A tool-call id taken apart. */
export interface OpenedId {
  /** The upstream's own id. */
  readonly id: string;
  /**
   * Model id of who made the call; absent if the id is not ours or the speaker is not served any
   * more.
   */
  readonly by?: string;
}

/** Seals and opens tool-call ids. */
export interface ToolIds {
  seal(id: string, by: string | undefined): string;
  open(id: string): OpenedId;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const mostRemembered = 10_000;

/** Makes the ids of one secret. `speakers` lists the model ids that may have made a call. */
export function toolIds(secret: string | Buffer, speakers: () => Iterable<string>): ToolIds {
  // Ids of no known form are remembered, so that the upstream gets its own back; a lost one is
  // replaced consistently.
  const remembered = new Map<string, string>();
  const sign = (text: string) => base62(createHmac('sha256', secret).update(text).digest(), 10);
  return {
    seal(id, by) {
      const [form, body] = pack(id);
      if (form === 'x') remember(remembered, body, id);
      const head = `${form}${by === undefined ? '00000' : speakerCode(by)}`;
      return `${head}${sign(head + body)}${body}`;
    },
    open(id) {
      if (!/^[acuhtx][0-9A-Za-z]{16,39}$/.test(id)) return { id };
      const [head, mac, body] = [id.slice(0, 6), id.slice(6, 16), id.slice(16)];
      if (!timingSafeEqual(Buffer.from(sign(head + body)), Buffer.from(mac))) return { id };
      const code = head.slice(1);
      const by = [...speakers()].find(speaker => speakerCode(speaker) === code);
      const original = unpack(head[0]!, body) ?? remembered.get(body) ?? `call_${body}`;
      return { id: original, ...(by !== undefined && { by }) };
    },
  };
}

/**
 * Lists every model named in a pattern's id, itself included: `cascade(a, router(b, c))` holds
 * `cascade(…)`, `a`, `router(b, c)`, `b` and `c`.
 */
export function speakersIn(modelId: string): string[] {
  const open = modelId.indexOf('(');
  if (open < 0 || !modelId.endsWith(')')) return [modelId];
  const inner: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = start; at < modelId.length - 1; at++) {
    if (modelId[at] === '(') depth++;
    else if (modelId[at] === ')') depth--;
    else if (modelId.startsWith(', ', at) && depth === 0) {
      inner.push(modelId.slice(start, at));
      start = at + 2;
    }
  }
  inner.push(modelId.slice(start, -1));
  return [modelId, ...inner.flatMap(speakersIn)];
}

function pack(id: string): [form: string, body: string] {
  if (/^[0-9A-Za-z]{1,24}$/.test(id)) return ['a', id];
  const prefixed = /^(call|toolu)_([0-9A-Za-z]{1,24})$/.exec(id);
  if (prefixed) return [prefixed[1] === 'call' ? 'c' : 't', prefixed[2]!];
  const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.exec(id);
  if (uuid) return ['u', fromHex(id.replaceAll('-', ''))];
  const tool = /^chatcmpl-tool-([\da-f]{32})$/.exec(id);
  return tool
    ? ['h', fromHex(tool[1]!)]
    : ['x', base62(Buffer.from(hash('sha256', id), 'hex'), 24)];
}

function unpack(form: string, body: string): string | undefined {
  if (form === 'a') return body;
  if (form === 'c') return `call_${body}`;
  if (form === 't') return `toolu_${body}`;
  if (form === 'x') return undefined;
  const hex = toHex(body);
  if (form === 'h') return `chatcmpl-tool-${hex}`;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

function speakerCode(modelId: string): string {
  return base62(Buffer.from(hash('sha256', modelId), 'hex'), 5);
}

function base62(bytes: Buffer, length: number): string {
  let text = '';
  let value = BigInt(`0x${bytes.subarray(0, 24).toString('hex')}`);
  for (; text.length < length; value /= 62n) text += alphabet[Number(value % 62n)];
  return text;
}

function fromHex(hex: string): string {
  let value = BigInt(`0x${hex}`);
  let text = '';
  for (; text.length < 22; value /= 62n) text = alphabet[Number(value % 62n)] + text;
  return text;
}

function toHex(text: string): string {
  let value = 0n;
  for (const letter of text) value = value * 62n + BigInt(alphabet.indexOf(letter));
  return value.toString(16).padStart(32, '0');
}

function remember(remembered: Map<string, string>, body: string, id: string): void {
  remembered.delete(body);
  remembered.set(body, id);
  if (remembered.size > mostRemembered) remembered.delete(remembered.keys().next().value!);
}

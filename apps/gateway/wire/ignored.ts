/** What of a request nothing here reads: it is named in the answer, never dropped in silence. */
import type * as z from 'zod';
import { fileTypes, isReadOfTool, textTypes } from './prompt-parts.ts';

// Fields that change nothing about an answer here, so that leaving them out deserves no warning.
const harmless = new Set([
  'user',
  'metadata',
  'store',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'stream_options',
  'client_metadata',
]);
const mostNamed = 20;

/** Lists the fields of a request that nothing here reads, those of its messages included. */
export function ignoredIn(body: object, { shape }: z.ZodObject): string[] {
  const fields: string[] = [];
  for (const [key, value] of Object.entries(body)) {
    const isUsual = isNothing(value) || value === 'auto' || isTextAlone(key, value);
    if (!(Object.hasOwn(shape, key) || harmless.has(key) || isUsual)) fields.push(key);
  }
  const { messages, input, tools } = body as {
    messages?: unknown;
    input?: unknown;
    tools?: unknown;
  };
  const named = new Map<string, string>();
  gather(messages, 'messages', named);
  gather(input, 'input', named);
  // Of a tool that nothing here runs its kind is named; those of responses are named elsewhere.
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    const { type } = tool as { type?: unknown };
    if (type === 'function') gather(tool, `tools[${index}]`, named);
    else if (messages && type !== 'custom') fields.push(`tools[${index}] (${type})`);
  }
  return [...fields, ...[...named.values()].slice(0, mostNamed)];
}

// What histories hold of earlier answers, and what every client sends along, is no wish.
const known = new Set([
  ...['role', 'content', 'type', 'text', 'id', 'status', 'phase', 'annotations', 'logprobs'],
  ...['tool_calls', 'tool_call_id', 'call_id', 'name', 'arguments', 'output'],
  ...['reasoning_content', 'reasoning', 'refusal', 'thinking', 'summary', 'encrypted_content'],
  ...[
    'image_url',
    'video_url',
    'url',
    'detail',
    'input_audio',
    'file',
    'file_id',
    'file_data',
    'file_url',
  ],
  ...['filename', 'data', 'format', 'function', 'parameters', 'description', 'strict', 'input'],
  ...[
    'extra_content',
    'audio',
    'index',
    'namespace',
    'tandem',
    'internal_chat_message_metadata_passthrough',
  ],
]);
const heardTypes = new Set([...textTypes, ...fileTypes]);
const saidTypes = new Set([...textTypes, 'thinking', 'reasoning']);
// Below these stands what is the client's own.
const opaque = new Set(['parameters', 'arguments', 'output', 'extra_content', 'annotations']);

function gather(value: unknown, path: string, named: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) gather(each, `${path}[${index}]`, named);
    return;
  }
  if (typeof value !== 'object' || value === null || named.has(path)) return;
  nameParts(value, path, named);
  for (const [key, inner] of Object.entries(value)) {
    if (isKnownText(key, inner)) continue;
    const place = `${path}.${key}`;
    if (isLost(value, key, path)) {
      // The same field of many messages is named once.
      const kind = place.replace(/\[\d+\]/g, '[]');
      if (!named.has(kind)) named.set(kind, place);
    } else if (!opaque.has(key)) gather(inner, place, named);
  }
}

// Most of a request, of which nothing is to be named.
function isKnownText(key: string, value: unknown): boolean {
  return typeof value === 'string' && key !== 'name' && known.has(key);
}

function nameParts(message: object, path: string, named: Map<string, string>): void {
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (!path.startsWith('messages') || !Array.isArray(content)) return;
  for (const [index, part] of content.entries()) {
    const types = role === 'assistant' ? saidTypes : heardTypes;
    const isRead = role === 'tool' ? isReadOfTool(part) : types.has(part.type);
    const at = `${path}.content[${index}]`;
    if (!isRead) named.set(at, `${at} (${part.type})`);
  }
}

function isLost(value: object, key: string, path: string): boolean {
  const { role, [key]: inner } = value as Record<string, unknown>;
  // A name tells speakers apart, which no prompt here does.
  if (key === 'name')
    return role !== undefined && role !== 'function' && path.startsWith('messages');
  return !known.has(key) && !isNothing(inner);
}

// What an answer is by itself.
function isTextAlone(key: string, value: unknown): boolean {
  return key === 'modalities' && String(value) === 'text';
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

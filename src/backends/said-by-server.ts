/** What a server says of its failure, in whichever shape it says it. */
import { jsonOrNothing } from '../algorithms/text/written/bounded-json.ts';

/** The words of a failure, with what it names. */
export interface ServerWords {
  /** All that it says, in one line; empty where it says nothing. */
  readonly message: string;
  /** Its code, such as `context_length_exceeded`. */
  readonly code?: string;
  /** The field at fault, such as `temperature`. */
  readonly param?: string;
  readonly type?: string;
}

const mostCharacters = 2000;
// A router quotes the server behind it, as a text within its own error.
const mostDepth = 6;
const nothing: ServerWords = { message: '' };

/** Reads the body of a refusal: JSON of any shape, HTML, or plain text. */
export function wordsInBody(text: string): ServerWords {
  const trimmed = text.trim();
  if (trimmed === '') return nothing;
  try {
    const said = wordsInValue(JSON.parse(trimmed));
    // Under names that nobody knows, all of it is what there is to tell.
    return said.message === '' && /\w{3}/.test(trimmed)
      ? { ...said, message: levelled(trimmed) }
      : said;
  } catch {
    const page = /^\s*<(!doctype|html|head|body|h1|center)/i.test(trimmed);
    return { message: levelled(page ? titleOf(trimmed) : withoutTags(trimmed)) };
  }
}

/** Reads what a parsed body, or an event of a stream, says. */
export function wordsInValue(value: unknown): ServerWords {
  const said = new Set<string>();
  const found: { code?: string; param?: string; type?: string } = {};
  gather(value, { said, found, depth: 0 });
  // What is part of something longer is said already.
  const all = [...said].filter(
    one => ![...said].some(other => other !== one && other.includes(one)),
  );
  return { message: levelled(all.join(' ')), ...found };
}

interface Gathering {
  readonly said: Set<string>;
  readonly found: { code?: string; param?: string; type?: string };
  readonly depth: number;
}

const wordKeys = [
  'message',
  'error_description',
  'error_message',
  'errorMessage',
  'description',
  'detail',
  'details',
  'msg',
  'title',
  'reason',
  'error',
  'errors',
  'raw',
  'metadata',
  'innererror',
  'base_resp',
  'fault',
  'status_msg',
  'Message',
  'faultstring',
];

function gather(value: unknown, { said, found, depth }: Gathering): void {
  if (typeof value === 'string') gatherText(value, { said, found, depth });
  if (typeof value !== 'object' || value === null || depth > mostDepth) return;
  if (Array.isArray(value)) {
    for (const each of value.slice(0, 10)) gather(each, { said, found, depth: depth + 1 });
    return;
  }
  const record = value as Record<string, unknown>;
  noteNames(record, found);
  if (Array.isArray(record.loc) && typeof record.msg === 'string') {
    said.add(`${record.loc.join('.')}: ${record.msg}`);
    return;
  }
  for (const key of wordKeys) gather(record[key], { said, found, depth: depth + 1 });
  // ASP.NET names what is wrong by field.
  const { errors } = record;
  if (typeof errors === 'object' && errors !== null && !Array.isArray(errors))
    gather(Object.values(errors), { said, found, depth: depth + 1 });
}

function gatherText(text: string, { said, found, depth }: Gathering): void {
  // A server behind a server may be quoted whole.
  const inner = depth <= mostDepth && text.startsWith('{') ? jsonOrNothing(text) : undefined;
  if (inner !== undefined) gather(inner, { said, found, depth: depth + 1 });
  else if (text.trim() !== '') said.add(text.trim());
}

// The outermost names count; FastAPI names a field by its path.
function noteNames(record: Record<string, unknown>, found: Gathering['found']): void {
  const { code, param, type, loc } = record;
  if (found.code === undefined && (typeof code === 'string' || typeof code === 'number'))
    found.code = String(code);
  if (found.param === undefined && typeof param === 'string') found.param = param;
  if (found.type === undefined && typeof type === 'string') found.type = type;
  if (found.param === undefined && Array.isArray(loc) && loc[0] === 'body' && loc.length > 1)
    found.param = loc.slice(1).join('.');
}

function titleOf(page: string): string {
  const start = page.slice(0, 20_000);
  const title = /<title[^<>]*>([^<]*)/i.exec(start)?.[1]?.trim();
  const heading = /<h1[^<>]*>([^<]*)/i.exec(start)?.[1]?.trim();
  return title || heading || 'a page of HTML';
}

function withoutTags(text: string): string {
  return text.startsWith('<?xml') ? text.slice(0, 20_000).replaceAll(/<[^<>]*>/g, ' ') : text;
}

function levelled(text: string): string {
  return text
    .slice(0, 4 * mostCharacters)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, mostCharacters);
}

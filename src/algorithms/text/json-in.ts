import { jsonOrNothing } from './written/bounded-json.ts';
import { jsonWriter } from './written/json-writer.ts';
import { withoutThinking } from './written/thinking.ts';

/** JSON that was found in a text. */
export interface FoundJson {
  readonly value: unknown;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
}

// So many places of a text are looked at: the work stays linear whatever the text is.
const mostStarts = 48;

/**
 * Reads the JSON in a model's text: bare, or the first whole object or list in it, behind thinking,
 * a preface or in a code fence, also where it is written loosely (single quotes, Python's words,
 * trailing commas). `undefined` if there is none, or none that `isWanted`.
 */
export function jsonIn(text: string, isWanted: (value: unknown) => boolean = () => true): unknown {
  const plain = jsonOrNothing(text);
  if (plain !== undefined && isWanted(plain)) return plain;
  const said = withoutThinking(text);
  const whole = wholeIn(said);
  if (whole !== undefined && isWanted(whole)) return whole;
  let budget = 4 * said.length + 4096;
  for (let at = 0, tries = 0; tries < mostStarts && budget > 0; tries++) {
    const start = nextStart(said, at);
    if (start < 0) break;
    const { found, read } = tryFrom(said, start);
    budget -= read;
    if (found && isWorth(found.value) && isWanted(found.value)) return found.value;
    at = found && !Array.isArray(found.value) ? found.end : start + 1;
  }
  // What is not as wanted is still what was written.
  return whole;
}

/** Tells whether a text is JSON as it stands, with nothing around it. */
export function isJson(text: string): boolean {
  return jsonOrNothing(text) !== undefined;
}

/** Reads a text that is JSON and nothing else, but for thinking and a code fence around it. */
export function jsonOf(text: string): unknown {
  return jsonOrNothing(text) ?? wholeIn(withoutThinking(text));
}

function wholeIn(text: string): unknown {
  const bare = text.trim();
  const whole = jsonOrNothing(bare);
  if (whole !== undefined) return whole;
  const said = unfenced(bare);
  const found = /^[{[]/.test(said) ? tryFrom(said, 0).found : undefined;
  return found && found.end === said.length ? found.value : jsonOrNothing(said);
}

/** Reads the object or list that begins at a place of a text; `undefined` if it is not whole. */
export function jsonFrom(text: string, start: number): FoundJson | undefined {
  return tryFrom(text, start).found;
}

function nextStart(text: string, from: number): number {
  const starts = /[{[]/g;
  starts.lastIndex = from;
  return starts.exec(text)?.index ?? -1;
}

function tryFrom(text: string, start: number): { found: FoundJson | undefined; read: number } {
  const writer = jsonWriter();
  let clean = '';
  for (let at = start; at < text.length && writer.state === 'open'; at += pieceLength)
    clean += writer.add(text.slice(at, at + pieceLength));
  const { state, read } = writer;
  const value = state === 'done' ? jsonOrNothing(clean) : undefined;
  return { found: value === undefined ? undefined : { value, start, end: start + read }, read };
}

const pieceLength = 4096;

// A footnote such as [1], or an empty pair of brackets, is no answer in a text.
function isWorth(value: unknown): boolean {
  if (!Array.isArray(value)) return Object.keys(value as object).length > 0;
  return value.length > 1 || (value.length === 1 && typeof value[0] !== 'number');
}

function unfenced(text: string): string {
  const opened = /^```\w{0,16}\s*/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(opened);
  return rest.endsWith('```') ? rest.slice(0, -3).trimEnd() : rest;
}

import { jsonFrom } from '../json-in.ts';
import { jsonOrNothing } from './bounded-json.ts';

/** A tool call as a model wrote it: nothing of it has been checked. */
export interface RawCall {
  readonly name: string;
  /** The input; a text where it is no JSON. */
  readonly input: unknown;
  /** Whether it says both a name and an input: else it may be any object. */
  readonly isPlain: boolean;
}

const nameKeys = [
  'name',
  'tool',
  'tool_name',
  'function',
  'function_name',
  'action',
  'recipient_name',
];
const inputKeys = [
  'arguments',
  'parameters',
  'input',
  'tool_input',
  'args',
  'params',
  'action_input',
  'function_arguments',
  'tool_arguments',
];

/** Reads what may be a call, or a list of calls; none where it is something else. */
export function callsOf(value: unknown, tools: ReadonlySet<string>): RawCall[] {
  if (Array.isArray(value)) {
    const each = value.map(item => (isRecord(item) ? callsOf(item, tools) : []));
    return each.every(calls => calls.length > 0) ? each.flat() : [];
  }
  if (!isRecord(value)) return [];
  const several = value.tool_calls ?? value.tool_uses;
  const one = value.tool_call ?? value.tool_use;
  if (Array.isArray(several)) return callsOf(several, tools);
  if (isRecord(one)) return callsOf(one, tools);
  const called = value.function;
  if (isRecord(called)) return callsOf(called, tools);
  const call = callIn(value, tools);
  return call ? [call] : wrappedCalls(value, tools);
}

// What holds nothing but calls of tools that there are, beside words.
function wrappedCalls(value: Record<string, unknown>, tools: ReadonlySet<string>): RawCall[] {
  const held = Object.values(value).filter(each => typeof each === 'object' && each !== null);
  const calls = held.length === 1 ? callsOf(held[0], tools) : [];
  return calls.every(({ isPlain, name }) => isPlain && tools.has(name)) ? calls : [];
}

function callIn(value: Record<string, unknown>, tools: ReadonlySet<string>): RawCall | undefined {
  const nameKey =
    nameKeys.find(key => typeof value[key] === 'string') ??
    Object.keys(value).find(key => typeof value[key] === 'string' && tools.has(value[key]));
  const name =
    nameKey &&
    String(value[nameKey])
      .trim()
      .replace(/^functions?\./, '');
  if (nameKey && name) {
    const inputKey =
      inputKeys.find(key => Object.hasOwn(value, key) && key !== nameKey) ??
      (tools.has(name) && Object.keys(value).find(key => isRecord(value[key])));
    if (inputKey) return { name, input: inputOf(value[inputKey]), isPlain: true };
    if (!tools.has(name)) return undefined;
    const { [nameKey]: _name, type: _type, id: _id, ...rest } = value;
    return { name, input: rest, isPlain: false };
  }
  const [only, ...others] = Object.entries(value);
  const isNamed = only && others.length === 0 && tools.has(only[0]) && isRecord(only[1]);
  return isNamed ? { name: only[0], input: only[1], isPlain: false } : undefined;
}

/** Reads an input that may be JSON in a text, once or twice over. */
export function inputOf(given: unknown): unknown {
  let value = given;
  for (let layer = 0; layer < 3 && typeof value === 'string'; layer++) {
    const text = value.trim();
    if (text === '' || text === 'null') return {};
    const inner = text.startsWith('"') ? jsonOrNothing(text) : jsonFrom(text, 0)?.value;
    if (inner === undefined) return given;
    value = inner;
  }
  return value ?? {};
}

/** A call in the words of a program, such as `weather(city="Oslo")`, and where it ends. */
export interface ProgramCall {
  readonly name: string;
  /** By name, or by place where no names are given. */
  readonly input: unknown;
  readonly end: number;
}

const called = /(?:([A-Za-z_]\w{0,64})\.)?([A-Za-z_][\w-]{0,64})\(/y;

/** Reads a call in the words of a program that begins at a place. */
export function programCall(text: string, at: number): ProgramCall | undefined {
  called.lastIndex = at;
  const head = called.exec(text);
  if (!head) return undefined;
  const [whole, owner, last = ''] = head;
  const name = last === 'call' && owner ? owner : last;
  const from = at + whole.length;
  if (name === 'print') {
    const inner = programCall(text, from);
    return inner && text[inner.end] === ')' ? { ...inner, end: inner.end + 1 } : undefined;
  }
  const { named, end } = listAt(text, from);
  if (end < 0) return undefined;
  const bare = text.slice(from, end).trim();
  const input = inputIn(bare, named);
  return input === undefined ? undefined : { name, input, end: end + 1 };
}

function inputIn(bare: string, named: string): unknown {
  if (bare === '') return {};
  const object = bare.startsWith('{') ? jsonFrom(bare, 0) : undefined;
  if (object && object.end === bare.length) return object.value;
  return jsonFrom(`{${named}}`, 0)?.value ?? jsonFrom(`[${bare}]`, 0)?.value;
}

// Quoted texts, and single signs outside them.
const piece = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()[\]{}=]|[^"'()[\]{}=]+|["']/gsy;

// Finds the end of a list of arguments; `named` is the same with `:` for `=`.
function listAt(text: string, from: number): { named: string; end: number } {
  let depth = 0;
  let named = '';
  piece.lastIndex = from;
  for (let found = piece.exec(text); found; found = piece.exec(text)) {
    const [part] = found;
    if (part === ')' && depth === 0) return { named, end: found.index };
    if (part === '(' || part === '[' || part === '{') depth++;
    if (part === ')' || part === ']' || part === '}') depth--;
    named += part === '=' && depth === 0 ? ':' : part;
  }
  return { named, end: -1 };
}

const parameter = new RegExp(
  String.raw`<param(?:eter)?(?:=| name=)"?([\w.-]{1,64})"?>([\s\S]*?)` +
    String.raw`(?=<\/param(?:eter)?>|<param(?:eter)?[= ]|<\/function>|$)`,
  'g',
);
const keyed = /<arg_key>([^<]{1,64})<\/arg_key>\s{0,8}<arg_value>([\s\S]*?)(?=<\/arg_value>|$)/g;

/** Reads an input that is written as marks, one for each key. */
export function markedInput(body: string): Record<string, unknown> | undefined {
  const pairs = [...body.matchAll(parameter), ...body.matchAll(keyed)];
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(pairs.map(([, key = '', text = '']) => [key.trim(), valueIn(text)]));
}

function valueIn(text: string): unknown {
  const bare = text.replace(/^\n|\n$/g, '');
  return /^\s*[[{]/.test(bare) ? (jsonFrom(bare.trim(), 0)?.value ?? bare) : bare;
}

/** Tells whether a value is an object of JSON. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

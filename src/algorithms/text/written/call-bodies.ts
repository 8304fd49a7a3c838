import { jsonFrom } from '../json-in.ts';
import { callsOf, inputOf, markedInput, programCall, type RawCall } from './call-shapes.ts';

/** Calls that stand at a place of a text, and where they end. */
export interface CallsAt {
  readonly calls: readonly RawCall[];
  readonly end: number;
}

const mostCalls = 32;
const between = /(?:\s|[,;]|<\/?[\w|｜▁]{1,32}>){0,64}/y;

/**
 * Reads the calls that begin at a place, one behind the other: JSON, the words of a program, a name
 * before its input, or marks. None where something else stands there.
 */
export function callsFrom(text: string, from: number, tools: ReadonlySet<string>): CallsAt {
  const calls: RawCall[] = [];
  let end = from;
  for (let at = skip(text, from); calls.length < mostCalls; at = skip(text, end)) {
    const found = tagOfTool(text, end, tools) ?? callsAt(text, at, tools);
    if (!found || found.calls.length === 0) break;
    calls.push(...found.calls);
    end = found.end;
  }
  return { calls, end };
}

function skip(text: string, from: number): number {
  between.lastIndex = from;
  return from + (between.exec(text)?.[0].length ?? 0);
}

function callsAt(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  const first = text[at];
  if (first === '{' || first === '[') {
    // A brace too many in front leaves the object behind it whole.
    const found = jsonFrom(text, at) ?? (text[at + 1] === '{' ? jsonFrom(text, at + 1) : undefined);
    if (found) return { calls: callsOf(found.value, tools), end: found.end };
    return first === '[' && isProgramList(text, at) ? programList(text, at, tools) : undefined;
  }
  return (
    markedAt(text, at) ??
    escapedAt(text, at) ??
    actionAt(text, at, tools) ??
    listedAt(text, at, tools) ??
    namedAt(text, at) ??
    programAt(text, at, tools) ??
    keyedAt(text, at)
  );
}

const escaped = /call:([\w.-]{1,64})(?=\{)/y;

// `call:name{key:<escape>text<escape>}`, as a small Gemma writes it; a larger one `<|"|>`.
function escapedAt(text: string, at: number): CallsAt | undefined {
  escaped.lastIndex = at;
  const head = escaped.exec(text);
  if (!head) return undefined;
  const from = at + head[0].length;
  const close = text.slice(from).search(/<end_function_call>|<tool_call\|>/);
  const end = close < 0 ? text.length : from + close;
  const body = text
    .slice(from, end)
    .split(/<escape>|<\|"\|>/)
    .map((each, index) => (index % 2 === 1 ? JSON.stringify(each) : each))
    .join('');
  const input = jsonFrom(body, 0)?.value ?? body;
  return { calls: [{ name: head[1] ?? '', input, isPlain: true }], end };
}

const action = new RegExp(
  String.raw`(?:Action|Tool|✿FUNCTION✿):\*{0,2}[ \t]{0,8}([\w.-]{1,64})[ \t]{0,8}\n\s{0,16}` +
    String.raw`\*{0,2}(?:(?:Action )?Input|Arguments|✿ARGS✿):\*{0,2}\s{0,16}`,
  'y',
);
const acting =
  /(?:Action|Tool):\*{0,2}[ \t]{0,8}(?:`{3}\w{0,16}\s{0,8})?(?=[{[]|[A-Za-z_][\w.-]{0,64}[({[])/y;
const bracketed = /([A-Za-z_][\w.-]{0,64})\[([^\]\n]{0,400})\]/y;

// The two lines of an agent that reasons and acts. What it goes on to observe is made up.
function actionAt(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  action.lastIndex = at;
  const head = action.exec(text);
  if (!head) return actedAt(text, at, tools);
  const from = at + head[0].length;
  const observed = text.indexOf('\nObservation', from);
  const body = text.slice(from, observed < 0 ? text.length : observed).trim();
  const found = /^[{[]/.test(body) ? jsonFrom(body, 0) : undefined;
  const end = observed < 0 && found ? text.indexOf(body, from) + found.end : text.length;
  return { calls: [{ name: head[1] ?? '', input: found?.value ?? body, isPlain: true }], end };
}

// An action in one line: JSON, the words of a program, or `name[text]`.
function actedAt(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  acting.lastIndex = at;
  const from = at + (acting.exec(text)?.[0].length ?? 0);
  if (from === at) return undefined;
  bracketed.lastIndex = from;
  const found = bracketed.exec(text);
  if (!found) return callsAt(text, from, tools);
  const [whole, name = '', input = ''] = found;
  return { calls: [{ name, input: [input], isPlain: true }], end: from + whole.length };
}

const listing = new RegExp(
  String.raw`(?:name|tool|function|action):[ \t]{1,8}["']?([\w.-]{1,64})["']?[ \t]{0,8}\n` +
    String.raw`(?:arguments|parameters|input|args|action_input):[ \t]{0,8}\n` +
    String.raw`((?:[ \t]{1,16}[\w-]{1,64}:[^\n]{0,2000}(?:\n|$)){1,32})`,
  'y',
);

// A call as a list of keys, one to a line.
function listedAt(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  listing.lastIndex = at;
  const [whole = '', name = '', body = ''] = listing.exec(text) ?? [];
  if (!tools.has(name)) return undefined;
  const input = body
    .trim()
    .split('\n')
    .map(line => [line.slice(0, line.indexOf(':')).trim(), bare(line)]);
  const calls = [{ name, input: Object.fromEntries(input), isPlain: true }];
  return { calls, end: at + whole.length };
}

function bare(line: string): string {
  const value = line.slice(line.indexOf(':') + 1).trim();
  const isQuoted = value.length > 1 && /["']/.test(value[0]!) && value.endsWith(value[0]!);
  return isQuoted ? value.slice(1, -1) : value;
}

const ownTag =
  /\s{0,64}<([A-Za-z_][\w.-]{0,64})((?:\s{1,8}[\w-]{1,64}="[^"]{0,2000}"){0,32})\s{0,8}(\/?)>/y;
const attribute = /([\w-]{1,64})="([^"]*)"/g;
const opened = /<([\w.-]{1,64})>/g;

// Texts within tags, one behind the other.
function childrenOf(body: string): [key: string, value: string][] {
  const children: [string, string][] = [];
  opened.lastIndex = 0;
  for (let found = opened.exec(body); found; found = opened.exec(body)) {
    const [whole, key = ''] = found;
    const from = found.index + whole.length;
    const close = body.indexOf(`</${key}>`, from);
    if (close < 0) break;
    children.push([key, body.slice(from, close).trim()]);
    opened.lastIndex = close + key.length + 3;
  }
  return children;
}

// A tag with the name of a tool: its input are its attributes, its children or the JSON in it.
function tagOfTool(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  ownTag.lastIndex = at;
  const [whole = '', name = '', attributes = '', isEmpty] = ownTag.exec(text) ?? [];
  if (!tools.has(name)) return undefined;
  const from = at + whole.length;
  const close = isEmpty ? from : text.indexOf(`</${name}>`, from);
  if (close < 0) return undefined;
  const body = text.slice(from, close).trim();
  const told = [...attributes.matchAll(attribute)].map(([, key = '', value = '']) => [key, value]);
  const pairs = [...told, ...childrenOf(body)];
  const given = Object.fromEntries(pairs);
  const input = body.startsWith('{') ? jsonFrom(body, 0)?.value : given;
  const isSaid = pairs.length === 0 && body !== '' && !body.startsWith('{');
  if (input === undefined || isSaid) return undefined;
  const end = isEmpty ? close : close + name.length + 3;
  return { calls: [{ name, input, isPlain: true }], end };
}

const marked = new RegExp(
  String.raw`<([\w:.-]{0,24}?(?:tool|func|call)[\w:.-]{0,24}|invoke)(?:=|\s{1,8}name=)` +
    String.raw`"?([\w.-]{1,64})"?\s?>`,
  'iy',
);

// `<function=name>` with JSON or with parameters inside.
function markedAt(text: string, at: number): CallsAt | undefined {
  marked.lastIndex = at;
  const head = marked.exec(text);
  if (!head) return undefined;
  const from = at + head[0].length;
  const close = `</${head[1]}>`;
  const closed = text.indexOf(close, from);
  const body = text.slice(from, closed < 0 ? text.length : closed);
  const bare = body.trim();
  const json = /^[{[]/.test(bare) ? jsonFrom(bare, 0)?.value : undefined;
  const input = json ?? markedInput(body) ?? (bare === '' ? {} : bare);
  const end = closed < 0 ? text.length : closed + close.length;
  return { calls: [{ name: head[2] ?? '', input, isPlain: true }], end };
}

const named = new RegExp(
  String.raw`(?:functions?\.)?([A-Za-z_][\w.-]{0,64})(?::\d{1,4})?` +
    String.raw`(?:\[ARGS\]|\[CALL_ID\][\w-]{0,32}\[ARGS\]|<\|tool_call_argument_begin\|>` +
    String.raw`|(?:<｜tool▁sep｜>)?(?::|\s{1,4}with)?\s{0,4}(?:\x60{3}json\s{0,4})?` +
    String.raw`|\s{0,4}</[\w:]{1,24}>\s{0,8}<[\w:]{1,24}>\s{0,8})` +
    String.raw`(?=\{)`,
  'y',
);

// A name before its input, as in Mistral's `[TOOL_CALLS]name{…}`.
function namedAt(text: string, at: number): CallsAt | undefined {
  named.lastIndex = at;
  const head = named.exec(text);
  if (!head) return undefined;
  const found = jsonFrom(text, at + head[0].length);
  const name = head[1] ?? '';
  if (found) return { calls: [{ name, input: found.value, isPlain: true }], end: found.end };
  const rest = text.slice(at + head[0].length);
  return { calls: [{ name, input: rest, isPlain: true }], end: text.length };
}

function programAt(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  const found = programCall(text, at);
  if (!found) return undefined;
  const isPlain = tools.has(found.name);
  return { calls: [{ name: found.name, input: found.input, isPlain }], end: found.end };
}

const listed = /\[\s{0,8}(?:[A-Za-z_]\w{0,64}\.)?[A-Za-z_][\w-]{0,64}\(/y;

function isProgramList(text: string, at: number): boolean {
  listed.lastIndex = at;
  return listed.test(text);
}

function programList(text: string, at: number, tools: ReadonlySet<string>): CallsAt | undefined {
  const { calls, end } = callsFrom(text, at + 1, tools);
  const close = skip(text, end);
  return calls.length > 0 && text[close] === ']' ? { calls, end: close + 1 } : undefined;
}

const keyed = /([A-Za-z_][\w.-]{0,64})\s{0,8}(?=<arg_key>)/y;

function keyedAt(text: string, at: number): CallsAt | undefined {
  keyed.lastIndex = at;
  const head = keyed.exec(text);
  if (!head) return undefined;
  const closed = text.indexOf('</tool_call>', at);
  const end = closed < 0 ? text.length : closed;
  const input = markedInput(text.slice(at, end)) ?? {};
  return { calls: [{ name: head[1] ?? '', input, isPlain: true }], end };
}

const nameIn = /["']?(?:name|tool|function)["']?\s{0,8}[:=]\s{0,8}["']?([\w.-]{1,64})/;

/** Reads what was to be a call and is none: its name, where one is told, and all of it as input. */
export function brokenCall(text: string, tools: ReadonlySet<string>): RawCall {
  const told = nameIn.exec(text.slice(0, 400))?.[1];
  const mentioned = [...tools].find(name => text.includes(name));
  return { name: told ?? mentioned ?? 'unknown', input: inputOf(text.trim()), isPlain: true };
}

import { jsonFrom } from '../json-in.ts';
import { callsOf, inputOf, markedInput, programCall, type RawCall } from './call-shapes.ts';

/** Calls that stand at a place of a text, and where they end. */
export interface CallsAt {
  readonly calls: readonly RawCall[];
  readonly end: number;
}

const mostCalls = 32;
const between = /(?:\s|[,;]|<\/?[\w|]{1,32}>){0,64}/y;

/**
 * Reads the calls that begin at a place, one behind the other: JSON, the words of a program, a name
 * before its input, or marks. None where something else stands there.
 */
export function callsFrom(text: string, from: number, tools: ReadonlySet<string>): CallsAt {
  const calls: RawCall[] = [];
  let end = from;
  for (let at = skip(text, from); calls.length < mostCalls; at = skip(text, end)) {
    const found = callsAt(text, at, tools);
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
    actionAt(text, at) ??
    namedAt(text, at) ??
    programAt(text, at, tools) ??
    keyedAt(text, at)
  );
}

const escaped = /call:([\w.-]{1,64})(?=\{)/y;

// `call:name{key:<escape>text<escape>}`, as a small Gemma writes it.
function escapedAt(text: string, at: number): CallsAt | undefined {
  escaped.lastIndex = at;
  const head = escaped.exec(text);
  if (!head) return undefined;
  const from = at + head[0].length;
  const close = text.indexOf('<end_function_call>', from);
  const end = close < 0 ? text.length : close;
  const body = text
    .slice(from, end)
    .replace(/<escape>([^<]*)<escape>/g, (_, said: string) => JSON.stringify(said));
  const input = jsonFrom(body, 0)?.value ?? body;
  return { calls: [{ name: head[1] ?? '', input, isPlain: true }], end };
}

const action = new RegExp(
  String.raw`(?:Action|Tool|✿FUNCTION✿):[ \t]{0,8}([\w.-]{1,64})[ \t]{0,8}\n\s{0,16}` +
    String.raw`(?:(?:Action )?Input|Arguments|✿ARGS✿):\s{0,16}`,
  'y',
);

// The two lines of an agent that reasons and acts. What it goes on to observe is made up.
function actionAt(text: string, at: number): CallsAt | undefined {
  action.lastIndex = at;
  const head = action.exec(text);
  if (!head) return undefined;
  const from = at + head[0].length;
  const observed = text.indexOf('\nObservation', from);
  const body = text.slice(from, observed < 0 ? text.length : observed).trim();
  const found = /^[{[]/.test(body) ? jsonFrom(body, 0) : undefined;
  const end = observed < 0 && found ? text.indexOf(body, from) + found.end : text.length;
  return { calls: [{ name: head[1] ?? '', input: found?.value ?? body, isPlain: true }], end };
}

const marked = /<(?:function|invoke)(?:=| name=)"?([\w.-]{1,64})"?>/y;

// `<function=name>` with JSON or with parameters inside.
function markedAt(text: string, at: number): CallsAt | undefined {
  marked.lastIndex = at;
  const head = marked.exec(text);
  if (!head) return undefined;
  const from = at + head[0].length;
  const close = /<\/(?:function|invoke)>/g;
  close.lastIndex = from;
  const closed = close.exec(text);
  const body = text.slice(from, closed?.index ?? text.length);
  const bare = body.trim();
  const json = /^[{[]/.test(bare) ? jsonFrom(bare, 0)?.value : undefined;
  const input = json ?? markedInput(body) ?? (bare === '' ? {} : bare);
  const end = closed ? closed.index + closed[0].length : text.length;
  return { calls: [{ name: head[1] ?? '', input, isPlain: true }], end };
}

const named = new RegExp(
  String.raw`(?:functions?\.)?([A-Za-z_][\w.-]{0,64})(?::\d{1,4})?` +
    String.raw`(?:\[ARGS\]|\[CALL_ID\][\w-]{0,32}\[ARGS\]|<\|tool_call_argument_begin\|>` +
    String.raw`|(?:<｜tool▁sep｜>)?\s{0,4}(?:\x60{3}json\s{0,4})?)` +
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

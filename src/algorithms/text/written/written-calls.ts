import { jsonFrom } from '../json-in.ts';
import { brokenCall, callsFrom } from './call-bodies.ts';
import { callBracket, callLabel, callTag, withoutNamespaces } from './call-marks.ts';
import { callsOf, inputOf, isRecord, type RawCall } from './call-shapes.ts';
import { fitted } from './fits.ts';

/** A tool that may be called. */
export interface CallableTool {
  readonly name: string;
  readonly inputSchema: unknown;
}

/** What a text calls. */
export interface WrittenCalls {
  /** What was said before the calls. */
  readonly before: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** Whether a call names no tool that there is, or its input does not fit the tool. */
  readonly isFaulty: boolean;
}

interface CallCandidate {
  readonly start: number;
  readonly end: number;
  readonly calls: readonly RawCall[];
  /** By marks that stand for calls and nothing else. */
  readonly isMarked: boolean;
}

// Marks that a call begins with, bounded in length each.
const marks = new RegExp(
  [
    '<｜tool▁calls?▁begin｜>(?:<｜tool▁call▁begin｜>)?(?:function<｜tool▁sep｜>)?',
    callTag,
    callBracket,
    String.raw`\bfunctools(?=\[)`,
    '```',
    String.raw`(?:^|\n)[ \t]{0,8}(?=[{[])`,
    String.raw`^\s{0,64}(?:[@/]|>{3})?(?=[A-Za-z_][\w.]{0,64}(?::| with)?\s?[({<])`,
    String.raw`(?:^|\n)[ \t*]{0,8}(?=(?:Action|Tool|✿FUNCTION✿):)`,
    callLabel,
    String.raw`(?<=^[^\n{]{1,60}[.!:]) (?=\{["'])`,
    String.raw`(?:^|\n)[ \t]{0,8}(?!${callTag})(?=<[A-Za-z_][\w.-]{0,64}[\s/>])`,
    String.raw`(?:^|\n)(?=(?:name|tool|function|action):[ \t])`,
    String.raw`^\s{0,16}(?=(?:Action|tool_code|TOOL_CALL)\b)`,
  ].join('|'),
  'g',
);
const mostMarks = 24;
const fenceHead = /(\w{0,16})[ \t]{0,8}\n?/y;
const callFences = new Set([
  '',
  'json',
  'xml',
  'python',
  'py',
  'text',
  'js',
  'javascript',
  'ts',
  'typescript',
  'yaml',
]);

/**
 * Reads the tool calls that a model wrote as text. `undefined` where a text calls nothing: it says
 * something, shows an example, or merely mentions JSON.
 */
export function writtenCalls(
  written: string,
  tools: readonly CallableTool[],
): WrittenCalls | undefined {
  const text = withoutNamespaces(written);
  const names = new Set(tools.map(({ name }) => name));
  const found = candidatesIn(text, names);
  const [first] = found;
  const last = found.at(-1);
  if (!first || !last) return cutCall(text, tools);
  const before = text.slice(0, first.start).trim();
  const after = text.slice(last.end).trim();
  const isMarked = found.every(each => each.isMarked);
  const read = found.flatMap(each => each.calls).map(call => checked(call, tools));
  const isFaulty = read.some(call => call.fault);
  const isMeant = isCalling({
    before,
    after,
    isMarked,
    isFaulty,
    hasTool: read.some(call => call.isKnown),
  });
  if (!isMeant || found.some(each => each.calls.length === 0)) return undefined;
  return { before, calls: read.map(({ name, input }) => ({ name, input })), isFaulty };
}

const showing = new RegExp(
  String.raw`\b(?:example|e\.g\.|for instance|looks? like|would (?:look|be|write)|documentation` +
    String.raw`|syntax|format|is written|schema)\b`,
  'i',
);
const longestTail = 600;

function isCalling(about: {
  before: string;
  after: string;
  isMarked: boolean;
  isFaulty: boolean;
  hasTool: boolean;
}): boolean {
  const { before, after, isMarked, isFaulty, hasTool } = about;
  if (showing.test(before) || showing.test(after.slice(0, longestTail))) return false;
  if (/[`"'“(]$/.test(before)) return false;
  if (isMarked) return after === '' || before === '' || !isFaulty;
  // What is no call of a tool that there is may be anything, unless it stands alone.
  if (isFaulty) return after === '' && (before === '' || hasTool);
  return after === '' || (before === '' && after.length <= longestTail);
}

function checked(call: RawCall, tools: readonly CallableTool[]) {
  const tool = tools.find(({ name }) => name === call.name) ?? nearName(call.name, tools);
  const given = placed(inputOf(call.input), tool);
  const fits = tool && isRecord(given) ? fitted(tool.inputSchema, given) : undefined;
  return {
    name: tool?.name ?? call.name,
    input: fits ? fits.value : given,
    fault: fits === undefined,
    isKnown: tool !== undefined,
  };
}

// `functions.weather` and `weather_tool` are not told apart by models as by programs.
function nearName(name: string, tools: readonly CallableTool[]): CallableTool | undefined {
  const plain = (each: string) => each.toLowerCase().replace(/[-_.\s]/g, '');
  const bare = plain(name.replace(/^(?:functions?|tools?|default_api)\./, ''));
  const near = tools.filter(tool => plain(tool.name) === bare);
  return near.length === 1 ? near[0] : undefined;
}

// Inputs by place get the names that the schema has, in its order.
function placed(input: unknown, tool: CallableTool | undefined): unknown {
  if (!Array.isArray(input) || !tool || input.some(isRecord)) return input;
  const { properties } = (tool.inputSchema ?? {}) as { properties?: unknown };
  const keys = isRecord(properties) ? Object.keys(properties) : [];
  if (input.length === 0 || input.length > keys.length) return input;
  return Object.fromEntries(input.map((value, index) => [keys[index], value]));
}

function candidatesIn(text: string, names: ReadonlySet<string>): CallCandidate[] {
  const found: CallCandidate[] = [];
  marks.lastIndex = 0;
  for (let looked = 0; looked < mostMarks; looked++) {
    const mark = marks.exec(text);
    if (!mark) break;
    const end = mark.index + mark[0].length;
    const candidate =
      mark[0] === '```' ? fenced(text, mark.index, names) : markedOrBare(text, mark, names);
    if (candidate) found.push(candidate);
    marks.lastIndex = Math.max(
      candidate?.end ?? 0,
      mark[0] === '```' ? fenceEnd(text, end) : end,
      mark.index + 1,
    );
  }
  return found;
}

function fenceEnd(text: string, from: number): number {
  const close = text.indexOf('```', from);
  return close < 0 ? text.length : close + 3;
}

function fenced(
  text: string,
  start: number,
  names: ReadonlySet<string>,
): CallCandidate | undefined {
  fenceHead.lastIndex = start + 3;
  const head = fenceHead.exec(text);
  const language = head?.[1]?.toLowerCase() ?? '';
  const isMarked = /^(?:tool|func|call)/.test(language);
  if (!isMarked && !callFences.has(language)) return undefined;
  const from = start + 3 + (head?.[0].length ?? 0);
  const close = text.indexOf('```', from);
  const body = text.slice(from, close < 0 ? text.length : close);
  const end = close < 0 ? text.length : close + 3;
  const offset = innerMark(body);
  const { calls, end: until } = callsFrom(body, offset, names);
  const isWhole = /^\s*(?:;\s*)?(?:(?:print|console\.log)\(\w{1,32}\);?\s*)?$/.test(
    body.slice(until).replace(/<\/?[\w|]{1,32}>/g, ''),
  );
  if (calls.length > 0 && isWhole && (isMarked || calls.every(isClear)))
    return { start, end, calls, isMarked };
  return isMarked && body.trim() !== ''
    ? { start, end, calls: [brokenCall(body, names)], isMarked }
    : undefined;
}

function isClear({ isPlain, name }: RawCall): boolean {
  return isPlain && name !== '';
}

const leadMark = new RegExp(
  String.raw`^\s{0,64}(?:<\/?[\w|]{1,32}>|\[TOOL_CALLS?\]|functools` +
    String.raw`|(?:(?:const|let|var)\s)?\w{1,32}\s?=(?:\sawait)?|await)?\s{0,64}`,
);

function innerMark(body: string): number {
  return leadMark.exec(body)?.[0].length ?? 0;
}

function markedOrBare(
  text: string,
  mark: RegExpExecArray,
  names: ReadonlySet<string>,
): CallCandidate | undefined {
  const isMark = /^(?:[<[]|functools)/.test(mark[0]);
  const start = mark.index;
  if (isMark && text[start - 1] === '`') return undefined;
  const from = mark[0].endsWith('=') ? start : start + mark[0].length;
  const { calls, end } = callsFrom(text, inside(text, from), names);
  if (calls.length > 0) {
    const isSure = isMark || calls.every(call => isClear(call) || names.has(call.name));
    const isBareWord = !isMark && !/[{[]/.test(text[from] ?? '');
    if (!isSure || (isBareWord && !calls.every(call => names.has(call.name)))) return undefined;
    return { start, end: closedEnd(text, end), calls, isMarked: isMark };
  }
  return isMark ? broken(text, start, from, names) : undefined;
}

// ```` ```json ```` within `<tool_call>`, and the word before a call.
const wrapped = /\s{0,64}(?:```\w{0,16}\s{0,8})?/y;

function inside(text: string, from: number): number {
  wrapped.lastIndex = from;
  return from + (wrapped.exec(text)?.[0].length ?? 0);
}

const closers = new RegExp(
  String.raw`(?:\s|\x60{3}|<\/?(?:tool|func|TOOL|FUNC|invoke|end_func)\w{0,13}>` +
    String.raw`|<\|?[\w-]{1,40}\|>|<｜[^｜]{1,40}｜>|[\])}])*`,
  'y',
);

function closedEnd(text: string, end: number): number {
  closers.lastIndex = end;
  return end + (closers.exec(text)?.[0].length ?? 0);
}

// A mark without a call behind it is an attempt if something like one follows.
function broken(
  text: string,
  start: number,
  from: number,
  names: ReadonlySet<string>,
): CallCandidate | undefined {
  const close = new RegExp(
    '</(?:tool_calls?|toolcall|TOOLCALL|tools|FUNCTIONS|function_calls?|tool_use|function' +
      '|invoke)>',
    'g',
  );
  close.lastIndex = from;
  const closed = close.exec(text);
  const body = text.slice(from, closed?.index ?? text.length).trim();
  const isAttempt = /^[{["'A-Za-z_`]/.test(body) && (/[{(=:]/.test(body) || closed !== null);
  if (!isAttempt) return undefined;
  const end = closed ? closed.index + closed[0].length : text.length;
  // The last brace is what small models forget.
  const mended = callsOf(jsonFrom(`${body}}`, 0)?.value, names);
  const named = { name: body, input: {}, isPlain: true };
  const calls = mended.length > 0 ? mended : [names.has(body) ? named : brokenCall(body, names)];
  return { start, end, calls, isMarked: true };
}

const cutHead = new RegExp(
  String.raw`^\s*(?:\x60{3}\w{0,16}\s{0,8})?[{[\s]{1,8}["'](?:name|tool|function|action)["']` +
    String.raw`\s*:\s*["']([\w.-]{1,64})`,
);

// The beginning of a call of a tool that there is, which never ended, is no text for a reader.
function cutCall(text: string, tools: readonly CallableTool[]): WrittenCalls | undefined {
  const name = cutHead.exec(text.slice(0, 400))?.[1];
  if (name === undefined || !tools.some(tool => tool.name === name)) return undefined;
  const at = text.search(/[{[]/);
  if (jsonFrom(text, at) !== undefined) return undefined;
  // The last brace is what small models forget.
  const [mended] = callsOf(jsonFrom(`${text}}`, at)?.value, new Set([name]));
  const read = mended && checked(mended, tools);
  if (read && !read.fault) {
    return { before: '', calls: [{ name: read.name, input: read.input }], isFaulty: false };
  }
  return { before: '', calls: [{ name, input: text }], isFaulty: true };
}

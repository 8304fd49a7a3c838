/** Passes a growing text on up to where a tool call may begin. */
export interface CallWatcher {
  /** Adds a piece; returns what is surely no call. */
  add(piece: string): string;
  /** Ends the text; returns what was held back. */
  rest(): string;
}

const lead = String.raw`\n[ \t*#]{0,8}`;
// Where a call may begin, at the beginning of a line or by marks of its own.
const beginnings =
  String.raw`<[\w:.|｜▁-]{0,25}?(?:tool|func|call|invoke|plugin|python)` +
  String.raw`|\[(?:TOOL|FUNC)|\bfunctools\[|✿FUNC|\x60{3}|[.!:] \{["'](?:name|tool|func|action)` +
  `|${lead}(?:[{[]|(?:Action|Tool):` +
  String.raw`|(?:(?:tool|function)[ _]?)?(?:call(?:ing)?|request)\*{0,2}:?\*{0,2}:?\s` +
  String.raw`(?:\{|\x60|[a-z_][\w.]{0,64}(?:\(|\s{0,4}\{| with )))`;
// What may become a beginning with the next piece.
const mayBegin = new RegExp(
  String.raw`(?:<[\w:.|｜▁-]{0,25}|\[[A-Z_]{0,9}|\bf[a-z]{0,8}|✿[A-Z]{0,3}` +
    String.raw`|\x60{1,2}|[.!:] \{["']?\w{0,6}` +
    String.raw`|${lead}(?:[a-z]{0,10}(?:[ _][a-z]{0,8})?\*{0,2}:?\*{0,2}:?\s?` +
    String.raw`[a-z_.\d]{0,64}\s?(?:w|wi|wit|with)?)?|${lead})$`,
  'i',
);
const leadWords = ['name', 'action', 'tool', 'function', 'call', 'calling', 'request'];

// Whether the first word of a line may still become one that leads to a call.
function mayLead(line: string): boolean {
  const word = /[a-z]+/i.exec(line)?.[0].toLowerCase() ?? '';
  return leadWords.some(each => each.startsWith(word) || word.startsWith(`${each}_`));
}

const firstWord =
  /^\s{0,64}(?:[@/]|>{1,3})?(?:[A-Za-z_][\w.]{0,64}(?::|\s(?:w|wi|wit|with)?)?)?\s?$/;
const firstCall = /^\s{0,64}(?:[@/]|>{3})?[A-Za-z_][\w.]{0,64}(?::|\swith)?\s?[({]/;
const longestLook = 64;
const ownWords = ['functools', 'print', 'default_api', 'functions', 'Action', 'Tool', 'tool_code'];
const keyWords = ['name', 'function', 'assistant', 'json', 'tool_call'];

/** Begins to watch a text for calls. */
export function callWatcher(tools: readonly string[]): CallWatcher {
  const first = [...tools, ...ownWords, ...keyWords];
  const names = tools.map(name => name.replace(/[^\w-]/g, '\\$&')).join('|');
  const ofTools = `<(?:${names})[\\s/>]|\\n(?:name|tool|function|action): ?(?:${names})\\s`;
  const beginning = new RegExp(`${beginnings}|${ofTools}`, 'i');
  const otherCode = codeWithout(names);
  let held = '';
  let passed = 0;
  // What stands before what is held: a call may begin with a line.
  let before = '\n';
  // Once a call may have begun, only the whole text can tell.
  let isHolding = false;
  const pass = (length: number) => {
    const text = held.slice(0, length);
    held = held.slice(length);
    passed += length;
    before = /[.!:] $/.exec(before + text)?.[0] ?? text.at(-1) ?? before;
    return text;
  };
  // Passes on what is surely no call; false where only the next piece can tell.
  const passSafe = (out: string[]) => {
    if (passed === 0 && mayBeName(held, first)) return false;
    const from = passed === 0 && firstCall.test(held) ? 0 : (before + held).search(beginning);
    isHolding = from >= 0;
    const at = Math.max(0, from - before.length);
    out.push(pass(isHolding ? at : held.length - waitingIn(before, held)));
    return isHolding;
  };
  return {
    add(piece) {
      held += piece;
      const out: string[] = [];
      while (isHolding || passSafe(out)) {
        const code = codeIn(held, otherCode);
        if (code === 0) break;
        isHolding = false;
        out.push(pass(code));
      }
      return out.join('');
    },
    rest: () => pass(held.length),
  };
}

// Whether the first word may still become a tool's name.
function mayBeName(held: string, names: readonly string[]): boolean {
  if (held.length > 2 * longestLook || !firstWord.test(held)) return false;
  const word = /[\w.]+/.exec(held)?.[0] ?? '';
  return names.some(name => name.startsWith(word) || word.startsWith(`${name}.`));
}

function waitingIn(before: string, text: string): number {
  const tail = (before + text).slice(-longestLook);
  const found = mayBegin.exec(tail);
  if (!found) return 0;
  const isLine = found[0].startsWith('\n') && /[a-z]/i.test(found[0]);
  return isLine && !mayLead(found[0]) ? 0 : Math.min(text.length, tail.length - found.index);
}

// Matches the beginning of a block of code that does not begin with a call.
function codeWithout(names: string): RegExp {
  const languages =
    '(?:json|(?:tool|func|call)\\w*|xml|python|py|text|yaml|(?:java|type)script|[jt]s)?';
  const called = String.raw`(?:(?:const|let|var) )?(?:\w+ ?= ?)?(?:await )?(?:\w+\.)?`;
  const begins =
    '[{[<]|$|(?:name|tool|function|action):' + String.raw`|${called}(?:(?:${names}|print)\(|\w*$)`;
  return new RegExp(String.raw`^\x60{3}(?!${languages}[ \t]*\n?\s*(?:${begins}))`, 'i');
}

// How much is a block of code that surely calls nothing.
function codeIn(held: string, otherCode: RegExp): number {
  if (!held.startsWith('```') || held.length < 24 || !otherCode.test(held.slice(0, 160))) return 0;
  const close = held.indexOf('\n```', 3);
  return close < 0 ? held.length : close + 4;
}

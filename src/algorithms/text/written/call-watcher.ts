/** Passes a growing text on up to where a tool call may begin. */
export interface CallWatcher {
  /** Adds a piece; returns what is surely no call. */
  add(piece: string): string;
  /** Ends the text; returns what was held back. */
  rest(): string;
}

// Where a call may begin, at the beginning of a line or by marks of its own.
const beginning = new RegExp(
  String.raw`<(?:tool|TOOL|func|FUNC|invoke|start_func)|<\|(?:tool|python|plugin)|<｜tool|✿FUNC` +
    String.raw`|\[TOOL_CALL` +
    String.raw`|\bfunctools\[|\x60{3}|\n[ \t]{0,8}(?:[{[]|Action:|Tool:)`,
  'g',
);
// What may become a beginning with the next piece.
const mayBegin = new RegExp(
  String.raw`(?:<[|｜]?[A-Za-z_]{0,10}|✿[A-Z]{0,3}|\[[A-Z_]{0,9}|\bf[a-z]{0,8}|\x60{1,2}` +
    String.raw`|\n[ \t]{0,8}(?:[AT][a-z]{0,5})?)$`,
);
const firstWord = /^\s{0,64}[A-Za-z_][\w.]{0,64}\s?$/;
const firstCall = /^\s{0,64}[A-Za-z_][\w.]{0,64}\s?[({]/;
const otherCode =
  /^```(?!(?:json|tool\w*|xml|python|text)?[ \t]*\n?\s*(?:[{[<]|$|print\(|\w+(?:\.\w+)?\())/;
const longestLook = 64;
const ownWords = ['functools', 'print', 'default_api', 'functions', 'Action', 'Tool', 'tool_code'];

/** Begins to watch a text for calls. */
export function callWatcher(tools: readonly string[]): CallWatcher {
  const first = [...tools, ...ownWords];
  let held = '';
  let passed = 0;
  // The character before what is held: a call may begin with a line.
  let before = '\n';
  // Once a call may have begun, only the whole text can tell.
  let isHolding = false;
  const pass = (length: number) => {
    const text = held.slice(0, length);
    held = held.slice(length);
    passed += length;
    before = text.at(-1) ?? before;
    return text;
  };
  // Passes on what is surely no call; false where only the next piece can tell.
  const passSafe = (out: string[]) => {
    if (passed === 0 && mayBeName(held, first)) return false;
    const at = passed === 0 && firstCall.test(held) ? 0 : beginningIn(before, held);
    isHolding = at >= 0;
    out.push(pass(isHolding ? at : held.length - waitingIn(before, held)));
    return isHolding;
  };
  return {
    add(piece) {
      held += piece;
      const out: string[] = [];
      while (isHolding || passSafe(out)) {
        const code = codeIn(held);
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
  const word = held.trim();
  return names.some(name => name.startsWith(word) || word.startsWith(`${name}.`));
}

function beginningIn(before: string, text: string): number {
  beginning.lastIndex = 0;
  const found = beginning.exec(before + text);
  return found ? Math.max(0, found.index - before.length) : -1;
}

function waitingIn(before: string, text: string): number {
  const tail = (before + text).slice(-longestLook);
  const found = mayBegin.exec(tail);
  return found ? Math.min(text.length, tail.length - found.index) : 0;
}

// How much is a block of code that surely calls nothing.
function codeIn(held: string): number {
  if (!held.startsWith('```') || held.length < 24 || !otherCode.test(held.slice(0, 160))) return 0;
  const close = held.indexOf('\n```', 3);
  return close < 0 ? held.length : close + 4;
}

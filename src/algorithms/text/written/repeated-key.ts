interface OpenBracket {
  /** Keys so far; absent of a list. */
  readonly keys: Set<string> | undefined;
  readonly isWatched: boolean;
}

/**
 * Finds a key that stands twice in one object of a JSON text: readers keep the last of them and
 * lose the other without a word. With a `name`, only that key counts, and every key inside what it
 * names. `undefined` where there is none, and for what is no JSON up to there.
 * @example
 * ```ts
 * console.log(repeatedKey('{"mode":"local-only","mode":"cloud-allowed"}')); // mode
 * ```
 */
export function repeatedKey(text: string, name?: string): string | undefined {
  const stack: OpenBracket[] = [];
  let key = '';
  for (const token of tokensIn(text)) {
    if (token === '}' || token === ']') stack.pop();
    const named = token.length > 1 ? plain(token) : undefined;
    if (named !== undefined && isAgain(stack.at(-1), named, name)) return named;
    key = named ?? key;
    if (token !== '{' && token !== '[') continue;
    const isWatched = key === (name ?? key) || stack.at(-1)?.isWatched === true;
    stack.push(opened(token, isWatched));
    key = '';
  }
  return undefined;
}

function opened(bracket: string, isWatched: boolean): OpenBracket {
  return { keys: bracket === '{' ? new Set() : undefined, isWatched };
}

function isAgain(open: OpenBracket | undefined, key: string, name: string | undefined): boolean {
  const isSeen = open?.keys?.has(key) === true;
  open?.keys?.add(key);
  return isSeen && (open?.isWatched === true || key === name);
}

// Brackets, and keys in their quotes.
function* tokensIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const code = text[at]!;
    if (brackets.has(code)) yield code;
    if (code !== '"') continue;
    const end = endOfString(text, at);
    if (isBeforeColon(text, end)) yield text.slice(at, end);
    at = end - 1;
  }
}

const brackets = new Set('{}[]');

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

function isBeforeColon(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}

function plain(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

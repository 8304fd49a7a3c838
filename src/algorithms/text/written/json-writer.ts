/**
 * Reads JSON as models write it and writes it as it should be, piece by piece: what it has passed
 * on never changes. It takes single quotes, Python's words, trailing commas, bare keys and texts,
 * raw line breaks in strings, comments and doubled braces; runs of white space are cut. Each
 * character is looked at once.
 */
export interface JsonWriter {
  /** Adds a piece; returns the clean JSON that it adds. */
  add(piece: string): string;
  /** `done` when the value is whole: what follows is not looked at. */
  readonly state: 'open' | 'done' | 'broken';
  /** Characters that were read up to the end of the value, or so far. */
  readonly read: number;
}

interface JsonLevel {
  readonly close: '}' | ']';
  readonly isDoubled: boolean;
}

const deepest = 128;
const longestWord = 80;
const longestSpace = 64;
const closes = new Set([',', '}', ']', ':']);
const escapes = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u']);
const words: Readonly<Record<string, string>> = {
  true: 'true',
  false: 'false',
  null: 'null',
  True: 'true',
  False: 'false',
  None: 'null',
  undefined: 'null',
  NaN: 'null',
};
const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '`': '`' };

// As keyboards for Chinese and Japanese write them.
const plainSigns: Readonly<Record<string, string>> = { '，': ',', '：': ':' };

interface JsonWriting {
  state: JsonWriter['state'];
  read: number;
  readonly levels: JsonLevel[];
  out: string;
  space: string;
  hasComma: boolean;
  word: string;
  quote: string;
  isEscaped: boolean;
  /** How far a comment is: it is left out. */
  comment: '' | 'begun' | 'line' | 'block' | 'ending';
  /** What followed a quote that may have been an apostrophe. */
  maybeEnd: string | undefined;
  /** The last sign outside strings: what may follow depends on it. */
  last: string;
  /** Whether the last string was a key. */
  isKey: boolean;
}

/** Begins to read a value, whose first character must be a brace or a bracket. */
export function jsonWriter(): JsonWriter {
  const s: JsonWriting = {
    state: 'open',
    read: 0,
    levels: [],
    out: '',
    space: '',
    hasComma: false,
    word: '',
    quote: '',
    isEscaped: false,
    comment: '',
    maybeEnd: undefined,
    last: '',
    isKey: false,
  };
  return {
    add: piece => addPiece(s, piece),
    get state() {
      return s.state;
    },
    get read() {
      return s.read;
    },
  };
}

function addPiece(s: JsonWriting, piece: string): string {
  s.out = '';
  for (const char of piece) {
    if (s.state !== 'open') break;
    s.read += char.length;
    if (s.quote !== '') inString(s, char);
    else outside(s, char);
  }
  return s.out;
}

function outside(s: JsonWriting, written: string): void {
  const char = plainSigns[written] ?? written;
  if (s.word.endsWith(' ') && char === '/') endWord(s, char);
  if (s.comment !== '' || beginsComment(s, char)) {
    inComment(s, char);
    return;
  }
  if (s.word !== '' && (!isEndOfWord(char) || goesOn(s, char))) {
    s.word += char;
    if (s.word.length > longestWord) s.state = 'broken';
    return;
  }
  if (s.word !== '') endWord(s, char);
  if (s.state !== 'open') return;
  if (isSpace(char)) noteSpace(s, char);
  else sign(s, char);
}

function inComment(s: JsonWriting, char: string): void {
  if (s.comment === '') s.comment = commentStarts[char] ?? '';
  else if (s.comment === 'begun' && char === '/') s.comment = 'line';
  else if (s.comment === 'begun' && char === '*') s.comment = 'block';
  else if (s.comment === 'begun') s.state = 'broken';
  else if (s.comment === 'line') s.comment = char === '\n' ? '' : 'line';
  else if (s.comment === 'ending' && char === '/') s.comment = '';
  else s.comment = char === '*' ? 'ending' : 'block';
}

const commentStarts: Readonly<Record<string, JsonWriting['comment']>> = {
  '/': 'begun',
  '#': 'line',
};

// Python's sign begins a text behind a colon, or in a list.
function beginsComment({ last, levels, word }: JsonWriting, char: string): boolean {
  if (word !== '' || !commentStarts[char]) return false;
  return char === '/' || (last !== ':' && levels.at(-1)?.close === '}');
}

function sign(s: JsonWriting, char: string): void {
  if (s.levels.length === 0 && char !== '{' && char !== '[') s.state = 'broken';
  else if (char === '{' || char === '[') openLevel(s, char);
  else if (char === '}' || char === ']') closeLevel(s, char);
  else if (char === ',') s.hasComma = true;
  else if (char === ':') put(s, ':');
  else if (quotes[char]) openString(s, char);
  else s.word = char;
}

function noteSpace(s: JsonWriting, char: string): void {
  // What is no white space of JSON becomes a space.
  if (s.space.length < longestSpace) s.space += /[ \n\r\t]/.test(char) ? char : ' ';
}

function put(s: JsonWriting, text: string): void {
  s.out += `${s.hasComma ? ',' : ''}${s.space}${text}`;
  s.space = '';
  s.hasComma = false;
  s.last = text;
}

function openLevel(s: JsonWriting, char: '{' | '['): void {
  // Two braces in a row are those of a template.
  const top = s.levels.at(-1);
  if (char === '{' && s.last === '{' && top && !top.isDoubled && s.space === '') {
    s.levels[s.levels.length - 1] = { close: '}', isDoubled: true };
    return;
  }
  if (s.last === '{' || s.levels.length >= deepest) s.state = 'broken';
  put(s, char);
  s.levels.push({ close: char === '{' ? '}' : ']', isDoubled: false });
}

function closeLevel(s: JsonWriting, char: '}' | ']'): void {
  const level = s.levels.at(-1);
  if (level?.close !== char) {
    s.state = 'broken';
    return;
  }
  if (level.isDoubled) {
    s.levels[s.levels.length - 1] = { close: '}', isDoubled: false };
    return;
  }
  s.hasComma = false;
  put(s, char);
  s.levels.pop();
  if (s.levels.length === 0) s.state = 'done';
}

// A bare text may have several words; a comment ends it.
function goesOn(s: JsonWriting, char: string): boolean {
  return char === ' ' && isInObject(s) && knownWord(s.word) === undefined;
}

// A list by itself may be a note in a text.
function isInObject({ levels, last }: JsonWriting): boolean {
  return last === ':' || (levels.length > 1 && levels.at(-1)!.close === ']');
}

function knownWord(word: string): string | undefined {
  return words[word] ?? numberOf(word);
}

function endWord(s: JsonWriting, next: string): void {
  const word = s.word.trimEnd();
  s.word = '';
  const isKey = s.levels.at(-1)?.close === '}' && s.last !== ':';
  const known = isKey ? undefined : knownWord(word);
  if (known !== undefined) put(s, known);
  else if (isKey && /^[\w$-]+$/.test(word) && (next === ':' || isSpace(next)))
    put(s, JSON.stringify(word));
  else if (!isKey && isInObject(s) && /^[\p{L}\p{N}$€£#@+-][^<>\\\x60]*$/u.test(word))
    put(s, JSON.stringify(word));
  else s.state = 'broken';
}

function openString(s: JsonWriting, char: string): void {
  const isKey = s.levels.at(-1)?.close === '}' && s.last !== ':';
  // Small models forget the comma between two lines.
  const isNamed = s.last === '"' && s.isKey;
  if (isKey && s.last !== '{' && !isNamed) s.hasComma = true;
  s.isKey = isKey;
  put(s, '"');
  s.quote = quotes[char]!;
}

function inString(s: JsonWriting, char: string): void {
  if (s.maybeEnd !== undefined) afterQuote(s, char);
  else if (s.isEscaped) {
    s.isEscaped = false;
    if (escapes.has(char)) s.out += `\\${char}`;
    else s.out += char === "'" || char === '`' ? char : `\\\\${inside(char)}`;
  } else if (char === '\\') s.isEscaped = true;
  else if (char !== s.quote) s.out += inside(char);
  else if (char === '"') endString(s);
  else s.maybeEnd = '';
}

// An apostrophe in a text with single quotes ends nothing.
function afterQuote(s: JsonWriting, char: string): void {
  const spaces = s.maybeEnd ?? '';
  if (isSpace(char) && spaces.length < longestSpace) {
    s.maybeEnd = spaces + char;
    return;
  }
  s.maybeEnd = undefined;
  if (closes.has(plainSigns[char] ?? char)) {
    endString(s);
    s.space = spaces;
    outside(s, char);
  } else {
    s.out += inside(s.quote + spaces);
    inString(s, char);
  }
}

function endString(s: JsonWriting): void {
  s.out += '"';
  s.quote = '';
  s.last = '"';
}

function inside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || /[\s\u200b]/.test(char);
}

function isEndOfWord(char: string): boolean {
  return closes.has(char) || isSpace(char) || char === '{' || char === '[' || char === '"';
}

function numberOf(written: string): string | undefined {
  const word = written.replace(/(?<=\d)_(?=\d)/g, '');
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) return word;
  return /^[-+]?(?:\d+(?:\.\d+)?\.?|\.\d+\.?)$/.test(word) ? String(Number(word)) : undefined;
}

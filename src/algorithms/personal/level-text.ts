import entities from './entities.json' with { type: 'json' };

/** A text as detectors read it, with the way back to where each unit stood. */
export interface LevelledText {
  readonly text: string;
  /** Turns a span of the levelled text into the span of the original that it was made of. */
  origin(start: number, end: number): { readonly start: number; readonly end: number };
}

/** A stretch that was written otherwise: where it stood, and where it stands. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly length: number;
}

// All that is not plain ASCII, and what stands for other characters in plain ASCII: entities,
// percent signs, escapes of JSON, and a word that was cut at the end of a line.
const unusual = new RegExp(
  String.raw`[\0-\x7f]?[^\0-\x7f]+|&(?:amp;){0,3}(?:#x?[\da-f]{1,6}|[a-z]{2,8});` +
    String.raw`|(?:%(?:25){0,3}[\da-f]{2}){1,64}|\\{1,8}(?:u[\da-f]{4}|x[\da-f]{2}|[nrt])` +
    String.raw`|(?<=[a-z])-\r?\n[ \t]{0,8}(?=[a-z])`,
  'gi',
);

/** Reads entities, percent signs and escapes of a text as what they stand for. */
export function unescaped(text: string): string {
  return text.replace(unusual, found => (isPlain(found) ? decoded(found) : found));
}

/**
 * Levels a text for detectors: compatibility forms, marks that nobody sees, kinds of space, dash,
 * quotation mark and digit, entities, percent signs and escapes. In one pass.
 */
export function levelText(text: string): LevelledText {
  const edits: Edit[] = [];
  let written = '';
  let at = 0;
  const write: Write = (from, original, plain) => {
    if (plain === original) return;
    written += text.slice(at, from);
    at = from + original.length;
    edits.push({ from, to: at, at: written.length, length: plain.length });
    written += plain;
  };
  for (const { 0: found, index } of text.matchAll(unusual)) {
    if (isPlain(found)) write(index, found, decoded(found));
    else writeLetters(found, index, write);
  }
  if (edits.length === 0) return { text, origin: (start, end) => ({ start, end }) };
  return { text: written + text.slice(at), origin: spanBack(edits) };
}

function isPlain(found: string): boolean {
  return found.charCodeAt(found.length - 1) < 128;
}

type Write = (from: number, original: string, plain: string) => void;

// Letter by letter, each with the accents that follow it.
function writeLetters(run: string, from: number, write: Write): void {
  let letter = '';
  let at = from;
  for (const next of run) {
    if (letter !== '' && !(next > '\u02ff' && lettersOnce(isAccent, next))) {
      write(at, letter, lettersOnce(plainLetter, letter));
      at += letter.length;
      letter = '';
    }
    letter += next;
  }
  write(at, letter, lettersOnce(plainLetter, letter));
}

interface Lookup<T> {
  readonly known: Map<string, T>;
  readonly find: (letter: string) => T;
}

const plainLetter: Lookup<string> = { known: new Map(), find: plainRun };
const isAccent: Lookup<boolean> = { known: new Map(), find: letter => /^\p{M}$/u.test(letter) };

// A text has few different letters: what is asked of one is looked up the next time.
function lettersOnce<T>({ known, find }: Lookup<T>, letter: string): T {
  const before = known.get(letter);
  if (before !== undefined) return before;
  if (known.size >= 20_000) known.clear();
  const value = find(letter);
  if (letter.length <= 8) known.set(letter, value);
  return value;
}

function spanBack(edits: readonly Edit[]): LevelledText['origin'] {
  return (start, end) => ({
    start: unitAt(edits, start).start,
    end: end > start ? unitAt(edits, end - 1).end : unitAt(edits, start).start,
  });
}

// Where the original of the unit at a levelled offset begins and ends.
function unitAt(edits: readonly Edit[], offset: number): { start: number; end: number } {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edits[middle]!.at <= offset) low = middle + 1;
    else high = middle;
  }
  // Several may stand at one place, where those before the last became nothing.
  const edit = edits[low - 1];
  if (!edit) return { start: offset, end: offset + 1 };
  if (offset < edit.at + edit.length) return { start: edit.from, end: edit.to };
  const start = edit.to + (offset - edit.at - edit.length);
  return { start, end: start + 1 };
}

const plainByMark: Readonly<Record<string, string>> = {
  '\u00b4': "'",
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u02bc': "'",
  '\u2032': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u00ab': '"',
  '\u00bb': '"',
  '\u00b7': '.',
  '\u3002': '.',
  '\u2024': '.',
  '\u2028': '\n',
  '\u2029': '\n',
  '\u0085': '\n',
};
const marks = new RegExp(`[${Object.keys(plainByMark).join('')}]`, 'g');
const hasMark = new RegExp(marks.source);

const invisible = /\p{Cf}|\p{Variation_Selector}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164/gu;
const dashes = /[\p{Pd}\u2043\u2212\u02d7]/gu;
const otherDigits = /[^\0-\x7f]/u;
const digit = /\p{Nd}/u;

function plainRun(run: string): string {
  const marked = hasMark.test(run) ? run.replace(marks, mark => plainByMark[mark]!) : run;
  const composed = marked.normalize('NFKC');
  const seen = composed
    .replace(invisible, '')
    .replace(dashes, '-')
    .replace(/\p{Zs}/gu, ' ');
  return otherDigits.test(seen) && digit.test(seen)
    ? seen.replace(/[^\0-\x7f]/gu, letter => (digit.test(letter) ? digitOf(letter) : letter))
    : seen;
}

// The digits of a script stand in a row of ten, so that as many stand before one as it counts.
function digitOf(letter: string): string {
  const code = letter.codePointAt(0)!;
  let value = 0;
  while (value < 9 && digit.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}

const characterByName: Readonly<Record<string, string>> = entities.characters;

function decoded(found: string): string {
  if (found[0] === '%') return percentDecoded(found.replace(/%(?:25){1,3}/g, '%'));
  if (found[0] === '&') return entityDecoded(found);
  if (found[0] === '-') return '';
  if (found[0] !== '\\') return found;
  const [, kind = '', code = ''] = /\\([uxnrt])([\da-f]*)$/i.exec(found) ?? [];
  if (code === '') return kind === 't' ? '\t' : kind === 'n' || kind === 'r' ? '\n' : found;
  return plainOf(String.fromCharCode(Number.parseInt(code, 16)));
}

function percentDecoded(text: string): string {
  try {
    return plainOf(decodeURIComponent(text));
  } catch {
    const letters = text.replace(/%([\da-f]{2})/gi, (_whole, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    return plainOf(letters);
  }
}

function entityDecoded(text: string): string {
  const name = text.slice(text.lastIndexOf('&') + 1, -1).replace(/^(?:amp;){1,3}/, '');
  if (name[0] !== '#') return characterByName[name.toLowerCase()] ?? accented(name) ?? text;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? plainOf(String.fromCodePoint(code)) : text;
}

const accents: Readonly<Record<string, string>> = entities.accents;

// Such as `uuml` and `Eacute`.
function accented(name: string): string | undefined {
  if (name === 'szlig') return 'ß';
  const accent = accents[name.slice(1)];
  return accent && (name[0]! + accent).normalize('NFC');
}

function plainOf(text: string): string {
  return /[^\0-\x7f]/.test(text) ? plainRun(text) : text;
}

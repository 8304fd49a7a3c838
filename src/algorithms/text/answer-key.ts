import { canonicalSolution } from '../votes/canonical-solution.ts';
import { canonicalAnswer, canonicalJson } from './canonical-answer.ts';
import { jsonIn, jsonOf } from './json-in.ts';
import { writtenNumber } from './written/written-number.ts';

/** What an answer is read as when two are compared. */
export type AnswerKind = 'auto' | 'text' | 'number' | 'date' | 'list' | 'json' | 'choice';

/** Every kind, for checks of configuration. */
export const answerKinds: readonly AnswerKind[] = [
  'auto',
  'text',
  'number',
  'date',
  'list',
  'json',
  'choice',
];

/**
 * Brings an answer to a key under which equal answers are equal strings: its last number, its date,
 * its items in any order, its JSON, its choice letter. `auto` takes what follows "the answer is",
 * `####` or `\boxed`, else the whole, and reads that as JSON, date, number or text. What holds
 * nothing of the kind has its text for a key.
 */
export function answerKey(text: string, kind: AnswerKind = 'auto'): string {
  const found = kind === 'auto' ? autoKey(text) : readers[kind](text);
  return found ?? canonicalAnswer(text);
}

const readers: Readonly<Record<Exclude<AnswerKind, 'auto'>, (text: string) => string | undefined>> =
  {
    text: canonicalAnswer,
    number: numberKey,
    date: dateKey,
    list: listKey,
    json: text => jsonKey(text),
    choice: choiceKey,
  };

/**
 * Reads the last number of a text, or of its final answer if one is marked; `undefined` if there is
 * none.
 */
export function numberIn(text: string): number | undefined {
  const marked = finalAnswer(text);
  const number = (marked === undefined ? undefined : lastNumber(marked)) ?? lastNumber(text);
  return number;
}

/**
 * Takes what a text marks as its final answer: after `####`, in `\boxed{}`, or after "answer is" or
 * "answer:".
 */
export function finalAnswer(text: string): string | undefined {
  const boxed = /\\boxed\{([^{}]*)\}/.exec(text)?.[1];
  if (boxed !== undefined) return boxed;
  const hashed = text.split('####').at(-1);
  if (hashed !== undefined && hashed !== text) return hashed.trim();
  const said = [...text.matchAll(/\banswer(?:\s{1,9}is|\s{0,9}:)[\s:]{0,99}([^\n]+)/gi)].at(
    -1,
  )?.[1];
  return said?.trim();
}

function autoKey(text: string): string | undefined {
  const final = finalAnswer(text) ?? text;
  const json = jsonKey(final, jsonOf);
  if (json !== undefined) return json;
  const bare = final.trim().replace(/(?<![.\s])[.\s]+$/, '');
  const letter = /^(?:(?:option|choice) )?\(?([A-J])\)?$/i.exec(bare)?.[1];
  if (letter !== undefined && letter < 'a') return choiceKey(letter);
  const date = wholeDate(bare);
  if (date !== undefined) return date;
  const written = writtenNumber(bare);
  if (written !== undefined) return String(written);
  // A number with a unit or a currency is a number; a sentence with one in it is not.
  return bare.length <= longestNumber && numberAlone.test(bare)
    ? numberKey(bare)
    : (tableKey(final) ?? canonicalSolution(final));
}

// Rows of cells, whatever pads and rules them.
function tableKey(text: string): string | undefined {
  const lines = text.trim().split('\n');
  if (lines.length < 2 || !lines.every(line => line.includes('|'))) return undefined;
  const rows = lines.filter(line => !/^[\s|:-]+$/.test(line));
  const cells = (row: string) =>
    row
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map(canonicalAnswer);
  return rows.map(row => cells(row).join(' | ')).join('\n');
}

function numberKey(text: string): string | undefined {
  const number = numberIn(text);
  return number === undefined ? undefined : String(number);
}

function lastNumber(text: string): number | undefined {
  const found = text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').match(/(?<![\w.])-?\d+(?:\.\d+)?/g);
  const last = found?.at(-1);
  return last === undefined ? undefined : Number(last);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const datePatterns: readonly {
  readonly pattern: RegExp;
  readonly read: (parts: string[]) => [string, number, string];
}[] = [
  { pattern: /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/, read: ([y, m, d]) => [y!, Number(m), d!] },
  { pattern: /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/, read: ([d, m, y]) => [y!, Number(m), d!] },
  {
    pattern: /\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?\s+(\d{4})\b/i,
    read: ([d, m, y]) => [y!, monthOf(m!), d!],
  },
  {
    pattern: /\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/i,
    read: ([m, d, y]) => [y!, monthOf(m!), d!],
  },
  // Month first, as in the United States, unless that cannot be.
  {
    pattern: /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/,
    read: ([a, b, y]) => (Number(a) > 12 ? [y!, Number(b), a!] : [y!, Number(a), b!]),
  },
];

function dateKey(text: string): string | undefined {
  const final = finalAnswer(text) ?? text;
  return dateIn(final)?.key;
}

function wholeDate(text: string): string | undefined {
  const date = dateIn(text);
  return date && date.matched.length === text.length ? date.key : undefined;
}

function dateIn(text: string): { key: string; matched: string } | undefined {
  for (const { pattern, read } of datePatterns) {
    const match = pattern.exec(text);
    if (!match) continue;
    const [year, month, day] = read(match.slice(1));
    const isDate = month >= 1 && month <= 12 && Number(day) >= 1 && Number(day) <= 31;
    if (isDate)
      return {
        key: `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`,
        matched: match[0],
      };
  }
  return undefined;
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function listKey(text: string): string | undefined {
  const json = jsonOf(text);
  const items = Array.isArray(json)
    ? json.map(item => canonicalJson(item))
    : itemsIn(finalAnswer(text) ?? text);
  return items.length === 0 ? undefined : `[${[...new Set(items)].sort().join(',')}]`;
}

function itemsIn(text: string): string[] {
  const lines = text.split('\n').map(line => line.trim());
  const bullets = lines.filter(line => /^(?:[-*•]|\d+[.)])\s/.test(line));
  const raw =
    bullets.length > 0
      ? bullets.map(line => line.replace(/^\S+\s+/, ''))
      : text.split(/[,;\n]|\band\b/);
  return raw.map(item => canonicalAnswer(item)).filter(item => item !== '');
}

const numberAlone = /^[^\w-]*-?[\d.,]+\s*[%€$£]?(?:\s?[a-z]{1,12}){0,2}$/i;
const longestNumber = 200;

function jsonKey(text: string, read = jsonIn): string | undefined {
  const value = read(text);
  return typeof value === 'object' && value !== null ? canonicalJson(value) : undefined;
}

function choiceKey(text: string): string | undefined {
  const final = finalAnswer(text) ?? text;
  // "A" and "I" before a word are words, not letters of a choice.
  const alone = /^\W*([A-J])(?:[).:,]|\s*$)/.exec(final)?.[1];
  const letter =
    alone ?? [...final.matchAll(/(?<![\w'])([A-J])(?![\w'])(?!\s+[a-z])/g)].at(-1)?.[1];
  return letter === undefined ? undefined : `choice ${letter}`;
}

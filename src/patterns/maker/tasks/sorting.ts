import { TandemError } from '../../../model/errors.ts';
import type { Task } from '../solve/task.ts';
import { valueIn } from './read-answer.ts';

/** Where a merge sort stands. */
export interface SortState {
  /** Sorted runs that wait to be merged. */
  readonly runs: readonly (readonly string[])[];
  /** The two runs that are being merged; empty where none are. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly merged: readonly string[];
}

/** How items are sorted. */
export interface SortOptions {
  /** What the solver is told: `alphabetical order`, `from the most to the least urgent`. */
  readonly order: string;
  /** Whether `a` comes first, where it is known: measures a pilot. Of equals either may. */
  readonly isFirst?: (a: string, b: string) => boolean;
}

/**
 * Sorts a list by asking which of two items comes first, in the order of a merge sort: n log n
 * small questions instead of one large one. No item can be lost or made up: the answers are A or B.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = sortingTask(['pear', 'fig', 'apple'], { order: 'alphabetical' });
 * ```
 */
export function sortingTask(
  items: readonly string[],
  { order, isFirst }: SortOptions,
): Task<SortState, 'A' | 'B'> {
  if (items.length < 2) {
    throw new TandemError(
      'invalid_argument',
      `There are ${items.length} items to sort. Give two or more.`,
    );
  }
  return {
    name: `sort ${items.length} items: ${order}`,
    steps: items.length * Math.ceil(Math.log2(items.length)),
    initial: nextMerge({ runs: items.map(item => [item]), left: [], right: [], merged: [] }),
    isDone: ({ runs, left }) => left.length === 0 && runs.length === 1,
    prompt: ({ left, right }, wording) => ({
      text: question(left[0]!, right[0]!, { order, wording }),
      schema: choiceSchema,
      maxOutputTokens: 60,
    }),
    wordings: 2,
    parse: (text, { left, right }) => {
      const first = firstIn(text, [left[0]!, right[0]!]);
      return first ? { action: first } : { redFlag: 'neither A nor B' };
    },
    apply: take,
    ...(isFirst && {
      truth: ({ left, right }: SortState) => (isFirst(left[0]!, right[0]!) ? 'A' : 'B'),
    }),
    key: action => action,
    answer: ({ runs }) => (runs[0] ?? []).join('\n'),
  };
}

function question(
  a: string,
  b: string,
  { order, wording }: { order: string; wording: number },
): string {
  const items = `A: ${a}\nB: ${b}`;
  return wording === 0
    ? `Order: ${order}.\n${items}\nWhich comes first? Answer A or B, in ` +
        'JSON: {"first": "A" or "B"}.'
    : `Two items are to be put in this order: ${order}.\n${items}\nWhich of them goes first? ` +
        'Answer with its letter in JSON: {"first": "A" or "B"}.';
}

const choiceSchema = {
  type: 'object',
  properties: { first: { type: 'string', enum: ['A', 'B'] } },
  required: ['first'],
  additionalProperties: false,
};

const comesFirst = /(?<!\p{L})([AB]) (?:comes|goes|is) (?:first|before)/u;

/** Reads a letter from JSON, from `A`, `A: 785` or `The answer is B.`; or the item itself. */
function firstIn(text: string, [a, b]: readonly [string, string]): 'A' | 'B' | undefined {
  const value = valueIn(text, 'first');
  const said = (typeof value === 'string' ? value : text).trim();
  const plain = said.toLowerCase();
  const [isA, isB] = [a, b].map(item => plain.includes(item.trim().toLowerCase()));
  // A letter on its own: "a" is a word where it is small.
  const own = said.match(/(?<![\p{L}\p{N}'])[AB](?![\p{L}\p{N}'])/gu) ?? [];
  const bare = /^\W*([ab])\W*$/.exec(said)?.[1]?.toUpperCase();
  const letters = new Set<string>(bare ? [bare] : own);
  const first = comesFirst.exec(said)?.[1];
  const [only] = letters;
  const letter = first ?? (letters.size === 1 ? only : undefined);
  if (letter === 'A' || letter === 'B') return letter;
  if (isA === isB) return undefined;
  return isA ? 'A' : 'B';
}

function take({ runs, left, right, merged }: SortState, first: 'A' | 'B'): SortState {
  const [item, rest] =
    first === 'A'
      ? [left[0]!, { left: left.slice(1), right }]
      : [right[0]!, { left, right: right.slice(1) }];
  const state = { runs, ...rest, merged: [...merged, item] };
  if (state.left.length > 0 && state.right.length > 0) return state;
  const run = [...state.merged, ...state.left, ...state.right];
  return nextMerge({ runs: [...runs, run], left: [], right: [], merged: [] });
}

function nextMerge(state: SortState): SortState {
  const [left, right, ...runs] = state.runs;
  return left && right ? { runs, left, right, merged: [] } : state;
}

import { TandemError } from '../../../model/errors.ts';
import type { Move, RedFlag, Task } from '../solve/task.ts';
import { wholeIn } from './read-answer.ts';

/** Where a multiplication by digits stands. Digits stand lowest first, as the hand writes them. */
export interface DigitState {
  /** What is summed up so far, a digit a place. */
  readonly sums: string;
  /** Place in the second number, whose digit multiplies. */
  readonly row: number;
  /** Place in the first number. */
  readonly column: number;
  readonly carry: number;
}

// What the toy models saw in training; only the first digit of each list matters to a step.
const mostShown = 6;

interface Factors {
  /** Digits, lowest first. */
  readonly first: string;
  readonly second: string;
}

/**
 * Long multiplication by digits: a step multiplies one digit of each number and adds the digit that
 * stands there and the carry. Toys are asked `9x83+42,6=` (the digit that multiplies; the digits
 * left; those standing there; the carry), and answer `72829x3+2,8;`: the product 72, the sum 82,
 * and what is left, as the models `multiplication-…` learned it. The vote is on the sum.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = multiplicationTask('47', '36');
 * ```
 */
export function multiplicationTask(
  first: string | bigint,
  second: string | bigint,
): Task<DigitState, number> {
  const factors = { first: digitsOf('first', first), second: digitsOf('second', second) };
  const places = factors.first.length + factors.second.length;
  return taskOf(`${first} × ${second}`, factors, '0'.repeat(places));
}

function taskOf(name: string, factors: Factors, sums: string): Task<DigitState, number> {
  const { first, second } = factors;
  return {
    name,
    steps: first.length * second.length,
    initial: { sums, row: 0, column: 0, carry: 0 },
    isDone: ({ row }) => row >= second.length,
    wordings: 2,
    prompt: (state, wording) => ({
      text: inWords(factors, state, wording),
      schema: sumSchema,
      maxOutputTokens: 80,
      toy: {
        text: `${spell(factors, state, { skipped: 0, carry: state.carry })}=`,
        stopSequences: [';'],
        maxOutputTokens: 24,
      },
    }),
    parse: (text, state) => parse(text, factors, state),
    apply: (state, sum) => after(factors, state, sum),
    truth: ({ sums: standing, row, column, carry }) =>
      Number(second[row]) * Number(first[column]) + Number(standing[row + column]) + carry,
    key: String,
    stateKey: ({ sums: standing, row, column, carry }) => `${standing} ${row} ${column} ${carry}`,
    answer: state =>
      [...state.sums]
        .reverse()
        .join('')
        .replace(/^0+(?=\d)/, ''),
  };
}

const sumSchema = {
  type: 'object',
  properties: { product: { type: 'integer' }, sum: { type: 'integer' } },
  required: ['product', 'sum'],
  additionalProperties: false,
};

function inWords(
  { first, second }: Factors,
  { sums, row, column, carry }: DigitState,
  wording: number,
): string {
  const [by, digit, standing] = [second[row], first[column], sums[row + column]];
  const form = 'Answer in JSON: {"product": number, "sum": number}.';
  return wording === 0
    ? `Multiply ${by} by ${digit}. Then add ${standing} and ${carry} to the product. ${form}`
    : `The product is ${digit} × ${by}. The sum is the product + ${standing} + ${carry}. ` +
        `Work out both. ${form}`;
}

function parse(
  text: string,
  factors: Factors,
  state: DigitState,
): Move<DigitState, number> | RedFlag {
  const match = /^\d\d(\d\d)(\dx.*?);?$/.exec(text.trim());
  if (!match) {
    const said = wholeIn(text, 'sum');
    if (said === undefined) return { redFlag: 'malformed' };
    return said >= 0 && said <= 99 ? { action: said } : { redFlag: 'no sum of digits' };
  }
  const sum = Number(match[1]);
  const isLeft = match[2] === spell(factors, state, { skipped: 1, carry: Math.floor(sum / 10) });
  return isLeft ? { action: sum } : { redFlag: 'not what is left after the sum' };
}

/** Spells what a step is about, from the first digit that is shown, or from the one behind it. */
function spell(
  { first, second }: Factors,
  { sums, row, column }: DigitState,
  { skipped, carry }: { skipped: 0 | 1; carry: number },
): string {
  const digits = first.slice(column, column + mostShown);
  const standing = sums.slice(row + column, row + column + digits.length);
  return `${second[row]}x${digits.slice(skipped)}+${standing.slice(skipped)},${carry}`;
}

function after({ first }: Factors, { sums, row, column }: DigitState, sum: number): DigitState {
  const [digit, carry] = [sum % 10, Math.floor(sum / 10)];
  const place = row + column;
  const written = `${sums.slice(0, place)}${digit}${sums.slice(place + 1)}`;
  if (column + 1 < first.length) return { sums: written, row, column: column + 1, carry };
  // The place above the row is empty until now.
  const ended = `${written.slice(0, place + 1)}${carry}${written.slice(place + 2)}`;
  return { sums: ended, row: row + 1, column: 0, carry: 0 };
}

/** Reads the digits of a whole number, the lowest first. @throws TandemError */
export function digitsOf(name: string, given: string | bigint): string {
  const text = String(given);
  if (/^\d{1,1000}$/.test(text)) return [...text].reverse().join('');
  throw new TandemError(
    'invalid_argument',
    `\`${name}\` must be a whole number of up to 1,000 digits, got "${text.slice(0, 40)}". Give ` +
      'its digits alone.',
    { data: { name } },
  );
}

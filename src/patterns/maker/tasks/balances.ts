import { TandemError } from '../../../model/errors.ts';
import type { Task } from '../solve/task.ts';
import { valueIn } from './read-answer.ts';

/** An entry of an account. */
export interface BalanceEntry {
  /** Hundredths of the currency: 1250 is 12.50; below 0 for what goes out. */
  readonly cents: number;
  readonly text?: string;
}

/** Where an account stands. */
export interface BalanceState {
  readonly cents: number;
  /** Entries booked. */
  readonly booked: number;
}

/**
 * Carries a balance through the entries of an account, one entry a step: thousands of sums, of
 * which none may be wrong. Amounts are whole hundredths, so that nothing is rounded. @throws
 * TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = balanceTask(10_000, [{ text: 'rent', cents: -8000 }, { cents: 120_050 }]);
 * ```
 */
export function balanceTask(
  opening: number,
  entries: readonly BalanceEntry[],
): Task<BalanceState, number> {
  for (const [index, cents] of [opening, ...entries.map(entry => entry.cents)].entries()) {
    if (Number.isSafeInteger(cents)) continue;
    const what = index === 0 ? 'The opening balance' : `BalanceEntry ${index}`;
    throw new TandemError(
      'invalid_argument',
      `${what} must be whole hundredths, got ${cents}. Give 1250 for 12.50.`,
    );
  }
  return {
    name: `balances of ${entries.length} entries`,
    steps: entries.length,
    initial: { cents: opening, booked: 0 },
    isDone: ({ booked }) => booked >= entries.length,
    prompt: ({ cents, booked }, wording) => ({
      text: question(cents, entries[booked]!, wording),
      schema: balanceSchema,
      maxOutputTokens: 60,
    }),
    wordings: 2,
    parse: text => {
      const value = valueIn(text, 'balance');
      const isSaid = typeof value === 'number' || typeof value === 'string';
      const cents = isSaid ? centsIn(String(value), { isFrom: 0 }) : centsIn(text, { isFrom: 2 });
      return cents === undefined ? { redFlag: 'no amount with two decimals' } : { action: cents };
    },
    apply: ({ booked }, cents) => ({ cents, booked: booked + 1 }),
    truth: ({ cents, booked }) => cents + entries[booked]!.cents,
    key: String,
    stateKey: ({ cents, booked }) => `${cents} ${booked}`,
    answer: ({ cents }) => amount(cents),
  };
}

// A small model gives the old balance back where it is shown one and an entry.
function question(cents: number, entry: BalanceEntry, wording: number): string {
  const [sign, word] = entry.cents < 0 ? ['-', 'minus'] : ['+', 'plus'];
  const size = amount(Math.abs(entry.cents));
  const asked =
    wording === 0
      ? `What is ${amount(cents)} ${sign} ${size}?`
      : `${amount(cents)} ${word} ${size} is?`;
  return `${asked} Answer with two decimals, in JSON: {"balance": amount}.`;
}

const balanceSchema = {
  type: 'object',
  properties: { balance: { type: 'number' } },
  required: ['balance'],
  additionalProperties: false,
};

// No amount has more digits than a number holds.
const amounts = new RegExp(
  String.raw`(?<![\w.])([-−]?)\s?[$€£]?(\d{1,3}(?:,\d{3}){1,12}|\d{1,16})(?!\d)` +
    String.raw`(?:\.(\d{1,2}))?(?![\w.]{0,20}\d)`,
  'g',
);

/** Reads the last amount of a text, in hundredths; with so many decimals at least. */
function centsIn(text: string, { isFrom }: { isFrom: number }): number | undefined {
  const found = [...text.matchAll(amounts)].filter(([, , , part = '']) => part.length >= isFrom);
  const [, sign = '', whole, part = ''] = found.at(-1) ?? [];
  if (whole === undefined) return undefined;
  const size = Number(whole.replaceAll(',', '')) * 100 + Number(part.padEnd(2, '0'));
  return sign === '' || size === 0 ? size : -size;
}

/** Writes hundredths as an amount: -1250 is `-12.50`. */
function amount(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

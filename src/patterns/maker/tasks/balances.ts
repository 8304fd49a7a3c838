import { TandemError } from '../../../model/errors.ts';
import type { Task } from '../solve/task.ts';

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
      stopSequences: ['\n'],
      maxOutputTokens: 24,
    }),
    wordings: 2,
    parse: text => {
      const match = /^([-−]?)(\d{1,3}(?:,\d{3})+|\d+)\.(\d\d)$/.exec(text.trim());
      if (!match) return { redFlag: 'no amount with two decimals' };
      const size = Number(match[2]!.replaceAll(',', '')) * 100 + Number(match[3]);
      return { action: match[1] === '' || size === 0 ? size : -size };
    },
    apply: ({ booked }, cents) => ({ cents, booked: booked + 1 }),
    truth: ({ cents, booked }) => cents + entries[booked]!.cents,
    key: String,
    stateKey: ({ cents, booked }) => `${cents} ${booked}`,
    answer: ({ cents }) => amount(cents),
  };
}

function question(cents: number, entry: BalanceEntry, wording: number): string {
  const sign = entry.cents < 0 ? 'minus' : 'plus';
  const size = amount(Math.abs(entry.cents));
  return wording === 0
    ? `Balance: ${amount(cents)}\nEntry: ${amount(entry.cents)}\nAnswer with the new balance ` +
        'alone, with two decimals.'
    : `${amount(cents)} ${sign} ${size} is? Answer with the amount alone, with two decimals.`;
}

/** Writes hundredths as an amount: -1250 is `-12.50`. */
function amount(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

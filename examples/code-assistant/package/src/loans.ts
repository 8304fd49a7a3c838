import { getBook } from './books.ts';
import { isOverdue } from './dates.ts';
import { formatCents } from './money.ts';

export interface Loan {
  readonly isbn: string;
  readonly reader: string;
  readonly lentAt: number;
}

const loanDays = 28;

/** The fee of a loan in cents: 20 for an overdue one. */
export function feeOf(loan: Loan, now: number): number {
  return isOverdue(loan.lentAt, loanDays, now) ? 20 : 0;
}

/** A line for a reader. */
export function reminder(loan: Loan, now: number): string {
  const title = getBook(loan.isbn)?.title ?? loan.isbn;
  return `${loan.reader}: ${title}, ${formatCents(feeOf(loan, now))}`;
}

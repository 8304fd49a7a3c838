import type { Spent } from '../leaf/cost/prices.ts';
import type { Allowance } from './limits.ts';

/** Something that many runs spend from, of one day (UTC, by the clock of whoever keeps it). */
export interface SharedAccount {
  /** The same in every process, such as `key:website`. */
  readonly id: string;
  readonly limit: Allowance;
  /**
   * Whether calls are booked on it as they are recorded: settling then only frees what was set
   * aside. Default: false.
   */
  readonly isRecorded?: boolean;
}

/** What was set aside on accounts for one call. It counts as spent if nobody settles it in time. */
export interface SharedHold {
  readonly id: string;
  readonly day: string;
  readonly accounts: readonly SharedAccount[];
  readonly most: Spent;
}

/** An account that has no room, with what is spent of it and set aside on it. */
export interface Exhausted {
  readonly exhausted: SharedAccount;
  readonly spent: Spent;
  readonly reserved: Spent;
}

/**
 * Accounts that several runs and processes share: what they set aside and spend together never
 * passes a limit.
 */
export interface SharedAccounts {
  /** Sets the most that a call can cost aside on all accounts, or on none. */
  reserve(
    accounts: readonly SharedAccount[],
    most: Spent,
    holdMs: number,
  ): Promise<SharedHold | Exhausted>;
  /** Books what a call has cost in the place of what was set aside, also after that has run out. */
  settle(hold: SharedHold, spent: Spent): Promise<void>;
  /** What is spent of an account today, and set aside on it. */
  balance(account: string): Promise<{ readonly spent: Spent; readonly reserved: Spent }>;
}

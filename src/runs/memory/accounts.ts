import type { Spent } from '../../model/leaf/cost/prices.ts';
import type { Exhausted, SharedAccount, SharedHold } from '../../model/run/accounts.ts';

type Sum = { -readonly [Key in keyof Spent]: Spent[Key] };

interface MemoryAccount {
  readonly spent: Sum;
  readonly reserved: Sum;
}

interface Open {
  readonly hold: SharedHold;
  readonly untilMs: number;
}

// Fifty times one cent is more than half a dollar as a sum of doubles, which may be off by so much.
const roundingUsd = 1e-9;

/** Accounts of today and yesterday, with what is set aside on them. */
export class MemoryAccounts {
  readonly #days = new Map<string, Map<string, MemoryAccount>>();
  readonly #open = new Map<string, Open>();
  /** Holds that have run out and count as spent. */
  readonly #swept = new Map<string, SharedHold>();
  #nextSweepMs = Number.POSITIVE_INFINITY;

  /** Sets the most that a call can cost aside on all accounts, or on none. */
  reserve(accounts: readonly SharedAccount[], most: Spent, holdMs: number): SharedHold | Exhausted {
    const nowMs = Date.now();
    const day = this.#today(nowMs);
    for (const exhausted of accounts) {
      const account = this.#account(day, exhausted.id);
      if (!hasRoom(account, exhausted, most)) return { exhausted, ...copyOf(account) };
    }
    for (const { id } of accounts) add(this.#account(day, id).reserved, most);
    const hold: SharedHold = { id: crypto.randomUUID(), day, accounts, most };
    const untilMs = nowMs + holdMs;
    this.#open.set(hold.id, { hold, untilMs });
    this.#nextSweepMs = Math.min(this.#nextSweepMs, untilMs);
    return hold;
  }

  /** Books what a call has cost in the place of what was set aside, once. */
  settle({ id }: SharedHold, spent: Spent): void {
    const open = this.#open.get(id)?.hold;
    const hold = open ?? this.#swept.get(id);
    if (!hold) return;
    this.#open.delete(id);
    this.#swept.delete(id);
    for (const { id: name, isRecorded } of hold.accounts) {
      const account = this.#account(hold.day, name);
      subtract(open ? account.reserved : account.spent, hold.most);
      if (!isRecorded) add(account.spent, spent);
    }
  }

  balance(id: string): { readonly spent: Spent; readonly reserved: Spent } {
    return copyOf(this.#account(this.#today(Date.now()), id));
  }

  /** Adds to what is spent of an account today. */
  book(id: string, spent: Spent): void {
    add(this.#account(this.#today(Date.now()), id).spent, spent);
  }

  #today(nowMs: number): string {
    if (this.#nextSweepMs <= nowMs) this.#sweep(nowMs);
    const day = dayOf(nowMs);
    if (!this.#days.has(day)) this.#forgetBefore(dayOf(nowMs - 86_400_000));
    return day;
  }

  // Nobody knows whether the call of a hold that has run out was paid for.
  #sweep(nowMs: number): void {
    this.#nextSweepMs = Number.POSITIVE_INFINITY;
    for (const [id, { hold, untilMs }] of this.#open) {
      if (untilMs > nowMs) {
        this.#nextSweepMs = Math.min(this.#nextSweepMs, untilMs);
        continue;
      }
      this.#open.delete(id);
      this.#swept.set(id, hold);
      for (const account of hold.accounts) {
        const { spent, reserved } = this.#account(hold.day, account.id);
        subtract(reserved, hold.most);
        add(spent, hold.most);
      }
    }
  }

  #forgetBefore(day: string): void {
    for (const known of this.#days.keys()) if (known < day) this.#days.delete(known);
    for (const [id, hold] of this.#swept) if (hold.day < day) this.#swept.delete(id);
  }

  #account(day: string, id: string): MemoryAccount {
    const accounts = this.#days.get(day) ?? new Map<string, MemoryAccount>();
    this.#days.set(day, accounts);
    const account = accounts.get(id) ?? {
      spent: { usd: 0, tokens: 0 },
      reserved: { usd: 0, tokens: 0 },
    };
    accounts.set(id, account);
    return account;
  }
}

function hasRoom(
  { spent, reserved }: MemoryAccount,
  { limit }: SharedAccount,
  most: Spent,
): boolean {
  const { usd = Number.POSITIVE_INFINITY, tokens = Number.POSITIVE_INFINITY } = limit;
  return (
    spent.usd + reserved.usd + most.usd <= usd + roundingUsd &&
    spent.tokens + reserved.tokens + most.tokens <= tokens
  );
}

function add(sum: Sum, { usd, tokens }: Spent): void {
  sum.usd += usd;
  sum.tokens += tokens;
}

function subtract(sum: Sum, { usd, tokens }: Spent): void {
  sum.usd = Math.max(0, sum.usd - usd);
  sum.tokens = Math.max(0, sum.tokens - tokens);
}

function copyOf({ spent, reserved }: MemoryAccount): {
  readonly spent: Spent;
  readonly reserved: Spent;
} {
  return { spent: { ...spent }, reserved: { ...reserved } };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

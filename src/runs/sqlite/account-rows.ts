import type { Spent } from '../../model/leaf/cost/prices.ts';
import type { Exhausted, SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import { nowMs } from './run-rows.ts';
import type { Access } from './sqlite-file.ts';

// Sums of fractions of a cent are off in their last digits.
const tolerance = 1e-9;

interface Balance {
  readonly spent: Spent;
  readonly reserved: Spent;
}

const addSpent = `on conflict(id, day) do update set spent_usd = spent_usd + excluded.spent_usd,
  spent_tokens = spent_tokens + excluded.spent_tokens`;
const bookSql = `insert into account(id, day, spent_usd, spent_tokens)
  values (?, ?, ?, ?) ${addSpent}`;

/** Adds to what all calls that are recorded have cost today, whoever pays. */
export const recordedSql = `insert into account(id, day, spent_usd, spent_tokens)
  values ('journal', date('now'), ?, ?) ${addSpent}`;

/** Sets the most that a call can cost aside on all accounts, or on none. */
export function reserveOn(
  access: Access,
  asked: {
    readonly accounts: readonly SharedAccount[];
    readonly most: Spent;
    readonly holdMs: number;
  },
): SharedHold | Exhausted {
  const { accounts, most, holdMs } = asked;
  sweep(access);
  const day = today();
  for (const account of accounts) {
    const balance = balanceOf(access, account.id, day);
    if (!hasRoom(account, balance, most)) return { exhausted: account, ...balance };
  }
  const id = crypto.randomUUID();
  for (const { id: account } of accounts) {
    access.run(bookSql, [account, day, 0, 0]);
    moveReserved(access, { account, day, usd: most.usd, tokens: most.tokens });
    access.run(
      'insert into reservation(id, account, day, usd, tokens, until_ms) values (?, ?, ?, ?, ?, ' +
        `${nowMs} + ?)`,
      [id, account, day, most.usd, most.tokens, holdMs],
    );
  }
  return { id, day, accounts, most };
}

function hasRoom({ limit }: SharedAccount, { spent, reserved }: Balance, most: Spent): boolean {
  const fits = (unit: 'usd' | 'tokens') =>
    limit[unit] === undefined ||
    spent[unit] + reserved[unit] + most[unit] <= limit[unit] + tolerance;
  return fits('usd') && fits('tokens');
}

/** Books what a call has cost, once; what had run out was counted as spent before. */
export function settleOn(
  access: Access,
  { id, day, accounts, most }: SharedHold,
  spent: Spent,
): void {
  for (const { id: account, isRecorded } of accounts) {
    const [set] = access.all<{ swept: number }>(
      'delete from reservation where id = ? and account = ? returning swept',
      [id, account],
    );
    if (!set) continue;
    const isOpen = set.swept === 0;
    if (isOpen) moveReserved(access, { account, day, usd: -most.usd, tokens: -most.tokens });
    const actual = isRecorded ? { usd: 0, tokens: 0 } : spent;
    const counted = isOpen ? { usd: 0, tokens: 0 } : most;
    const [usd, tokens] = [actual.usd - counted.usd, actual.tokens - counted.tokens];
    if (usd !== 0 || tokens !== 0) access.run(bookSql, [account, day, usd, tokens]);
  }
}

/** What is spent of an account today, and set aside on it. */
export function balanceToday(access: Access, account: string): Balance {
  sweep(access);
  return balanceOf(access, account, today());
}

// What nobody has settled in time may have been paid. It is remembered, should somebody settle it
// after all.
function sweep(access: Access): void {
  const rows = access.all<{
    id: string;
    account: string;
    day: string;
    usd: number;
    tokens: number;
  }>(
    `select id, account, day, usd, tokens from reservation where swept = 0 and until_ms < ${nowMs}`,
  );
  if (rows.length > 0)
    access.run('delete from reservation where swept = 1 and day < ?', [yesterday()]);
  for (const { id, account, day, usd, tokens } of rows) {
    access.run('update reservation set swept = 1 where id = ? and account = ?', [id, account]);
    moveReserved(access, { account, day, usd: -usd, tokens: -tokens });
    access.run(bookSql, [account, day, usd, tokens]);
  }
}

function balanceOf(access: Access, account: string, day: string): Balance {
  const [row] = access.all<{ usd: number; tokens: number; heldUsd: number; heldTokens: number }>(
    `select spent_usd as usd, spent_tokens as tokens, reserved_usd as heldUsd,
    reserved_tokens as heldTokens
     from account where id = ? and day = ?`,
    [account, day],
  );
  const { usd = 0, tokens = 0, heldUsd = 0, heldTokens = 0 } = row ?? {};
  return { spent: { usd, tokens }, reserved: { usd: heldUsd, tokens: heldTokens } };
}

function moveReserved(access: Access, moved: { account: string; day: string } & Spent): void {
  access.run(
    'update account set reserved_usd = reserved_usd + ?, reserved_tokens = reserved_tokens + ? ' +
      'where id = ? and day = ?',
    [moved.usd, moved.tokens, moved.account, moved.day],
  );
}

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

import type { Spent } from '../../model/leaf/cost/prices.ts';
import type { Exhausted, SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import type { Database } from './database.ts';
import { storedJson } from './stored-text.ts';

const reserveSql = `select exhausted, day
  from @.reserve($1, $2, $3, $4, $5)`;
const settleSql = 'select @.settle($1, $2, $3, $4)';
const sweepSql = 'select @.sweep()';
const balanceSql = `select spent_usd as usd, spent_tokens as tokens, reserved_usd as "heldUsd",
  reserved_tokens as "heldTokens" from @.account
  where id = $1 and day = to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD')`;

interface DayBalance {
  readonly spent: Spent;
  readonly reserved: Spent;
}

/** Sets the most that a call can cost aside on all accounts, or on none. */
export async function reserveOn(
  database: Database,
  asked: {
    readonly accounts: readonly SharedAccount[];
    readonly most: Spent;
    readonly holdMs: number;
  },
): Promise<SharedHold | Exhausted> {
  const { accounts, most, holdMs } = asked;
  const id = crypto.randomUUID();
  const rows = accounts.map((account, n) => ({ n, id: account.id, ...account.limit }));
  const [made] = await database.all<{ exhausted: number | null; day: string }>(reserveSql, [
    ...[storedJson(rows), id, most.usd, most.tokens, holdMs],
  ]);
  const { exhausted, day } = made!;
  if (exhausted === null) return { id, day, accounts, most };
  const full = accounts[exhausted]!;
  return { exhausted: full, ...(await balanceToday(database, full.id)) };
}

/** Books what a call has cost, once; what had run out was counted as spent before. */
export async function settleOn(
  database: Database,
  { id, accounts }: SharedHold,
  spent: Spent,
): Promise<void> {
  const recorded = accounts.filter(({ isRecorded }) => isRecorded).map(account => account.id);
  await database.all(settleSql, [id, recorded, spent.usd, spent.tokens], {
    patienceMs: database.patienceMs,
  });
}

/** What is spent of an account today, and set aside on it. What ran out counts as spent. */
export async function balanceToday(database: Database, account: string): Promise<DayBalance> {
  await database.all(sweepSql);
  const [row] = await database.all<{
    usd: number;
    tokens: number;
    heldUsd: number;
    heldTokens: number;
  }>(balanceSql, [account]);
  const { usd = 0, tokens = 0, heldUsd = 0, heldTokens = 0 } = row ?? {};
  return { spent: { usd, tokens }, reserved: { usd: heldUsd, tokens: heldTokens } };
}

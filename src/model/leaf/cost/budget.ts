import { TandemError } from '../../errors.ts';
import type { SharedAccount, SharedAccounts, SharedHold } from '../../run/accounts.ts';
import type { Allowance, BudgetLimits } from '../../run/limits.ts';
import type { RunOptions } from '../../run/scope.ts';
import type { Spent } from './prices.ts';

/**
 * A limit that several runs share, of one process or several, such as that of a key of a server:
 * what the calls in flight of all of them may cost is set aside, so that they cannot exceed it
 * together.
 */
export interface SharedBudget {
  /** As the error says it: `the budget of the key "website"`. */
  readonly name: string;
  readonly account: SharedAccount;
  /** Where the account is kept: a journal's `accounts`, or those of a store. */
  readonly accounts: SharedAccounts;
}

/** A limit of one run with what has been spent of it, and what calls in flight may still spend. */
interface Account {
  /** As the error says it: `the run's budget`. */
  readonly name: string;
  readonly limit: Allowance;
  readonly spent: () => Spent;
  readonly reserved: { usd: number; tokens: number };
}

/** The budget of one run. */
export interface Budget {
  readonly limits: BudgetLimits;
  readonly run: { usd: number; tokens: number };
  readonly byModel: Map<string, { usd: number; tokens: number }>;
  readonly accounts: Map<string, Account>;
  readonly shared: readonly SharedBudget[];
}

/** What a call may cost at most. */
export interface Request {
  readonly modelId: string;
  /** Whether it leaves for a cloud; calls on the device cost no tokens but of their own model. */
  readonly isCloud: boolean;
  /** Upper estimate. */
  readonly inputTokens: number;
  /** The call's own limit, if it has one. */
  readonly maxOutputTokens: number | undefined;
  /** US dollars per million tokens; absent if unknown. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
}

/** A call that may be made. */
export interface Reservation {
  /** Output tokens it may use, so that the estimate holds; absent where no limit applies. */
  readonly maxOutputTokens: number | undefined;
  /** Books what was spent in truth; `unknown` counts as the estimate. */
  settle(actual: Actual): void;
}

/** What a call has used. */
export interface Actual {
  readonly usd: number | 'unknown';
  readonly tokens: number | undefined;
}

// What is set aside counts as spent after so long: whoever set it aside may have died with the call
// under way.
const holdMs = 600_000;
// How often another process may take the room that was left before it is asked for no more.
const mostTries = 8;
// A call that sets no limit itself may use so many output tokens, or as many as the budget still
// allows.
const defaultOutputTokens = 4096;
// Fewer are no answer.
const leastOutputTokens = 64;

/**
 * Opens the budget of a run; `undefined` where nothing is limited. @throws TandemError
 * `invalid_argument`
 */
export function openBudget({
  budget,
  budgetUsd,
  sharedBudgets = [],
  journal,
}: RunOptions): Budget | undefined {
  if (!budget && budgetUsd === undefined && sharedBudgets.length === 0) return undefined;
  const limits = limitsOf(budget ?? {}, budgetUsd);
  const { perDay } = limits;
  const shared = perDay
    ? [...sharedBudgets, ...dayBudgets(perDay, journal?.accounts)]
    : sharedBudgets;
  if (shared.length === 0 && !isLimited(limits) && !limits.perCall && !limits.perModel)
    return undefined;
  return { limits, run: zero(), byModel: new Map(), accounts: new Map(), shared };
}

// Of the two ways to limit the run's money the smaller holds.
function limitsOf(budget: BudgetLimits, budgetUsd: number | undefined): BudgetLimits {
  requireAllowance('budget', budget);
  requireAllowance('budget.perCall', budget.perCall);
  requireAllowance('budget.perDay', budget.perDay);
  for (const [model, own] of Object.entries(budget.perModel ?? {}))
    requireAllowance(`budget.perModel["${model}"]`, own);
  if (budgetUsd === undefined) return budget;
  if (!(budgetUsd >= 0)) {
    const message = `\`budgetUsd\` must be 0 or more, got ${budgetUsd}. Leave it out for no limit.`;
    throw new TandemError('invalid_argument', message);
  }
  return { ...budget, usd: Math.min(budgetUsd, budget.usd ?? budgetUsd) };
}

// What is recorded is booked by the record: settling only frees what was set aside.
function dayBudgets(limit: Allowance, accounts: SharedAccounts | undefined): SharedBudget[] {
  if (!accounts) {
    const message =
      '`budget.perDay` needs a journal, which knows what other runs have spent. Give one, or ' +
      'leave it out.';
    throw new TandemError('invalid_argument', message);
  }
  if (!isLimited(limit)) return [];
  return [
    { name: "the day's budget", account: { id: 'journal', limit, isRecorded: true }, accounts },
  ];
}

/**
 * Sets aside the most that a call can cost, so that calls in flight cannot overspend together;
 * without a wait where no limit is shared. @throws TandemError `budget_exceeded`
 */
export function reserve(budget: Budget, request: Request): Reservation | Promise<Reservation> {
  const own = accountsFor(budget, request);
  const shared = request.isCloud ? budget.shared : [];
  if (own.length === 0 && shared.length === 0) {
    return {
      maxOutputTokens: undefined,
      settle: actual => spend(budget, request, counted(request, actual)),
    };
  }
  const output = roomOf(own, request, request.maxOutputTokens ?? defaultOutputTokens);
  const hold = holdOn(own, estimateOf(request, output));
  const finish = (found: number, holds: readonly HeldShare[]): Reservation => ({
    maxOutputTokens: found,
    settle(actual) {
      hold.free();
      const most = estimateOf(request, found);
      const spent = {
        usd: actual.usd === 'unknown' ? most.usd : actual.usd,
        tokens: actual.tokens ?? most.tokens,
      };
      // Not waited for: what is never settled counts as spent.
      for (const each of holds) each.shared.accounts.settle(each.hold, spent).catch(() => {});
      spend(budget, request, spent);
    },
  });
  if (shared.length === 0) return finish(output, []);
  return reserveShared(shared, request, output).then(
    ({ found, holds }) => {
      hold.lower(estimateOf(request, found));
      return finish(found, holds);
    },
    (error: unknown) => {
      hold.free();
      throw error;
    },
  );
}

interface HeldShare {
  readonly shared: SharedBudget;
  readonly hold: SharedHold;
}

// Asks for less as long as there is less room, which others may be taking too.
async function reserveShared(shared: readonly SharedBudget[], request: Request, wanted: number) {
  for (let tries = 1, found = wanted; ; tries++) {
    const { holds, full } = await holdOnAll(shared, request, estimateOf(request, found));
    if (!full) return { found, holds };
    await Promise.all(holds.map(each => each.shared.accounts.settle(each.hold, nothing)));
    const room = roomOf([full], request, request.maxOutputTokens ?? defaultOutputTokens);
    // Less by a token at least, so that it ends.
    found = Math.min(room, found - 1);
    if (tries >= mostTries || found < 1)
      throw exhausted({ account: full, unit: unitOf(full) }, request);
  }
}

// Holds on one after the other, up to the first that has no room.
async function holdOnAll(
  shared: readonly SharedBudget[],
  request: Request,
  most: Spent,
): Promise<{ readonly holds: readonly HeldShare[]; readonly full?: Account }> {
  const holds: HeldShare[] = [];
  for (const each of shared) {
    const { limit } = each.account;
    if (limit.usd !== undefined && !request.price) throw unpriced(request.modelId, limit.usd);
    const hold = await each.accounts.reserve([each.account], most, holdMs);
    if ('exhausted' in hold) {
      const { spent, reserved } = hold;
      return { holds, full: { name: each.name, limit, spent: () => spent, reserved } };
    }
    holds.push({ shared: each, hold });
  }
  return { holds };
}

// How many output tokens all limits leave room for, at most those wanted. @throws TandemError
// `budget_exceeded`
function roomOf(accounts: readonly Account[], request: Request, wanted: number): number {
  const rooms = accounts.flatMap(account =>
    roomsOf(account, request).map(room => ({ account, ...room })),
  );
  const output = Math.min(wanted, ...rooms.map(({ room }) => room));
  const tight = rooms.find(
    ({ room }) => room === output && output < Math.min(wanted, leastOutputTokens),
  );
  if (tight) throw exhausted(tight, request);
  return output;
}

function unitOf({ limit }: Account): 'usd' | 'tokens' {
  return limit.usd === undefined ? 'tokens' : 'usd';
}

// Sets aside on accounts of this process; frees it once.
function holdOn(accounts: readonly Account[], most: Spent) {
  let held = most;
  const move = ({ usd, tokens }: Spent) => {
    for (const { reserved } of accounts)
      add(reserved, { usd: usd - held.usd, tokens: tokens - held.tokens });
    held = { usd, tokens };
  };
  for (const { reserved } of accounts) add(reserved, most);
  return { lower: move, free: () => move(nothing) };
}

function estimateOf(request: Request, output: number): Spent {
  return { usd: costOf(request, output), tokens: request.inputTokens + output };
}

function accountsFor(budget: Budget, request: Request): Account[] {
  const { limits, accounts } = budget;
  const { perCall } = limits;
  const perModel = limits.perModel?.[request.modelId];
  const found: Account[] = [];
  if (request.isCloud && isLimited(limits)) {
    found.push(
      account(accounts, { name: "the run's budget", limit: limits, spent: () => budget.run }),
    );
  }
  if (request.isCloud && perCall && isLimited(perCall)) {
    found.push({
      name: 'the budget of a call',
      limit: perCall,
      spent: () => nothing,
      reserved: zero(),
    });
  }
  if (perModel && isLimited(perModel)) {
    const spent = () => budget.byModel.get(request.modelId) ?? nothing;
    found.push(
      account(accounts, { name: `the budget of "${request.modelId}"`, limit: perModel, spent }),
    );
  }
  return found;
}

const nothing: Spent = { usd: 0, tokens: 0 };

function zero(): { usd: number; tokens: number } {
  return { usd: 0, tokens: 0 };
}

function account(accounts: Map<string, Account>, facts: Omit<Account, 'reserved'>): Account {
  const known = accounts.get(facts.name);
  if (known) return known;
  const opened = { ...facts, reserved: zero() };
  accounts.set(facts.name, opened);
  return opened;
}

// How many output tokens each limit leaves room for; below 0 if the input alone is too much.
function roomsOf(
  { limit, spent, reserved }: Account,
  request: Request,
): { unit: 'usd' | 'tokens'; room: number }[] {
  const { usd, tokens } = spent();
  const rooms: ReturnType<typeof roomsOf> = [];
  if (limit.tokens !== undefined) {
    rooms.push({
      unit: 'tokens',
      room: limit.tokens - tokens - reserved.tokens - request.inputTokens,
    });
  }
  if (limit.usd !== undefined && request.isCloud) {
    if (!request.price) throw unpriced(request.modelId, limit.usd);
    const left = limit.usd - usd - reserved.usd - costOf(request, 0);
    const most = left < 0 ? -1 : Number.POSITIVE_INFINITY;
    const { output } = request.price;
    rooms.push({ unit: 'usd', room: output === 0 ? most : Math.floor((left * 1e6) / output) });
  }
  return rooms;
}

function costOf({ price, inputTokens }: Request, output: number): number {
  return price ? (inputTokens * price.input + output * price.output) / 1e6 : 0;
}

function counted(request: Request, actual: Actual): Spent {
  const usd = actual.usd === 'unknown' ? costOf(request, 0) : actual.usd;
  return { usd, tokens: actual.tokens ?? request.inputTokens };
}

function spend(budget: Budget, { modelId, isCloud }: Request, spent: Spent): void {
  add(budget.run, isCloud ? spent : { usd: spent.usd, tokens: 0 });
  const own = budget.byModel.get(modelId) ?? { usd: 0, tokens: 0 };
  add(own, spent);
  budget.byModel.set(modelId, own);
}

function add(sum: { usd: number; tokens: number }, { usd, tokens }: Spent): void {
  sum.usd += usd;
  sum.tokens += tokens;
}

function isLimited(allowance: Allowance | undefined): boolean {
  return allowance?.usd !== undefined || allowance?.tokens !== undefined;
}

function requireAllowance(name: string, allowance: Allowance | undefined): void {
  for (const unit of ['usd', 'tokens'] as const) {
    const value = allowance?.[unit];
    if (value === undefined || value >= 0) continue;
    throw new TandemError(
      'invalid_argument',
      `\`${name}.${unit}\` must be 0 or more, got ${value}. Leave it out for no limit.`,
      { data: { name: `${name}.${unit}` } },
    );
  }
}

function unpriced(modelId: string, limitUsd: number): TandemError {
  return new TandemError(
    'budget_exceeded',
    `The budget of $${limitUsd} cannot be kept: the price of "${modelId}" is unknown. Give it ` +
      'under `prices`, in US dollars per million tokens: ' +
      `{ "${modelId}": { input: 2, output: 8 } }, with its own numbers.`,
    { data: { modelId, limitUsd } },
  );
}

function exhausted(
  { account, unit }: { account: Account; unit: 'usd' | 'tokens' },
  request: Request,
): TandemError {
  const { limit, name } = account;
  const spent = account.spent();
  const least = Math.min(request.maxOutputTokens ?? leastOutputTokens, leastOutputTokens);
  const isMoney = unit === 'usd';
  const cost = isMoney
    ? `$${costOf(request, least).toFixed(6)}`
    : `${request.inputTokens + least} tokens`;
  const state = isMoney
    ? `$${spent.usd.toFixed(6)} of $${limit.usd}`
    : `${spent.tokens} of ${limit.tokens} tokens`;
  return new TandemError(
    'budget_exceeded',
    `A call to "${request.modelId}" may cost ${cost} or more, and ${state} of ${name} is spent. ` +
      'Raise it, or ask for less.',
    {
      data: {
        modelId: request.modelId,
        budget: name,
        unit,
        limit: limit[unit],
        spent: spent[unit],
      },
    },
  );
}

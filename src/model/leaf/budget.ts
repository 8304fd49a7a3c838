import type { Spent } from '../../trace/prices.ts';
import { TandemError } from '../errors.ts';

/** What may be spent: US dollars on any call, tokens (input and output) on calls to a cloud. Each 0 or more. */
export interface Allowance {
  readonly usd?: number;
  readonly tokens?: number;
}

/** What a run may spend; every limit is checked before a call, against the most that the call can cost. */
export interface BudgetLimits extends Allowance {
  /** Of every single call. */
  readonly perCall?: Allowance;
  /** Of all runs in the journal since midnight UTC, this one included; it needs a journal. */
  readonly perDay?: Allowance;
  /** Of this run, by model id; here tokens count for models on the device too. */
  readonly perModel?: Readonly<Record<string, Allowance>>;
}

/**
 * A limit that several runs share, such as that of a key of a server: what the calls in flight of all of them may cost
 * is set aside, so that they cannot exceed it together.
 */
export interface SharedBudget {
  /** As the error says it: `the budget of the key "website"`. */
  readonly name: string;
  readonly limit: Allowance;
  /** What has been spent of it by now. */
  readonly spent: () => Spent;
  /** What calls in flight may still spend; kept here by those calls. */
  readonly reserved: { usd: number; tokens: number };
  /** Is told what a call to a cloud has cost, as soon as it has ended; an unknown price counts as the most. */
  book(spent: Spent): void;
}

/** A limit with what has been spent of it, and what calls in flight may still spend. */
interface Account {
  /** As the error says it: `the run's budget`. */
  readonly name: string;
  readonly limit: Allowance;
  readonly spent: () => Spent;
  readonly reserved: { usd: number; tokens: number };
  readonly book?: (spent: Spent) => void;
}

/** The budget of one run. */
export interface Budget {
  readonly limits: BudgetLimits;
  readonly run: { usd: number; tokens: number };
  readonly byModel: Map<string, { usd: number; tokens: number }>;
  readonly accounts: Map<string, Account>;
  /** What all runs have spent since a time; absent without a journal. */
  readonly spentSince: ((since: string) => Spent) | undefined;
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
  settle(actual: { usd: number | 'unknown'; tokens: number | undefined }): void;
}

// A call that sets no limit itself may use so many output tokens, or as many as the budget still allows.
const defaultOutputTokens = 4096;
// Fewer are no answer.
const leastOutputTokens = 64;

/** Opens a budget. @throws TandemError `invalid_argument` */
export function openBudget(
  limits: BudgetLimits,
  { spentSince, shared = [] }: { spentSince?: Budget['spentSince']; shared?: readonly SharedBudget[] | undefined } = {},
): Budget {
  const { perCall, perDay, perModel } = limits;
  for (const [name, allowance] of [
    ['budget', limits],
    ['budget.perCall', perCall],
    ['budget.perDay', perDay],
    ...Object.entries(perModel ?? {}).map(([model, own]) => [`budget.perModel["${model}"]`, own] as const),
  ] as const) {
    requireAllowance(name, allowance);
  }
  if (perDay && !spentSince) {
    const message =
      '`budget.perDay` needs a journal, which knows what other runs have spent. Give one, or leave it out.';
    throw new TandemError('invalid_argument', message);
  }
  return { limits, run: { usd: 0, tokens: 0 }, byModel: new Map(), accounts: new Map(), spentSince, shared };
}

/** Tells whether a budget only counts. */
export function isUnlimited({ limits, shared }: Budget): boolean {
  return shared.length === 0 && !isLimited(limits) && !limits.perCall && !limits.perDay && !limits.perModel;
}

/** Sets aside the most that a call can cost, so that calls in flight cannot overspend together. @throws TandemError `budget_exceeded` */
export function reserve(budget: Budget, request: Request): Reservation {
  const accounts = accountsFor(budget, request);
  if (accounts.length === 0) {
    return { maxOutputTokens: undefined, settle: actual => spend(budget, request, counted(request, actual)) };
  }
  const wanted = request.maxOutputTokens ?? defaultOutputTokens;
  const rooms = accounts.flatMap(account => roomsOf(account, request).map(room => ({ account, ...room })));
  const output = Math.min(wanted, ...rooms.map(({ room }) => room));
  const tight = rooms.find(({ room }) => room === output && output < Math.min(wanted, leastOutputTokens));
  if (tight) throw exhausted(tight, request);
  const estimate = { usd: costOf(request, output), tokens: request.inputTokens + output };
  for (const { reserved } of accounts) add(reserved, estimate);
  return {
    maxOutputTokens: output,
    settle(actual) {
      for (const { reserved } of accounts) add(reserved, { usd: -estimate.usd, tokens: -estimate.tokens });
      const usd = actual.usd === 'unknown' ? estimate.usd : actual.usd;
      const spent = { usd, tokens: actual.tokens ?? estimate.tokens };
      for (const { book } of accounts) book?.(spent);
      spend(budget, request, spent);
    },
  };
}

function accountsFor(budget: Budget, request: Request): Account[] {
  const { limits } = budget;
  const perModel = limits.perModel?.[request.modelId];
  const accounts = request.isCloud ? cloudAccounts(budget) : [];
  if (perModel && isLimited(perModel)) {
    const spent = () => budget.byModel.get(request.modelId) ?? nothing;
    accounts.push(account(budget.accounts, { name: `the budget of "${request.modelId}"`, limit: perModel, spent }));
  }
  return accounts;
}

function cloudAccounts(budget: Budget): Account[] {
  const { limits, accounts, spentSince } = budget;
  const { perCall, perDay } = limits;
  const found: Account[] = [...budget.shared];
  if (isLimited(limits))
    found.push(account(accounts, { name: "the run's budget", limit: limits, spent: () => budget.run }));
  if (perCall && isLimited(perCall))
    found.push({ name: 'the budget of a call', limit: perCall, spent: () => nothing, reserved: zero() });
  if (perDay && isLimited(perDay) && spentSince) {
    const spent = () => spentSince(`${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`);
    const shared = accountsOfDay.get(spentSince) ?? new Map<string, Account>();
    accountsOfDay.set(spentSince, shared);
    // What is in flight counts for all runs of this process; the limit is this run's own.
    const day = account(shared, { name: "the day's budget", limit: perDay, spent });
    found.push({ ...day, limit: perDay });
  }
  return found;
}

const accountsOfDay = new WeakMap<object, Map<string, Account>>();

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
function roomsOf({ limit, spent, reserved }: Account, request: Request): { unit: 'usd' | 'tokens'; room: number }[] {
  const { usd, tokens } = spent();
  const rooms: ReturnType<typeof roomsOf> = [];
  if (limit.tokens !== undefined) {
    rooms.push({ unit: 'tokens', room: limit.tokens - tokens - reserved.tokens - request.inputTokens });
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

function counted(request: Request, actual: Parameters<Reservation['settle']>[0]): Spent {
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
    const message = `\`${name}.${unit}\` must be 0 or more, got ${value}. Leave it out for no limit.`;
    throw new TandemError('invalid_argument', message, { data: { name: `${name}.${unit}` } });
  }
}

function unpriced(modelId: string, limitUsd: number): TandemError {
  return new TandemError(
    'budget_exceeded',
    `The budget of $${limitUsd} cannot be kept: the price of "${modelId}" is unknown. Give it under \`prices\`.`,
    { data: { modelId, limitUsd } },
  );
}

function exhausted({ account, unit }: { account: Account; unit: 'usd' | 'tokens' }, request: Request): TandemError {
  const { limit, name } = account;
  const spent = account.spent();
  const least = Math.min(request.maxOutputTokens ?? leastOutputTokens, leastOutputTokens);
  const isMoney = unit === 'usd';
  const cost = isMoney ? `$${costOf(request, least).toFixed(6)}` : `${request.inputTokens + least} tokens`;
  const state = isMoney ? `$${spent.usd.toFixed(6)} of $${limit.usd}` : `${spent.tokens} of ${limit.tokens} tokens`;
  return new TandemError(
    'budget_exceeded',
    `A call to "${request.modelId}" may cost ${cost} or more, and ${state} of ${name} is spent. Raise it, or ask for less.`,
    { data: { modelId: request.modelId, budget: name, unit, limit: limit[unit], spent: spent[unit] } },
  );
}

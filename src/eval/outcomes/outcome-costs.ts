import { costOf } from '../../model/leaf/cost/prices.ts';
import type { Price } from '../../model/run/limits.ts';
import type { ModelOutcome, OutcomeRow } from './outcome-log.ts';

/** What each row costs on either side. */
export interface Costs {
  readonly local: readonly number[];
  readonly cloud: readonly number[];
  /**
   * What the figures are: dollars as logged, dollars by tokens and prices, tokens of the cloud
   * alone, or calls.
   */
  readonly basis: 'logged dollars' | 'dollars by tokens' | 'cloud tokens' | 'cloud calls';
}

/** Prices of both sides, where they are known. */
export interface OutcomePrices {
  readonly local?: Price | undefined;
  readonly cloud?: Price | undefined;
}

/**
 * Finds what the rows of a log cost, by the best that it tells.
 * @example
 * ```ts
 * const costs = costsOf(rows);
 * ```
 */
export function costsOf(rows: readonly OutcomeRow[], prices: OutcomePrices = {}): Costs {
  const every = (test: (outcome: ModelOutcome) => boolean, role: 'local' | 'cloud') =>
    rows.every(row => test(row[role]));
  const column = (
    role: 'local' | 'cloud',
    cost: (outcome: ModelOutcome, row: OutcomeRow) => number,
  ) => rows.map(row => cost(row[role], row));
  if (every(({ costUsd }) => costUsd !== undefined, 'cloud')) {
    const logged = ({ costUsd }: ModelOutcome) => costUsd ?? 0;
    return {
      local: column('local', logged),
      cloud: column('cloud', logged),
      basis: 'logged dollars',
    };
  }
  if (!every(({ outputTokens }) => outputTokens !== undefined, 'cloud')) {
    return { local: rows.map(() => 0), cloud: rows.map(() => 1), basis: 'cloud calls' };
  }
  const { local: localPrice, cloud: cloudPrice } = prices;
  if (!cloudPrice) {
    return { local: rows.map(() => 0), cloud: column('cloud', tokensOf), basis: 'cloud tokens' };
  }
  const priced = (price: Price | undefined) => (outcome: ModelOutcome, row: OutcomeRow) => {
    if (!price) return 0;
    const tokens = {
      input: inputOf(outcome, row),
      cachedInput: 0,
      output: outcome.outputTokens ?? 0,
    };
    const cost = costOf(tokens, price);
    return cost === 'unknown' ? 0 : cost;
  };
  return {
    local: column('local', priced(localPrice)),
    cloud: column('cloud', priced(cloudPrice)),
    basis: 'dollars by tokens',
  };
}

/**
 * Gives the cost of sending the first `share` of an order to the cloud, as a share of the cloud
 * alone.
 */
export function costShareAt(
  { local, cloud }: Costs,
  { order, share, paysBoth }: { order: ArrayLike<number>; share: number; paysBoth: boolean },
): number {
  if (!Number.isFinite(share)) return Number.NaN;
  const sent = Math.round(share * order.length);
  let [cost, alone] = [0, 0];
  for (let place = 0; place < order.length; place++) {
    const index = order[place]!;
    alone += cloud[index]!;
    cost += place < sent ? cloud[index]! + (paysBoth ? local[index]! : 0) : local[index]!;
  }
  return alone === 0 ? Number.NaN : cost / alone;
}

function tokensOf(outcome: ModelOutcome, row: OutcomeRow): number {
  return inputOf(outcome, row) + (outcome.outputTokens ?? 0);
}

// Four characters a token, where the log does not say.
function inputOf({ inputTokens }: ModelOutcome, { prompt }: OutcomeRow): number {
  return inputTokens ?? prompt.length / 4;
}

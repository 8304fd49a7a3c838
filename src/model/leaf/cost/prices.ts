import type { Tokens, Usd } from '../../../trace/span.ts';

/** Price of a model in US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** Price of cached input tokens. Default: the input price. */
  readonly cachedInput?: number;
  readonly output: number;
}

/** Prices by model name, without the backend's scheme (`gpt-4.1`, not `azure:gpt-4.1`). */
export type PriceByModel = Readonly<Record<string, Price>>;

/** What was spent: US dollars, and tokens. */
export interface Spent {
  readonly usd: number;
  readonly tokens: number;
}

/**
 * What time on this device costs: US dollars an hour, or watts at a price of the kilowatt-hour; 0
 * for nothing.
 */
export type LocalPrice =
  | 0
  | { readonly usdPerHour: number }
  | { readonly watts: number; readonly usdPerKwh: number };

/**
 * Prices a stretch of time on this device, in US dollars; calls that overlap each cost their own
 * time.
 */
export function localCostOf(durationMs: number, price: LocalPrice): number {
  if (price === 0) return 0;
  const hours = durationMs / 3_600_000;
  return 'usdPerHour' in price
    ? hours * price.usdPerHour
    : hours * (price.watts / 1000) * price.usdPerKwh;
}

/** The day on which the table below was last compared with the vendors' public list prices. */
export const pricesAsOf = '2025-08-31';

/**
 * Public list prices, US dollars per million tokens. Override them where your contract says
 * otherwise.
 */
export const listPrices: PriceByModel = {
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  'gpt-5': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
  'gpt-5-nano': { input: 0.05, cachedInput: 0.005, output: 0.4 },
  'o4-mini': { input: 1.1, cachedInput: 0.275, output: 4.4 },
};

/**
 * Finds a model's price: by its whole id, then by the id without the scheme; `undefined` if neither
 * is listed.
 */
export function priceOf(modelId: string, overrides: PriceByModel = {}): Price | undefined {
  const bare = modelId.slice(modelId.indexOf(':') + 1);
  for (const key of [modelId, bare]) {
    if (Object.hasOwn(overrides, key)) return overrides[key];
    if (Object.hasOwn(listPrices, key)) return listPrices[key];
  }
  return undefined;
}

/** Prices token counts; `'unknown'` if the price or a count is missing. */
export function costOf(tokens: Tokens, price: Price | undefined): Usd {
  if (!price || tokens.input === undefined || tokens.output === undefined) return 'unknown';
  const cached = Math.min(tokens.cachedInput ?? 0, tokens.input);
  const input = (tokens.input - cached) * price.input + cached * (price.cachedInput ?? price.input);
  return (input + tokens.output * price.output) / 1e6;
}

/** Adds sums of money; one unknown part makes the whole unknown. */
export function addUsd(...parts: readonly Usd[]): Usd {
  let total = 0;
  for (const part of parts) {
    if (part === 'unknown') return 'unknown';
    total += part;
  }
  return total;
}

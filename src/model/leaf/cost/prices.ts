import type { Tokens, Usd } from '../../../trace/span.ts';
import type { Allowance, LocalPrice, Price } from '../../run/limits.ts';
import type { LanguageModel } from '../../types.ts';
import { listedNames, listingNamed, listingOf } from './catalogue.ts';
import type { ListPrice } from './catalogue-row.ts';

/** Prices by model name, without the backend's scheme (`gpt-4.1`, not `azure:gpt-4.1`). */
export type PriceByModel = Readonly<Record<string, Price>>;

/** What was spent: US dollars, and tokens. */
export type Spent = Required<Allowance>;

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

/**
 * Finds a model's price: what is set for its whole id, then for the id without the scheme, then
 * what the catalogue lists; `undefined` of a model that is in neither. Of an id alone the host is
 * not known: that of an `openai-compatible:` model has no listed price.
 * @example
 * ```ts
 * const price = priceOf('openai:gpt-4.1', { 'gpt-4.1': { input: 2, output: 8 } });
 * ```
 */
export function priceOf(
  model: string | LanguageModel,
  overrides: PriceByModel = {},
): ListPrice | undefined {
  const [modelId, provider] =
    typeof model === 'string' ? [model, ''] : [model.modelId, model.provider];
  const bare = modelId.slice(modelId.indexOf(':') + 1);
  for (const key of [modelId, bare]) {
    if (Object.hasOwn(overrides, key)) return overrides[key];
  }
  const noted = typeof model === 'string' ? undefined : listingOf(model);
  if (noted !== undefined) return noted?.price;
  if (!listedNames.test(modelId) && !listedNames.test(provider)) return undefined;
  return listingNamed(modelId, provider)?.price;
}

/**
 * Prices token counts; `'unknown'` if the price or a count is missing.
 * @example
 * ```ts
 * const cost = costOf({ input: 1000, cachedInput: 0, output: 200 }, priceOf('openai:gpt-4.1'));
 * ```
 */
export function costOf(tokens: Tokens, price: ListPrice | undefined): Usd {
  if (!price || tokens.input === undefined || tokens.output === undefined) return 'unknown';
  const cached = Math.min(tokens.cachedInput ?? 0, tokens.input);
  const rate = price.long && tokens.input > price.long.above ? price.long : price;
  const input = (tokens.input - cached) * rate.input + cached * (rate.cachedInput ?? rate.input);
  return (input + tokens.output * rate.output) / 1e6;
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

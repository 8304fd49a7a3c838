import type { Listing, ListPrice } from '../../model/leaf/cost/catalogue-row.ts';
import type { NameLeaf, NameMatch, SourceModel, SourceRate, SourceRates } from './price-source.ts';

// Sound and pictures that a model writes are priced apart, and so are hours and pages.
const otherWork = /^(output_(audio|image|video)_|requests_|audio_hours)|_(hours|kpages)$/;

/**
 * Trims a model of the package to what a call needs as of a day (`2026-09-23`): nothing where its
 * text has no price.
 */
export function trimmed({ id, match, context_window, prices }: SourceModel, day: string) {
  const rates = ratesOn(prices, day);
  const names = namesIn(match);
  if (names.length === 0 || Object.keys(rates).some(key => otherWork.test(key))) return [];
  const output = rates.output_mtok ?? (/embed/.test(id) ? 0 : undefined);
  const { input_mtok: input, cache_read_mtok: cachedInput } = rates;
  if (input === undefined || output === undefined) return [];
  const above = typeof input === 'number' ? undefined : input.tiers[0]?.start;
  const listing: Listing = {
    names,
    price: {
      ...ratesAt({ input, cachedInput, output }, 'base'),
      ...(above !== undefined && {
        long: { above, ...ratesAt({ input, cachedInput, output }, 'tier') },
      }),
    },
    ...(context_window !== undefined && { contextTokens: context_window }),
  };
  return [listing];
}

/** Writes a model as a row of the catalogue. */
export function rowOf({ names, contextTokens, price }: Listing): string {
  const { long } = price;
  const written = ({ input, cachedInput, output }: Omit<ListPrice, 'long'>) =>
    `${input} ${cachedInput ?? '-'} ${output}`;
  const parts = [names.join(' '), written(price), contextTokens ?? '-'];
  return [...parts, ...(long ? [`${long.above} ${written(long)}`] : [])].join(' | ');
}

// The rates that hold on a day, at its dearest hour: a budget must not be overrun.
function ratesOn(prices: SourceModel['prices'], day: string): SourceRates {
  if (!Array.isArray(prices)) return prices;
  let found: SourceRates = {};
  for (const { constraint, prices: rates } of prices) {
    const since = constraint?.start_date;
    if (since !== undefined && since > day) continue;
    const isAtHours = constraint != null && since === undefined;
    const isDearer = !isAtHours || baseOf(rates) > baseOf(found);
    if (isDearer) found = rates;
  }
  return found;
}

function baseOf({ output_mtok: rate = 0 }: SourceRates): number {
  return typeof rate === 'number' ? rate : rate.base;
}

type Rates = Readonly<Record<'input' | 'output', SourceRate>> & {
  readonly cachedInput: SourceRate | undefined;
};

function ratesAt({ input, cachedInput, output }: Rates, level: 'base' | 'tier') {
  const at = (rate: SourceRate) => {
    if (typeof rate === 'number') return rate;
    return level === 'base' ? rate.base : (rate.tiers[0]?.price ?? rate.base);
  };
  return {
    input: at(input),
    ...(cachedInput !== undefined && { cachedInput: at(cachedInput) }),
    output: at(output),
  };
}

// Of a beginning that is cut in the middle of a date, the whole names beside it say enough.
function namesIn(match: NameMatch): string[] {
  const leaves = leavesOf(match);
  const open = leaves.flatMap(openPart);
  const names = leaves.flatMap(leaf => {
    if ('equals' in leaf) return [leaf.equals];
    if ('ends_with' in leaf) return [leaf.ends_with];
    if ('regex' in leaf) return [];
    const [part = ''] = openPart(leaf);
    if (isFineTuned(part)) return [`${part}*`];
    return /-20\d\d-?$/.test(part) ? [] : [part.replace(/[-@]$/, '')];
  });
  const mark = (name: string) => (open.some(part => part.startsWith(name)) ? `${name}+` : name);
  return [...new Set(names.map(mark).map(name => name.toLowerCase()))];
}

function isFineTuned(part: string): boolean {
  return part.startsWith('ft:') || part.endsWith('.ft-');
}

// What may be followed by more; of a pattern, what it says word for word at its beginning.
function openPart(leaf: NameLeaf): string[] {
  if ('starts_with' in leaf) return [leaf.starts_with];
  if ('contains' in leaf) return [leaf.contains];
  return 'regex' in leaf ? [leaf.regex.replace(/^\^/, '').replaceAll('\\.', '.')] : [];
}

function leavesOf(match: NameMatch): NameLeaf[] {
  if ('or' in match) return match.or.flatMap(leavesOf);
  if ('and' in match) return match.and.flatMap(leavesOf);
  return [match];
}

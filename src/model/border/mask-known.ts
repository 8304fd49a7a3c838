import { spansOfValues } from '../../algorithms/quotes/known-values.ts';
import { anyOf, type Occurrence } from '../../algorithms/text/any-of.ts';
import type { Placeholders } from '../leaf/masking/placeholders.ts';
import type { Call } from '../types.ts';
import { inSlices } from './in-slices.ts';

/** A call in which known values stand masked, with the placeholders that were put in. */
export interface KnownMasked {
  readonly call: Call;
  readonly sent: ReadonlySet<string>;
}

/**
 * Masks what is known to be personal from elsewhere, in places where no detector saw it: beside
 * other letters, in names of keys, in ids, and in another spelling, which has a placeholder of its
 * own, so that it comes back as it was.
 */
export async function maskKnown(call: Call, placeholders: Placeholders): Promise<KnownMasked> {
  const sent = new Set<string>();
  const known = [...placeholders.entries()];
  const placeholderByValue = new Map(known.map(([placeholder, value]) => [value, placeholder]));
  const find = anyOf(placeholderByValue.keys());
  const kindByValue = new Map(known.map(([placeholder, value]) => [value, kindOf(placeholder)]));
  const put = (placeholder: string) => {
    sent.add(placeholder);
    return placeholder;
  };
  const masked = async (text: string) => {
    const places = (await inSlices(find(text))).sort(
      (a, b) => a.at - b.at || b.value.length - a.value.length,
    );
    const safe = replaced(text, places, value => put(placeholderByValue.get(value)!));
    const spans = await inSlices(spansOfValues(safe, kindByValue.keys()));
    let at = 0;
    let spelled = '';
    for (const { start, end, value } of spans) {
      const own = placeholders.placeholderOf(safe.slice(start, end), kindByValue.get(value)!);
      spelled += safe.slice(at, start) + put(own);
      at = end;
    }
    return spelled + safe.slice(at);
  };
  const { abortSignal, ...rest } = call;
  const safe = (await deep(rest, masked)) as Call;
  return { call: { ...safe, ...(abortSignal && { abortSignal }) }, sent };
}

// Of places that overlap the first counts, and of those the longest.
function replaced(
  text: string,
  places: readonly Occurrence[],
  by: (value: string) => string,
): string {
  let end = 0;
  let safe = '';
  for (const { at, value } of places) {
    if (at < end) continue;
    safe += text.slice(end, at) + by(value);
    end = at + value.length;
  }
  return safe + text.slice(end);
}

function kindOf(placeholder: string): string {
  return placeholder.split('_')[1] ?? 'DATA';
}

async function deep(value: unknown, change: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) {
    const changed: unknown[] = [];
    for (const each of value) changed.push(await deep(each, change));
    return changed;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof URL || value instanceof Uint8Array) return value;
  const changed: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value))
    changed.push([await change(key), await deep(inner, change)]);
  return Object.fromEntries(changed);
}

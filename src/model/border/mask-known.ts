import { spansOfValues } from '../../algorithms/quotes/known-values.ts';
import type { Placeholders } from '../leaf/masking/placeholders.ts';
import type { Call } from '../types.ts';

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
export function maskKnown(call: Call, placeholders: Placeholders): KnownMasked {
  const sent = new Set<string>();
  const known = [...placeholders.entries()].sort(([, a], [, b]) => b.length - a.length);
  const kindByValue = new Map(known.map(([placeholder, value]) => [value, kindOf(placeholder)]));
  const put = (placeholder: string) => {
    sent.add(placeholder);
    return placeholder;
  };
  const masked = (text: string) => {
    let safe = text;
    for (const [placeholder, value] of known)
      if (safe.includes(value)) safe = safe.replaceAll(value, put(placeholder));
    let at = 0;
    let spelled = '';
    for (const { start, end, value } of spansOfValues(safe, kindByValue.keys())) {
      const own = placeholders.placeholderOf(safe.slice(start, end), kindByValue.get(value)!);
      spelled += safe.slice(at, start) + put(own);
      at = end;
    }
    return spelled + safe.slice(at);
  };
  const { abortSignal, ...rest } = call;
  const safe = deep(rest, masked) as Call;
  return { call: { ...safe, ...(abortSignal && { abortSignal }) }, sent };
}

function kindOf(placeholder: string): string {
  return placeholder.split('_')[1] ?? 'DATA';
}

function deep(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(each => deep(each, change));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof URL || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [change(key), deep(inner, change)]),
  );
}

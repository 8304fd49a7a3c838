import type { Call } from '../types.ts';

/** A call in which known values stand masked, with the placeholders that were put in. */
export interface KnownMasked {
  readonly call: Call;
  readonly sent: ReadonlySet<string>;
}

/**
 * Masks what is known to be personal from elsewhere, in places where no detector saw it: beside
 * other letters, in names of keys, in ids. The entries are placeholders with their values.
 */
export function maskKnown(call: Call, entries: Iterable<readonly [string, string]>): KnownMasked {
  const sent = new Set<string>();
  const known = [...entries].sort(([, a], [, b]) => b.length - a.length);
  const masked = (text: string) => {
    let safe = text;
    for (const [placeholder, value] of known) {
      if (!safe.includes(value)) continue;
      sent.add(placeholder);
      safe = safe.replaceAll(value, placeholder);
    }
    return safe;
  };
  const { abortSignal, ...rest } = call;
  const safe = deep(rest, masked) as Call;
  return { call: { ...safe, ...(abortSignal && { abortSignal }) }, sent };
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

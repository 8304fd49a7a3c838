import { unionOf } from '../../algorithms/personal/spans.ts';
import { spansOfValues, type ValueSpan } from '../../algorithms/quotes/known-values.ts';
import { anyOf } from '../../algorithms/text/any-of.ts';
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
  const kindByValue = new Map(known.map(([placeholder, value]) => [value, kindOf(placeholder)]));
  const find = anyOf(kindByValue.keys());
  // Where values overlap, what any of them covers is one.
  const written = (text: string, found: readonly ValueSpan[]) => {
    const spans = found.map(each => ({ ...each, kind: kindByValue.get(each.value)! }));
    let at = 0;
    let safe = '';
    for (const { start, end, kind } of unionOf(spans)) {
      const placeholder = placeholders.placeholderOf(text.slice(start, end), kind);
      sent.add(placeholder);
      safe += text.slice(at, start) + placeholder;
      at = end;
    }
    return safe + text.slice(at);
  };
  const masked = async (text: string) => {
    const places = await inSlices(find(text));
    const spans = places.map(({ at, value }) => ({ start: at, end: at + value.length, value }));
    const safe = written(text, spans);
    return written(safe, await inSlices(spansOfValues(safe, kindByValue.keys())));
  };
  const { abortSignal, ...rest } = call;
  const safe = (await deep(rest, masked)) as Call;
  return { call: { ...safe, ...(abortSignal && { abortSignal }) }, sent };
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

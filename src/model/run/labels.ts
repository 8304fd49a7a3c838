import { TandemError } from '../errors.ts';
import type { ProviderOptions } from '../types.ts';

/**
 * What may leave of something: all of it; only extracts that a pattern has checked, capped and
 * released; or nothing that is derived from it.
 */
export type Label = 'cloud-allowed' | 'extracts' | 'local-only';

/** From loosest to strictest. */
export const labels: readonly Label[] = ['cloud-allowed', 'extracts', 'local-only'];

/** Returns the stricter of two labels. */
export function stricter(a: Label, b: Label): Label {
  return labels.indexOf(a) >= labels.indexOf(b) ? a : b;
}

/**
 * Reads the label of a part, message or call; `undefined` if it bears none. @throws TandemError
 * `invalid_argument`
 */
export function labelIn(options: ProviderOptions | undefined): Label | undefined {
  const label = options?.tandem?.label;
  if (label === undefined) return undefined;
  if ((labels as readonly unknown[]).includes(label)) return label as Label;
  throw new TandemError(
    'invalid_argument',
    `\`label\` is "${String(label)}". Use one of ${labels.join(', ')}.`,
  );
}

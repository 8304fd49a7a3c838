import { TandemError } from '../errors.ts';
import type { Call, ProviderOptions } from '../types.ts';

/**
 * What may leave of something: all of it; only extracts that a pattern has checked, capped and released; or nothing
 * that is derived from it.
 */
export type Label = 'cloud-allowed' | 'extracts' | 'local-only';

/** From loosest to strictest. */
export const labels: readonly Label[] = ['cloud-allowed', 'extracts', 'local-only'];

/** Returns the stricter of two labels. */
export function stricter(a: Label, b: Label): Label {
  return labels.indexOf(a) >= labels.indexOf(b) ? a : b;
}

/** Reads the label of a part, message or call; `undefined` if it bears none. @throws TandemError `invalid_argument` */
export function labelIn(options: ProviderOptions | undefined): Label | undefined {
  const label = options?.tandem?.label;
  if (label === undefined) return undefined;
  if ((labels as readonly unknown[]).includes(label)) return label as Label;
  throw new TandemError('invalid_argument', `\`label\` is "${String(label)}". Use one of ${labels.join(', ')}.`);
}

/** The strictest label in a call: its own, its messages' and their parts'. */
export function strictestLabel({ providerOptions, prompt }: Call): Label {
  let label: Label = 'cloud-allowed';
  if (providerOptions?.tandem) label = tightened(label, providerOptions);
  for (const message of prompt) {
    if (message.providerOptions?.tandem) label = tightened(label, message.providerOptions);
    if (typeof message.content === 'string') continue;
    for (const part of message.content as readonly { readonly providerOptions?: ProviderOptions }[]) {
      if (part.providerOptions?.tandem) label = tightened(label, part.providerOptions);
    }
  }
  return label;
}

function tightened(label: Label, options: ProviderOptions): Label {
  return stricter(label, labelIn(options) ?? label);
}

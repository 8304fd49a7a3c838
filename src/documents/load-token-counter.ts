import type { TokenCounter } from '../algorithms/text/chunk-by-tokens.ts';
import { TandemError } from '../model/errors.ts';

/**
 * Loads a real tokenizer (o200k, of the GPT-4o and GPT-4.1 families) by the optional package
 * `gpt-tokenizer`. Other families differ by some per cent; give their own counter where it must be
 * exact.
 * @throws TandemError `missing_package`
 * @example
 * ```ts
 * const countTokens = await loadTokenCounter();
 * const reader = minions({ local, cloud, countTokens });
 * ```
 */
export async function loadTokenCounter(): Promise<TokenCounter> {
  try {
    const { countTokens } = await import('gpt-tokenizer');
    // Marks such as <|endoftext|> in a document are text.
    return text => countTokens(text, { disallowedSpecial: new Set() });
  } catch (error) {
    const message =
      'Counting tokens exactly needs a package: npm install gpt-tokenizer. Or leave `count` out ' +
      'for an estimate.';
    throw new TandemError('missing_package', message, {
      cause: error,
      data: { package: 'gpt-tokenizer' },
    });
  }
}

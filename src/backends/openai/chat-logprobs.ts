import type { TokenLogprob } from '../../model/leaf/logprobs.ts';

/**
 * Reads the log-probabilities of a chat completion, whole or a piece of a stream: OpenAI's shape,
 * or that of MLX's server, which names tokens by their number. At most `mostTop` of the likeliest
 * tokens at each place are kept.
 */
export function chatLogprobs(body: unknown, mostTop = 0): TokenLogprob[] {
  const choice = (body as { choices?: { logprobs?: Logprobs | null }[] } | undefined)?.choices?.[0];
  const { content, tokens, token_logprobs: values } = choice?.logprobs ?? {};
  if (Array.isArray(content)) {
    return tokenLogprobs(content, mostTop);
  }
  if (!Array.isArray(values)) return [];
  return values.flatMap((logprob, index) =>
    typeof logprob === 'number' ? [{ token: String(tokens?.[index] ?? ''), logprob }] : [],
  );
}

/**
 * Reads a list of tokens with their log-probabilities, and at most so many of the likeliest at each
 * place.
 */
export function tokenLogprobs(list: readonly unknown[], mostTop: number): TokenLogprob[] {
  return list.filter(isTokenLogprob).map(each => readToken(each, mostTop));
}

function readToken({ token, logprob, ...more }: TokenLogprob, mostTop: number): TokenLogprob {
  const { top_logprobs: given } = more as { top_logprobs?: unknown };
  if (mostTop === 0 || !Array.isArray(given)) return { token, logprob };
  const likeliest = given.filter(isTokenLogprob).slice(0, mostTop);
  return {
    token,
    logprob,
    top: likeliest.map(each => ({ token: each.token, logprob: each.logprob })),
  };
}

interface Logprobs {
  readonly content?: unknown;
  readonly tokens?: readonly unknown[];
  readonly token_logprobs?: unknown;
}

/** Tells whether a value is a token with its log-probability. */
export function isTokenLogprob(value: unknown): value is TokenLogprob {
  const { token, logprob } = (value ?? {}) as { token?: unknown; logprob?: unknown };
  return typeof token === 'string' && typeof logprob === 'number';
}

import type { TokenLogprob } from '../model/logprobs.ts';

/**
 * Reads the log-probabilities of a chat completion, whole or a piece of a stream: OpenAI's shape, or that of MLX's
 * server, which names tokens by their number.
 */
export function chatLogprobs(body: unknown): TokenLogprob[] {
  const choice = (body as { choices?: { logprobs?: Logprobs | null }[] } | undefined)?.choices?.[0];
  const { content, tokens, token_logprobs: values } = choice?.logprobs ?? {};
  if (Array.isArray(content)) {
    return content.filter(isTokenLogprob).map(({ token, logprob }) => ({ token, logprob }));
  }
  if (!Array.isArray(values)) return [];
  return values.flatMap((logprob, index) =>
    typeof logprob === 'number' ? [{ token: String(tokens?.[index] ?? ''), logprob }] : [],
  );
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

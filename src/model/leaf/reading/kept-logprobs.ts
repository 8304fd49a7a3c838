import type { TokenLogprob } from '../logprobs.ts';

/** A stretch of what a model wrote, from its first character to the one behind its last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps the log-probabilities of the tokens that stand in some stretches of a text. Tokens that do
 * not spell the text are all kept, since nobody can say where they stand.
 */
export function keptLogprobs(
  logprobs: readonly TokenLogprob[],
  text: string,
  spans: readonly TextRange[],
): readonly TokenLogprob[] {
  const written = logprobs.map(({ token }) => token).join('');
  const begins = written.lastIndexOf(text.trimEnd());
  if (begins < 0) return logprobs;
  let at = -begins;
  let span = 0;
  return logprobs.filter(({ token }) => {
    const start = at;
    at += token.length;
    while (span < spans.length && spans[span]!.end <= start) span++;
    const own = spans[span];
    return own !== undefined && own.start < at;
  });
}

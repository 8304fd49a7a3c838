import { requestedForm } from '../../algorithms/answers/requested-form.ts';
import {
  type ValueTokens,
  valueTokens,
  wordTokens,
} from '../../algorithms/answers/value-tokens.ts';
import { textOf } from '../../model/answer.ts';
import { logprobsOf, type TokenLogprob } from '../../model/leaf/logprobs.ts';
import type { Answer, Call } from '../../model/types.ts';
import { choicesOf } from './json-schema.ts';
import { requestText } from './request-text.ts';

/** Gives a quantile of token probabilities, 0..1: 0 is the least probable token. */
export function tokenProbability(logprobs: readonly TokenLogprob[], quantile: number): number {
  const sorted = logprobs.map(({ logprob }) => logprob).sort((a, b) => a - b);
  return Math.min(1, Math.exp(sorted[Math.floor(quantile * (sorted.length - 1))]!));
}

/** How running text is judged: a quantile of its words, nearer to the least the shorter it is. */
export interface TextQuantile {
  readonly quantile: number;
  readonly fullLength: number;
}

/**
 * Gives the probability, 0..1, of the least probable value in a draft; `undefined` without
 * log-probabilities. A single value (a number, a label, a field of an object, a few words) has that
 * of all its tokens together, which is the chance that the model draws it; a running text has a
 * low quantile of its words.
 */
export function draftProbability(
  { call, answer }: { readonly call: Call; readonly answer: Answer },
  text: TextQuantile,
): number | undefined {
  const logprobs = logprobsOf(answer);
  if (!logprobs) return undefined;
  let least = 1;
  for (const group of groupsOf(call, answer, logprobs))
    least = Math.min(least, probabilityOf(group, text));
  return least;
}

/** Takes those of the first tokens of a text that hold words, without what a fence begins with. */
export function firstWords(logprobs: readonly TokenLogprob[]): readonly TokenLogprob[] {
  const text = logprobs.map(({ token }) => token).join('');
  return valueTokens(logprobs, text).flatMap(({ tokens }) => wordTokens(tokens));
}

function groupsOf(
  call: Call,
  answer: Answer,
  logprobs: readonly TokenLogprob[],
): readonly ValueTokens[] {
  const format = call.responseFormat;
  if (format?.type === 'json')
    return valueTokens(logprobs, textOf(answer), { isJson: true, ...choicesOf(format.schema) });
  const calls = answer.content.flatMap(part => (part.type === 'tool-call' ? [part.input] : []));
  if (calls.length > 0) return valueTokens(logprobs, calls.join('\n'), { isJson: true });
  const form = requestedForm(requestText(call));
  return valueTokens(
    logprobs,
    textOf(answer),
    form?.kind === 'label' ? { labels: form.labels } : {},
  );
}

// Of a long text sums punish the length, and means hide one doubtful token (arXiv:2404.10136).
function probabilityOf({ isValue, tokens }: ValueTokens, { quantile, fullLength }: TextQuantile) {
  if (isValue) return Math.min(1, Math.exp(tokens.reduce((sum, { logprob }) => sum + logprob, 0)));
  const share = fullLength === 0 ? 1 : Math.min(1, tokens.length / fullLength);
  return tokenProbability(tokens, quantile * share);
}

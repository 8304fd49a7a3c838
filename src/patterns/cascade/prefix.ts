import * as z from 'zod';
import { mayBecomeNonAnswer } from '../../algorithms/answers/non-answer.ts';
import { deferred } from '../../algorithms/deferred.ts';
import { answerCollector } from '../../model/answer.ts';
import { requireRange } from '../../model/errors.ts';
import {
  isWholeStream,
  logprobsOf,
  type TokenLogprob,
  withoutLogprobs,
} from '../../model/leaf/logprobs.ts';
import type { Answer, Call, StreamPart } from '../../model/types.ts';
import { firstWords, tokenProbability } from './token-probability.ts';

/** How a draft is judged by its first tokens. */
export const prefixSchema = deferred(() =>
  z.strictObject({
    /** How many of the first tokens are looked at. Default: 16. */
    tokens: z.number().int().min(1).max(100_000).default(16),
    /**
     * From this low quantile of their probabilities the draft is streamed on at once. Default: 0.8.
     */
    commitFrom: z.number().min(0).max(1).default(0.8),
    /**
     * Below it the draft is aborted and the cloud asked; between, the whole draft is judged.
     * Default: `commitFrom`.
     */
    abortBelow: z.number().min(0).max(1).optional(),
  }),
);

/** How a draft is judged by its first tokens, complete. */
export type Prefix = Required<z.output<typeof prefixSchema>>;

/** What the first tokens of a draft led to. */
export type Prefixed =
  | ({ readonly kind: 'commit' } & JudgedPrefix)
  | ({ readonly kind: 'abort' } & JudgedPrefix)
  /** `note` says why its first tokens were not judged, where they should have been. */
  | { readonly kind: 'whole'; readonly answer: Answer; readonly note?: string };

interface JudgedPrefix {
  readonly score: number;
  readonly reason: string;
  /** All of the draft, from its first part on; of a draft to be aborted, the rest. */
  readonly parts: AsyncGenerator<StreamPart>;
}

/** Completes how a prefix is judged. @throws TandemError `invalid_argument` */
export function prefixOf(given: z.output<typeof prefixSchema>): Prefix {
  const { tokens, commitFrom, abortBelow = commitFrom } = given;
  const advice = `It is a probability, at most \`commitFrom\` (${commitFrom}).`;
  requireRange('abortBelow', abortBelow, [0, commitFrom], advice);
  return { tokens, commitFrom, abortBelow };
}

/**
 * Tells whether a call's answer can be shown before it is whole: tool calls and objects are checked
 * first.
 */
export function mayShowEarly(call: Call): boolean {
  const hasTools = (call.tools?.length ?? 0) > 0 && call.toolChoice?.type !== 'none';
  return !hasTools && call.responseFormat?.type !== 'json';
}

/**
 * Reads a draft as far as its first tokens and judges them by their log-probabilities. A draft that
 * is shorter, whose server gives no probabilities, or that falls between the thresholds is read to
 * its end.
 */
export async function readPrefix(
  parts: AsyncGenerator<StreamPart>,
  options: Prefix,
  request = '',
): Promise<Prefixed> {
  const held: StreamPart[] = [];
  const logprobs: TokenLogprob[] = [];
  let isJudged = false;
  for (;;) {
    const { done, value: part } = await parts.next();
    if (done) break;
    held.push(part);
    logprobs.push(...newsIn(part, logprobs.length));
    if (isJudged || logprobs.length < options.tokens) continue;
    isJudged = true;
    const judged = judge(logprobs.slice(0, options.tokens), options);
    if (judged && !(judged.kind === 'commit' && isSuspect(held, request)))
      return { ...judged, parts: judged.kind === 'commit' ? resumed(held, parts) : parts };
  }
  return whole(held, logprobs.length > 0);
}

function whole(held: readonly StreamPart[], hasStreamed: boolean): Prefixed {
  const collector = answerCollector();
  for (const part of held) collector.add(part);
  const answer = collector.answer();
  if (isWholeStream(answer))
    return { kind: 'whole', answer, note: 'held, since log-probabilities do not stream here' };
  return {
    kind: 'whole',
    answer,
    ...(!hasStreamed && { note: 'no log-probabilities in the stream' }),
  };
}

// An answer that the journal replays has them at its end alone; so has one that its server could
// not stream, which could not be shown early either: it is judged whole.
function newsIn(part: StreamPart, known: number): readonly TokenLogprob[] {
  const isNews =
    part.type === 'text-delta' || (part.type === 'finish' && known === 0 && !isWholeStream(part));
  return isNews ? (logprobsOf(part) ?? []) : [];
}

// What begins like a refusal or a don't-know is judged whole: once shown it cannot be taken back.
function isSuspect(held: readonly StreamPart[], request: string): boolean {
  const text = held.map(part => (part.type === 'text-delta' ? part.delta : '')).join('');
  return mayBecomeNonAnswer(text, request);
}

function judge(logprobs: readonly TokenLogprob[], { tokens, commitFrom, abortBelow }: Prefix) {
  const words = firstWords(logprobs);
  const score = tokenProbability(words.length > 0 ? words : logprobs, 0.1);
  const what = `first ${tokens} tokens ${score.toFixed(2)}`;
  if (score >= commitFrom)
    return { kind: 'commit' as const, score, reason: `${what} ≥ ${commitFrom.toFixed(2)}` };
  if (score < abortBelow)
    return { kind: 'abort' as const, score, reason: `${what} < ${abortBelow.toFixed(2)}` };
  return undefined;
}

async function* resumed(
  held: readonly StreamPart[],
  rest: AsyncGenerator<StreamPart>,
): AsyncGenerator<StreamPart> {
  try {
    for (const part of held) yield withoutLogprobs(part);
    for await (const part of rest) yield withoutLogprobs(part);
  } finally {
    await rest.return(undefined);
  }
}

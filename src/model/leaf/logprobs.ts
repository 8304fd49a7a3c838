import type { Answer, Call, StreamPart } from '../types.ts';

/** One generated token with the natural logarithm of its probability (0 or less). */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /**
   * The likeliest tokens at its place, likeliest first; absent where they were not asked for, or
   * not given.
   */
  readonly top?: readonly Omit<TokenLogprob, 'top'>[];
}

type Metadata = NonNullable<Answer['providerMetadata']>;
type WithMetadata = Pick<Answer, 'providerMetadata'>;

// Our backends read the request under this key and answer under it, whatever their servers call it.
const key = 'leaf';

/**
 * Asks for token log-probabilities (a copy of the call), and for so many of the likeliest tokens at
 * each place; a backend that cannot give them gives none.
 * @example
 * ```ts
 * const first = logprobsOf(await local.doGenerate(withLogprobs(call, 5)))?.[0];
 * ```
 */
export function withLogprobs(call: Call, top = 0): Call {
  const own = call.providerOptions?.[key] ?? {};
  const asked = { ...own, logprobs: true, ...(top > 0 && { topLogprobs: top }) };
  return { ...call, providerOptions: { ...call.providerOptions, [key]: asked } };
}

/** Tells how many of the likeliest tokens at each place a call asks for; 0 for none. */
export function topLogprobsIn(call: Call): number {
  const asked = call.providerOptions?.[key]?.topLogprobs;
  return typeof asked === 'number' ? asked : 0;
}

/**
 * Leaves of the options of a call what a client has to know beside the body that it sends (a copy).
 */
export function withTopLogprobs(call: Call, top: number): Call {
  if (top === 0) return call;
  const own = { ...call.providerOptions?.[key], topLogprobs: top };
  return { ...call, providerOptions: { ...call.providerOptions, [key]: own } };
}

/** Tells whether a call asks for token log-probabilities. */
export function wantsLogprobs(call: Call): boolean {
  return call.providerOptions?.[key]?.logprobs === true;
}

/**
 * Takes the request for log-probabilities off a call (a copy), as if it had never been made.
 */
export function askingNoLogprobs(call: Call): Call {
  if (!wantsLogprobs(call)) return call;
  const { [key]: own, ...foreign } = call.providerOptions ?? {};
  const { logprobs: _logprobs, topLogprobs: _top, ...others } = own ?? {};
  const { providerOptions: _all, ...rest } = call;
  const left = Object.keys(others).length > 0 ? { ...foreign, [key]: others } : foreign;
  return Object.keys(left).length > 0 ? { ...rest, providerOptions: left } : rest;
}

/**
 * Wraps log-probabilities as the provider metadata of an answer.
 * @example
 * ```ts
 * const providerMetadata = logprobMetadata([{ token: 'yes', logprob: -0.1 }]);
 * ```
 */
export function logprobMetadata(logprobs: readonly TokenLogprob[]): Metadata {
  return { [key]: { logprobs: logprobs.map(plain) } } as unknown as Metadata;
}

function plain({ token, logprob, top }: TokenLogprob): TokenLogprob {
  return top ? { token, logprob, top } : { token, logprob };
}

/**
 * Reads the log-probabilities of an answer; `undefined` where the backend sent none.
 * @example
 * ```ts
 * const logprobs = logprobsOf(await local.doGenerate(withLogprobs(call)));
 * ```
 */
export function logprobsOf(answer: WithMetadata): readonly TokenLogprob[] | undefined {
  const found = answer.providerMetadata?.[key]?.logprobs as unknown as
    | readonly TokenLogprob[]
    | undefined;
  return found && found.length > 0 ? found : undefined;
}

/**
 * Marks an answer, or the end of a stream, for whose log-probabilities the server could not be
 * asked: that they are absent means nothing.
 */
export function notAsked<Marked extends WithMetadata>(answer: Marked): Marked {
  return marked(answer, 'isNotAsked');
}

/** Tells whether an answer was marked by `notAsked`. */
export function wasNotAsked(answer: WithMetadata): boolean {
  return answer.providerMetadata?.[key]?.isNotAsked === true;
}

/**
 * Marks an answer that was fetched whole where a stream was asked for: its log-probabilities came
 * at its end.
 */
export function wholeStream(answer: Answer): Answer {
  return marked(answer, 'isWhole');
}

/** Tells whether an answer, or the end of a stream, was marked by `wholeStream`. */
export function isWholeStream(answer: WithMetadata): boolean {
  return answer.providerMetadata?.[key]?.isWhole === true;
}

/**
 * Takes the log-probabilities off a part of a stream (a copy), so that they do not go on to the
 * caller.
 */
export function withoutLogprobs(part: StreamPart): StreamPart {
  if (part.type !== 'text-delta' || !part.providerMetadata?.[key]) return part;
  const { [key]: _ours, ...others } = part.providerMetadata;
  const { providerMetadata: _all, ...rest } = part;
  return Object.keys(others).length > 0 ? { ...rest, providerMetadata: others } : rest;
}

function marked<Marked extends WithMetadata>(answer: Marked, mark: string): Marked {
  const own = { ...answer.providerMetadata?.[key], [mark]: true };
  return { ...answer, providerMetadata: { ...answer.providerMetadata, [key]: own } };
}

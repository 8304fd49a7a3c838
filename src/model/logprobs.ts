import type { Answer, Call, StreamPart } from './types.ts';

/** One generated token with the natural logarithm of its probability (0 or less). */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
}

// Our backends read the wish under this key and answer under it, whatever their servers call it.
const key = 'leaf';

/** Asks for token log-probabilities (a copy of the call); a backend that cannot give them gives none. */
export function withLogprobs(call: Call): Call {
  const own = call.providerOptions?.[key] ?? {};
  return { ...call, providerOptions: { ...call.providerOptions, [key]: { ...own, logprobs: true } } };
}

/** Tells whether a call asks for token log-probabilities. */
export function wantsLogprobs(call: Call): boolean {
  return call.providerOptions?.[key]?.logprobs === true;
}

/** Wraps log-probabilities as the provider metadata of an answer. */
export function logprobMetadata(logprobs: readonly TokenLogprob[]): NonNullable<Answer['providerMetadata']> {
  return { [key]: { logprobs: logprobs.map(({ token, logprob }) => ({ token, logprob })) } };
}

/** Reads the log-probabilities of an answer; `undefined` where the backend sent none. */
export function logprobsOf(answer: Pick<Answer, 'providerMetadata'>): readonly TokenLogprob[] | undefined {
  const found = answer.providerMetadata?.[key]?.logprobs as unknown as readonly TokenLogprob[] | undefined;
  return found && found.length > 0 ? found : undefined;
}

/** Takes the log-probabilities off a part of a stream (a copy), so that they do not go on to the caller. */
export function withoutLogprobs(part: StreamPart): StreamPart {
  if (part.type !== 'text-delta' || !part.providerMetadata?.[key]) return part;
  const { [key]: _ours, ...others } = part.providerMetadata;
  const { providerMetadata: _all, ...rest } = part;
  return Object.keys(others).length > 0 ? { ...rest, providerMetadata: others } : rest;
}

import { logprobsOf, wantsLogprobs } from './logprobs.ts';
import type { Answer, Call, LanguageModel } from './types.ts';

/**
 * What a model can do, as far as it is known: declared by its backend, found by a probe, or seen in an answer. What
 * is absent is unknown, which is neither yes nor no.
 */
export interface Capabilities {
  /** Whether log-probabilities of the answer's tokens really come back. */
  readonly logprobs?: boolean;
  /** Whether it calls tools. */
  readonly tools?: boolean;
  /** Whether its answers keep to a JSON schema. */
  readonly jsonSchema?: boolean;
  /** Whether the same seed gives the same answer. */
  readonly seed?: boolean;
  /** Whether its server gives several answers to one request. */
  readonly n?: boolean;
  /** Whether an answer comes piece by piece. */
  readonly streaming?: boolean;
  /** Whether a stream ends with token counts. */
  readonly streamUsage?: boolean;
  /** Context window in tokens, as it runs now. */
  readonly contextTokens?: number;
  /** Whether a prompt that does not fit the context is cut in silence. */
  readonly truncates?: boolean;
}

// Beside the models, not on them; a wrapper shares the cell of what it wraps.
const knownByModel = new WeakMap<LanguageModel, { current: Capabilities }>();

/** Tells what is known of a model by now; asks nobody. */
export function capabilitiesOf(model: LanguageModel): Capabilities {
  return knownByModel.get(model)?.current ?? {};
}

/** Adds to what is known of a model; what was known before gives way. */
export function noteCapabilities<Model extends LanguageModel>(model: Model, found: Capabilities): Model {
  const cell = cellOf(model);
  cell.current = { ...cell.current, ...found };
  return model;
}

/** Lets a wrapper know what its model knows, now and later. */
export function shareCapabilities(from: LanguageModel, to: LanguageModel): void {
  knownByModel.set(to, cellOf(from));
}

/** Learns from an answer: a server may accept a wish for log-probabilities and send none. */
export function learnFrom(model: LanguageModel, call: Call, answer: Omit<Answer, 'content'>) {
  // A call of tools, and an answer of nothing, have no text whose tokens could be weighed.
  const isText = answer.finishReason.unified !== 'tool-calls' && answer.usage.outputTokens.total !== 0;
  if (!wantsLogprobs(call) || !isText) return;
  const logprobs = logprobsOf(answer) !== undefined;
  if (capabilitiesOf(model).logprobs !== logprobs) noteCapabilities(model, { logprobs });
}

function cellOf(model: LanguageModel): { current: Capabilities } {
  const known = knownByModel.get(model);
  if (known) return known;
  const cell = { current: {} };
  knownByModel.set(model, cell);
  return cell;
}

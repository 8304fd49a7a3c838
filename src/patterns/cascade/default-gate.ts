import type { Gate } from './gate.ts';
import { bySignal } from './gates/by-signal.ts';
import { all, firstKnown } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { onTopic } from './gates/on-topic.ts';
import { retrieval } from './gates/retrieval.ts';

/**
 * The gate of a cascade that names none: whole answers only, then the retrieval score where the
 * local model is a reader, else relevance and the best signal that the model really gives: its
 * log-probabilities; where none come, the agreement of three samples (up to two more local calls);
 * else a self-check (four).
 */
export function defaultGate(): Gate {
  return all(complete(), firstKnown(retrieval(), all(onTopic(), bySignal())));
}

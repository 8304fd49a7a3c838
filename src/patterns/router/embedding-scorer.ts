import { formsOf } from '../../documents/finding/meaning.ts';
import { decideByWeights } from '../../eval/router/router-decision.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import { askEmbedding, type Embedder } from '../../model/pattern/embedding.ts';
import type { Scored, Scorer } from './scorer.ts';
import { scoredBy, type TrainedScorerSettings } from './trained-scorer.ts';

// Embedders read a few hundred tokens; what stands further on would be paid for and not read.
const mostCharacters = 2000;
const mostVectors = 1000;

/** How an embedder is asked beside what is known of the weights. */
export interface EmbeddingScorerSettings extends TrainedScorerSettings {
  /** How long a decision waits for a vector, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Makes a scorer of weights that read the vectors of one embedder, which is asked as any model is:
 * mode, labels, masking and budget hold. The last 1,000 vectors are kept in memory. An embedder
 * that may not be asked, fails or is late leaves the request unsure, and the reason says so; so
 * does a decision alone of a text that was not asked before.
 */
export function embeddingScorer(
  weights: RouterWeights,
  embedder: Embedder,
  { waitMs, ...settings }: EmbeddingScorerSettings,
): Scorer {
  const kept = new Map<string, Float32Array>();
  const name = embedder.leaf.modelId;
  return async (text, _call, ask) => {
    const shown = text.slice(0, mostCharacters);
    const vector =
      kept.get(shown) ?? (ask ? await vectorOf(ask, embedder, { shown, waitMs }) : undefined);
    if (vector === undefined) return unsure(`${name} is not asked for a decision alone`);
    if (typeof vector === 'string') return unsure(`${name} ${vector}`);
    kept.delete(shown);
    kept.set(shown, vector);
    if (kept.size > mostVectors) kept.delete(kept.keys().next().value!);
    return scoredBy(decideByWeights(weights, text, settings.aim, vector), settings.caveat);
  };
}

/** Gives what an embedder is asked for a prompt, in training and for a decision alike. */
export function embeddedText(embedder: Embedder, prompt: string): string {
  return formsOf(embedder.leaf.modelId).query(prompt.slice(0, mostCharacters));
}

function unsure(reason: string): Scored {
  return { score: 0.5, to: 'unsure', reason: `${reason}: unsure` };
}

interface VectorWanted {
  readonly shown: string;
  readonly waitMs: number;
}

// A vector, or in a few words why there is none.
async function vectorOf(
  ask: Ask,
  embedder: Embedder,
  { shown, waitMs }: VectorWanted,
): Promise<Float32Array | string> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`gave no vector within ${waitMs} ms`), waitMs);
  try {
    const texts = [embeddedText(embedder, shown)];
    const asked = askEmbedding(ask, embedder, texts, { name: 'embed' });
    // One that comes too late is aborted with the rest when the pattern has its answer.
    const vectors = await Promise.race([asked, late.promise]);
    return typeof vectors === 'string' ? vectors : vectors[0]!;
  } catch (error) {
    ask.signal.throwIfAborted();
    if (!TandemError.isInstance(error) || !isPassable(error)) throw error;
    return `could not be asked (${error.code})`;
  } finally {
    clearTimeout(timer);
  }
}

// A budget that is used up, or a run that was lost, ends the answer too.
function isPassable(error: TandemError): boolean {
  return placeIsClosed(error) || ['model_failed', 'bad_answer'].includes(error.code);
}

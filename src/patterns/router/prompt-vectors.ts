import type * as z from 'zod';
import { embedderOption } from '../../backends/served-embedder.ts';
import { direct } from '../../model/pattern/direct.ts';
import { vectorsIn } from '../../model/pattern/embedding.ts';
import { embeddedText } from './embedding-scorer.ts';

/** How prompts of a log are embedded. */
export interface PromptEmbedding {
  /** An embedder, or the address of one. */
  readonly embedder: z.input<typeof embedderOption>;
  /** Vectors that are there already, by prompt; new ones are added. */
  readonly known: Map<string, Float32Array>;
  /** Is told of each new vector. */
  readonly onVector?: (prompt: string, vector: Float32Array) => void;
  readonly signal?: AbortSignal;
}

/**
 * Embeds prompts as a router with `scorer: 'embedding'` will, those that are not known yet: what
 * its weights are trained and measured on. Mode, masking and budget of the run around it hold.
 * Returns the embedder as the weights name it. @throws TandemError what the embedder throws
 * @example
 * ```ts
 * const embedder = embedderOf(embeddingModel, { place: 'device' });
 * await embedPrompts(['a prompt'], { embedder, known: new Map() });
 * ```
 */
export async function embedPrompts(
  prompts: readonly string[],
  { embedder: given, known, onVector = () => {}, signal }: PromptEmbedding,
): Promise<{ readonly name: string; readonly dimensions: number }> {
  const embedder = embedderOption.parse(given);
  const model = direct(embedder.leaf);
  const size = await embedder.batch();
  const missing = [...new Set(prompts)].filter(prompt => !known.has(prompt));
  for (let from = 0; from < missing.length; from += size) {
    const batch = missing.slice(from, from + size);
    const content = batch.map(prompt => ({
      type: 'text' as const,
      text: embeddedText(embedder, prompt),
    }));
    const answer = await model.doGenerate({
      prompt: [{ role: 'user', content }],
      ...(signal && { abortSignal: signal }),
    });
    for (const [at, vector] of vectorsIn(answer).entries()) {
      known.set(batch[at]!, vector);
      onVector(batch[at]!, vector);
    }
  }
  const dimensions = known.get(prompts[0] ?? '')?.length ?? 0;
  return { name: embedder.leaf.modelId, dimensions };
}

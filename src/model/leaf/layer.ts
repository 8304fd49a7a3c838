import type { Answer, Call } from '../types.ts';
import type { Show } from './shown-parts.ts';
import type { LeafStep } from './step.ts';

/**
 * A leaf as `ask` reaches it: the model itself, or the model inside some layers. The answer is always the whole one;
 * with `show`, its parts are shown as they come, and a streamed call is thereby the same call.
 */
export type Leaf = (step: LeafStep, call: Call, show?: Show) => Promise<Answer>;

/** One concern around a leaf call, stated once for whole and streamed answers. It must hand `show` on to `next`. */
export type Layer = (next: Leaf) => Leaf;

/** Stacks layers around a leaf, the first outermost. */
export function stack(layers: readonly Layer[], leaf: Leaf): Leaf {
  return layers.reduceRight((next, layer) => layer(next), leaf);
}

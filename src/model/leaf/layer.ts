import type { Answer, Call } from '../types.ts';
import type { Show } from './shown-parts.ts';
import type { LeafStep } from './step.ts';

/**
 * A leaf as `ask` reaches it: the model itself, or the model inside some layers. The answer is
 * always the whole one; with `show`, its parts are shown as they come, and a streamed call is
 * thereby the same call.
 */
export type Leaf = (step: LeafStep, call: Call, show?: Show) => Promise<Answer>;

/** One concern around a leaf call, stated once for whole and streamed answers. */
export interface Layer {
  /**
   * What a step must have to need this layer; others pass it by. Absent of a layer that every step
   * needs.
   */
  readonly when?: 'told' | 'address' | 'border' | 'masker' | 'isLimited';
  /** Must hand `show` on to `next`. */
  readonly around: (next: Leaf) => Leaf;
}

/** Stacks layers around a leaf, the first outermost. */
export function stack(layers: readonly Layer[], leaf: Leaf): Leaf {
  return layers.reduceRight((next, { when, around }) => {
    const inside = around(next);
    return when ? (step, call, show) => (step[when] ? inside : next)(step, call, show) : inside;
  }, leaf);
}

import { seededRandom } from '../algorithms/seeded-random.ts';

/** What a search for a gadget is given. */
export interface GadgetSearch {
  /** Prompts that the gadget is put before, or after. */
  readonly prompts: readonly string[];
  /** Words that it may be made of. */
  readonly vocabulary: readonly string[];
  /** How urgent a prompt looks; the search raises its mean. */
  readonly urgency: (prompt: string) => number;
  /** Where the gadget stands. Default: `before`. */
  readonly place?: 'before' | 'after';
  /** Words of the gadget. Default: 10. */
  readonly words?: number;
  /** Changes that are tried. Default: 400. */
  readonly trials?: number;
  /** Default: 1. */
  readonly seed?: number;
}

/**
 * Searches a prefix or suffix that makes any prompt look urgent to a router, by hill climbing over
 * words: the confounder gadgets of arXiv:2501.01818, with the router's own scores at hand.
 */
export function gadgetSearch(search: GadgetSearch): string {
  const {
    prompts,
    vocabulary,
    urgency,
    place = 'before',
    words = 10,
    trials = 400,
    seed = 1,
  } = search;
  const random = seededRandom(seed);
  const pick = () => vocabulary[Math.floor(random() * vocabulary.length)]!;
  const meanOf = (gadget: readonly string[]) => {
    const text = gadget.join(' ');
    return (
      prompts.reduce((sum, prompt) => sum + urgency(withGadget(prompt, text, place)), 0) /
      prompts.length
    );
  };
  let best = Array.from({ length: words }, pick);
  let most = meanOf(best);
  for (let trial = 0; trial < trials; trial++) {
    const changed = best.with(Math.floor(random() * words), pick());
    const mean = meanOf(changed);
    if (mean <= most) continue;
    best = changed;
    most = mean;
  }
  return best.join(' ');
}

/** Puts a gadget before or after a prompt. */
export function withGadget(
  prompt: string,
  gadget: string,
  place: 'before' | 'after' = 'before',
): string {
  return place === 'before' ? `${gadget} ${prompt}` : `${prompt} ${gadget}`;
}

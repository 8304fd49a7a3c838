import type { Scorer } from './scorer.ts';

// Weights in log-odds, set by hand from what the outcome studies agree on: code, mathematics,
// reasoning and long multi-part requests are where small models fail; short look-ups and
// reformatting are where they do not.
const signs: readonly {
  readonly pattern: RegExp;
  readonly weight: number;
  readonly most: number;
}[] = [
  {
    pattern:
      /```|=>|\b([Ff]unction|[Cc]lass|[Aa]lgorithm|[Rr]efactor|[Dd]ebug|[Rr]egex|SQL|API)\b/g,
    weight: -1.2,
    most: 2,
  },
  {
    pattern: /\b(prove|derive|theorem|integral|equation|probability|optimi[sz]e)\b/gi,
    weight: -1.4,
    most: 2,
  },
  {
    pattern: /\b(analy[sz]e|compare|evaluate|argue|assess|strategy|trade-?offs?|implications?)\b/gi,
    weight: -1,
    most: 2,
  },
  {
    pattern: /\b(step by step|explain why|pros and cons|in detail|essay|plan)\b/gi,
    weight: -0.9,
    most: 2,
  },
  {
    pattern: /\b(and then|must|should|at least|exactly|without|unless|except)\b/gi,
    weight: -0.3,
    most: 4,
  },
  {
    pattern: /\b(what is|who is|when|where|which|capital|define|name|list|find)\b/gi,
    weight: 0.6,
    most: 2,
  },
  {
    pattern: /\b(translate|rewrite|rephrase|summari[sz]e|extract|convert|title|tag|spell)\b/gi,
    weight: 0.6,
    most: 2,
  },
];

const bias = 1;
// A word costs little, a page a lot: half a log-odd for every doubling beyond 20 words.
const perDoubling = -0.5;
const freeWords = 20;
// Longer texts are read at both ends only, so that a decision takes the same time for any length.
const readAtEnds = 4000;

/**
 * Makes a scorer from a few hand-written signs. It is untrained: a start, to be replaced by weights
 * trained on the user's own log.
 * @example
 * ```ts
 * const platform = router({ local, cloud, scorer: handScorer() });
 * ```
 */
export function handScorer(): Scorer {
  return text => {
    const read =
      text.length > 2 * readAtEnds
        ? `${text.slice(0, readAtEnds)}\n${text.slice(-readAtEnds)}`
        : text;
    let logit = bias;
    for (const { pattern, weight, most } of signs) {
      const found = read.match(pattern)?.length ?? 0;
      logit += weight * Math.min(found, most);
    }
    const words = text.length / 6;
    if (words > freeWords) logit += perDoubling * Math.log2(words / freeWords);
    return 1 / (1 + Math.exp(-logit));
  };
}

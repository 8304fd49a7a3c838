/** How to draw a token. */
export interface Sampling {
  /** 0: always the most probable token. */
  readonly temperature: number;
  /** Numbers from 0 (included) to 1 (excluded); one is drawn a token, none at temperature 0. */
  readonly random: () => number;
}

/** Draws a token from the whole softmax distribution, nothing cut off. */
export function sampleToken(logits: Float32Array, { temperature, random }: Sampling): number {
  const best = mostProbable(logits);
  if (temperature === 0) return best;
  const most = logits[best]!;
  let total = 0;
  for (const logit of logits) total += Math.exp((logit - most) / temperature);
  let left = random() * total;
  for (let id = 0; id < logits.length; id++) {
    left -= Math.exp((logits[id]! - most) / temperature);
    if (left <= 0) return id;
  }
  return best;
}

/**
 * Gives the natural logarithm of a token's probability at temperature 1, whatever temperature it
 * was drawn at.
 */
export function logprobOf(logits: Float32Array, token: number): number {
  const most = logits[mostProbable(logits)]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return Math.min(0, logits[token]! - most - Math.log(sum));
}

function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

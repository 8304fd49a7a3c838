/** Draws the threshold that a reason names, as in `agreement 0.33 < 0.67`, between 0 and 1. */
export function ReasonScale({ reason }: { readonly reason: string }) {
  const found = /(\d(?:\.\d+)?)\s*(<|>=|≥|>|≤|<=)\s*(\d(?:\.\d+)?)/.exec(reason);
  if (!found) return null;
  const [value, bound] = [Number(found[1]), Number(found[3])];
  if (value > 1 || bound > 1) return null;
  return (
    <span class="scale" role="img" aria-label={`${value} on a scale of 0 to 1, threshold ${bound}`}>
      <span class="value" style={{ left: `${100 * value}%` }} />
      <span class="bound" style={{ left: `${100 * bound}%` }} />
    </span>
  );
}

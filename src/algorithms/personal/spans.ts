/** Something personal or secret in a text. */
export interface PersonalDatum {
  readonly start: number;
  readonly end: number;
  /** In capitals, such as `EMAIL`; it names the placeholder. */
  readonly kind: string;
}

/** Joins spans that overlap: what any of them covers is covered; the longest gives the kind. */
export function unionOf(spans: readonly PersonalDatum[]): PersonalDatum[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: PersonalDatum[] = [];
  let longest = 0;
  for (const span of sorted) {
    const last = joined.at(-1);
    if (!last || span.start >= last.end) {
      joined.push(span);
      longest = span.end - span.start;
      continue;
    }
    const length = span.end - span.start;
    const kind = length > longest ? span.kind : last.kind;
    longest = Math.max(longest, length);
    joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end), kind };
  }
  return joined;
}

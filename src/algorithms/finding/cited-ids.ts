/** Lists the ids that a text cites, alone or in lists: `[f1]`, `[f1, f2]`, `(f3)`. */
export function citedIds(text: string): string[] {
  const ids = [...text.matchAll(/[[(]\s*((?:[a-z]\d{1,4}(?:\s*[,;/&])?\s*(?:and\s+)?)+)[\])]/g)];
  return [...new Set(ids.flatMap(([, list]) => list!.match(/[a-z]\d+/g) ?? []))];
}

const mostNamed = 8;

/** Lists the ids that a text cites and that are none of those it was given; at most 8. */
export function unknownIn(text: string, ids: readonly string[]): string[] {
  // Of the given ids' own kind alone: "(a1)" may be the name of a form.
  const kinds = new Set([...ids.map(id => id[0]), 'e', 'f', 'p']);
  return citedIds(text)
    .filter(id => !ids.includes(id) && kinds.has(id[0]))
    .slice(0, mostNamed);
}

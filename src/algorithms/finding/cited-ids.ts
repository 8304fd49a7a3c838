/**
 * Lists the ids that a text cites, alone, in lists or as a range: `[f1]`, `[f1, f2]`, `(f3)`,
 * `[^f1]`, `【f1】`, `[source: F1]`, `[f1-f4]`.
 */
export function citedIds(text: string): string[] {
  const ids = [...text.matchAll(opened)].flatMap(([whole, list]) =>
    // In round brackets "(E7)" is the name of a road or a form.
    listed(whole.startsWith('(') ? list! : list!.toLowerCase()),
  );
  return [...new Set(ids)];
}

const opened = new RegExp(
  String.raw`[[(【]\s*\^?(?:(?:extracts?|facts?|sources?|see|cf\.?|quellen?|siehe)[:\s]\s*)?` +
    String.raw`((?:[a-z]\d{1,4}(?:\s*[,;/&–-])?\s*(?:(?:and|to)\s+)?)+)[\])】]`,
  'gi',
);
const mostInRange = 20;

function listed(list: string): string[] {
  return [...list.matchAll(/([a-z])(\d+)(?:\s*(?:[–-]|to\s)\s*\1(\d+))?/g)].flatMap(
    ([, kind, from, to = from]) => {
      const count = Number(to) - Number(from) + 1;
      return count > 0 && count <= mostInRange
        ? Array.from({ length: count }, (_, at) => `${kind}${Number(from) + at}`)
        : [`${kind}${from}`, `${kind}${to}`];
    },
  );
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

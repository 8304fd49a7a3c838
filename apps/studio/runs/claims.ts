/** A sentence of an answer, with the extracts that it names. */
export interface Claim {
  readonly text: string;
  readonly ids: readonly string[];
  readonly isUnsupported: boolean;
}

/**
 * Reads the claims of an answer: its sentences that name extracts, and those that none supports.
 */
export function claimsOf(
  answer: string,
  ids: ReadonlySet<string>,
  unsupported: readonly string[],
): Claim[] {
  const claims: Claim[] = [];
  for (const text of sentencesOf(answer)) {
    const named = [...text.matchAll(/\[([^\][]{1,80})\]/g)].flatMap(([, inner = '']) =>
      inner.split(/[\s,;]+/).filter(id => ids.has(id)),
    );
    const bare = wordsOf(text);
    const isUnsupported = unsupported.some(each => bare.startsWith(wordsOf(each).slice(0, 80)));
    if (named.length > 0 || isUnsupported)
      claims.push({ text, ids: [...new Set(named)], isUnsupported });
  }
  return claims;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });
// Behind marks that stand after a full stop, another sentence begins.
const behindMarks = /(?<=[.!?]["”)]?\s*(?:\[[^\][]{1,80}\]\s*)+)\s+(?=\p{Lu})/u;

// Marks that stand behind the full stop belong to the sentence before them.
function sentencesOf(answer: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(answer)) {
    const mark = /^\s*(?:\[[^\][]{1,80}\]\s*)+/.exec(segment)?.[0];
    const last = sentences.length - 1;
    if (mark && last >= 0) sentences[last] = `${sentences[last]} ${mark.trim()}`;
    for (const each of segment.slice(mark?.length ?? 0).split(behindMarks)) {
      const rest = each.replace(/^\s*(?:[-*+>]|#+|\d+[.)])\s+/, '').trim();
      if (rest !== '') sentences.push(rest);
    }
  }
  return sentences;
}

function wordsOf(text: string): string {
  return text
    .replace(/\[[^\][]{1,80}\]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

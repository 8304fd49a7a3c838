const leastWords = 3;

/**
 * Tells whether a text is a piece of what the model was told, or the question itself: small models
 * give their prompt back.
 */
export function isGivenBack(text: string, told: readonly string[]): boolean {
  const said = levelled(text);
  if (said.split(' ').length < leastWords) return false;
  return told.some(each => ` ${levelled(each)} `.includes(` ${said} `));
}

function levelled(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

const leastOfWords = 5;

/** Tells whether a text is put together of words of what the model was told, and of no others. */
export function isOfWordsOf(text: string, told: readonly string[]): boolean {
  const said = levelled(text).split(' ');
  if (said.length < leastOfWords) return false;
  const known = new Set(told.flatMap(each => levelled(each).split(' ')));
  return said.every(word => known.has(word));
}

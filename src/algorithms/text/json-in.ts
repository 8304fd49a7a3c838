/**
 * Parses the JSON in a text, with or without a code fence around it; `undefined` if there is none.
 */
export function jsonIn(text: string): unknown {
  const bare = text.trim().replace(/^```(?:json)?\s*|\s*```$/g, '');
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

/**
 * Estimates the tokens of so many characters: four to a token, rounded up. True of English prose within about a
 * quarter; code, tables and other scripts take more tokens. Exact counts come only from a backend's own usage.
 */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}

const constants: string[] = [];

/**
 * Marks a text as a pattern's own, which is the same in every call: a document that happens to hold
 * it does not keep it here.
 */
export function constantText(text: string): string {
  constants.push(text);
  return text;
}

/** All texts that were marked so far. */
export function constantTexts(): readonly string[] {
  return constants;
}

/**
 * The length of the longest beginning, in whole groups, that holds; 0 if none does. A number may
 * have more groups after it that are not its own, such as a date.
 */
export function lengthThatHolds(words: string, holds: (found: string) => boolean): number {
  let length = words.length;
  for (let tries = 0; length > 0 && tries < 12; tries++) {
    if (holds(words.slice(0, length))) return length;
    let before = length - 1;
    while (before > 0 && /\w/.test(words[before]!)) before--;
    length = before;
    while (length > 0 && !/\w/.test(words[length - 1]!)) length--;
  }
  return 0;
}

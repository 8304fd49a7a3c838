/** The marked document and the marked person of the proof. */
export const paragraphs: readonly string[] = Array.from(
  { length: 40 },
  (_, n) =>
    `Zq${n}x is the mark of paragraph ${n}, whose berth costs ${n * 7} crowns a month in spring.`,
);
export const documentText = paragraphs.join('\n\n');
export const question =
  'What does the berth of paragraph 3 cost in spring? Mail boss7@example.org.';
export const person = 'boss7@example.org';

/** A document that may leave whole. */
export const otherText = 'The water at the berth is nine metres deep. It costs nothing in spring.';

/** The marks of the document in some bytes. */
export function marksIn(bytes: string): Set<string> {
  return new Set(bytes.match(/zq\d+x/gi)?.map(mark => mark.toLowerCase()));
}

/** Whether the person stands in some bytes, as it is or in an encoding of addresses. */
export function namesPerson(bytes: string): boolean {
  return /boss7(?:@|%40|&#64;|\\u0040)example/i.test(bytes);
}

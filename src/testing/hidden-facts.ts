import { doubleOf, lastUserText } from './double.ts';

const filler = (n: number) =>
  `Paragraph ${n} tells of weather and of ships. ${'More of it. '.repeat(30)}`;

/** Twelve paragraphs, with facts in some of them. */
export const textWith = (facts: Readonly<Record<number, string>>) =>
  Array.from({ length: 12 }, (_, n) => facts[n] ?? filler(n)).join('\n\n');

/**
 * Quotes the first sentence of a chunk that holds one of these words, and answers with the number
 * in it.
 */
export const quoting = (...words: string[]) =>
  doubleOf({ modelId: 'worker' }, call => {
    const chunk = /<chunk>\n([\s\S]*)\n<\/chunk>/.exec(lastUserText(call))![1]!;
    const found = chunk
      .match(/[^.]+\./g)!
      .find(sentence => words.some(word => sentence.includes(word)))
      ?.trim();
    const answer = found && (/\d+/.exec(found)?.[0] ?? found);
    const read = { explanation: '', citation: found ?? null, answer: answer ?? null };
    return { text: JSON.stringify(read) };
  });

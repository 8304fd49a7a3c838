/**
 * Documents made by a program, whose truth is known exactly: which answer is right, and which words
 * say so.
 */

/** A stretch of a document that an answer needs. */
export interface Evidence {
  readonly start: number;
  readonly end: number;
}

/** A question on a generated document. */
export interface TrueQuestion {
  readonly question: string;
  /** What a right answer must hold. */
  readonly answer: string;
  /**
   * What stands in the document and misleads, or is known to everybody and not what the document
   * says.
   */
  readonly traps: readonly string[];
  /** All that is needed, in the order of the argument. */
  readonly evidence: readonly Evidence[];
}

/** A generated document. */
export interface GeneratedDocument {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly questions: readonly TrueQuestion[];
}

/** How a document is to be made. */
export interface Making {
  /** Wanted length in tokens, at four characters to a token; 1,000 or more. */
  readonly tokens: number;
  readonly random: () => number;
}

/** Draws one of several. */
export function pick<Value>(values: readonly Value[], random: () => number): Value {
  return values[Math.floor(random() * values.length)]!;
}

/** Something to be put at a place of a document, 0..1 of its length. */
export interface Placed {
  readonly at: number;
  readonly text: string;
}

/**
 * Fills a document with lines up to its length, and puts what matters at its places, each on a line
 * of its own. Returns the text, and where each of them stands, in the order given.
 */
export function fill(
  { tokens }: Pick<Making, 'tokens'>,
  facts: readonly Placed[],
  line: (index: number) => string,
): { readonly text: string; readonly spans: readonly Evidence[] } {
  const wanted = tokens * 4 - facts.reduce((sum, { text }) => sum + text.length + 1, 0);
  const waiting = facts
    .map((fact, index) => ({ ...fact, index }))
    .sort((a, b) => a.at - b.at || a.index - b.index);
  const spans: Evidence[] = [];
  const lines: string[] = [];
  let length = 0;
  const add = (text: string) => {
    lines.push(text);
    length += text.length + 1;
    return { start: length - text.length - 1, end: length - 1 };
  };
  let filled = 0;
  for (let index = 0; filled < wanted || waiting.length > 0; index++) {
    while (waiting[0] && (waiting[0].at * wanted <= filled || filled >= wanted)) {
      const { index: place, text } = waiting.shift()!;
      spans[place] = add(text);
    }
    if (filled >= wanted) continue;
    const next = line(index);
    add(next);
    filled += next.length + 1;
  }
  return { text: lines.join('\n'), spans };
}

// What a terminal obeys: whole sequences of escape go, with what belongs to them.
const sequences = new RegExp(
  '\\u001b(?:\\[[0-?]*[ -/]*[@-~]' +
    '|[\\]PX^_][^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)?' +
    '|[ -/]+[0-~]|[0-Z\\\\`-~])?',
  'g',
);
const low = '\\u0000-\\u0008\\u000b-\\u001f';
// Those beyond ASCII, and the two marks that turn the letters of any script around.
const high = '\\u007f-\\u009f\\u202d\\u202e';
const mayBeObeyed = new RegExp(`[${low}${high}]`);
const controls = new RegExp(`[${low}]`, 'g');
const highControls = new RegExp(`[${high}]`, 'g');

/** Marks of a program’s own style, which no text from outside can bear. */
export interface Marks {
  /** Puts a style around a text: numbers that begin and end it. */
  around(text: string, begin: number, end: number): string;
  /** Makes a text fit for a terminal: of all that it would obey, our own styles are left. */
  shown(text: string): string;
}

/**
 * Makes marks with a number that nobody else knows: answers, quotes, names of files and words of
 * servers may hold anything, and a terminal obeys whoever speaks to it.
 */
export function styleMarks(): Marks {
  const own = [...crypto.getRandomValues(new Uint16Array(4))].map(each => each % 10_000).join(';');
  // A sequence that measures of width pass over, as they do over every other.
  const mark = (code: number) => `\u001b[${own};${code}m`;
  const marks = new RegExp(`\\u001b\\[${own};(\\d{1,3})m`, 'g');
  return {
    around: (text, begin, end) => `${mark(begin)}${text}${mark(end)}`,
    shown(text) {
      if (!mayBeObeyed.test(text)) return text;
      const pieces = text.split(marks);
      return pieces
        .map((piece, index) => (index % 2 === 1 ? `\u001b[${piece}m` : withoutControls(piece)))
        .join('');
    },
  };
}

/**
 * Takes out of a text what a terminal would obey. Controls beyond ASCII are written as JSON writes
 * them, so that a document of JSON stays what it is.
 */
export function withoutControls(text: string): string {
  if (!mayBeObeyed.test(text)) return text;
  return text
    .replace(/\r\n/g, '\n')
    .replace(sequences, '')
    .replace(controls, '')
    .replace(highControls, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

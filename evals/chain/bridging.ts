/**
 * Bridging questions over a text of many parts: each link names the next, and the answer needs them
 * all.
 */

/** Where the links of a chain of facts stand in the text. */
export type Placement = 'forward' | 'reverse' | 'random';

/** A text with a chain of facts in it. */
export interface BridgingCase {
  readonly text: string;
  readonly question: string;
  /** The facts in the order of the question, each as one sentence of the text. */
  readonly links: readonly string[];
  readonly answer: string;
}

/** Characters of one sentence, so that parts can be cut exactly. */
export const sentenceLength = 100;
const sentencesPerPart = 4;

/** Tokens of a part, at four characters to a token. */
export const partTokens = (sentenceLength * sentencesPerPart) / 4;

/**
 * Makes a text of so many parts with a chain of links, each in a part drawn at random, two in one
 * part included.
 */
export function bridgingCase(
  options: { readonly parts: number; readonly hops: number; readonly placement: Placement },
  random: () => number,
): BridgingCase {
  const { parts, hops } = options;
  const names = Array.from({ length: hops + 1 }, (_, index) => nameOf(random, index));
  const links = names
    .slice(1)
    .map((name, index) => padded(`The keeper of ${names[index]} is ${name}`));
  const partOfLink = placesOf(options, random);
  const sentences = Array.from({ length: parts }, (_, part) => {
    const held = links.filter((_link, index) => partOfLink[index] === part);
    const fillers = Array.from({ length: sentencesPerPart - held.length }, (_, index) =>
      padded(`Room ${part}-${index} was swept and the lamps were filled`),
    );
    return [...held, ...fillers];
  });
  const keeper = hops === 1 ? 'keeper' : `${hops} times repeated keeper`;
  const question = `Who is the ${keeper} of ${names[0]}?`;
  return { text: sentences.flat().join(''), question, links, answer: names.at(-1)! };
}

function placesOf(
  { parts, hops, placement }: { parts: number; hops: number; placement: Placement },
  random: () => number,
): number[] {
  const drawn = Array.from({ length: hops }, () => Math.floor(random() * parts));
  if (placement === 'random') return drawn;
  drawn.sort((a, b) => a - b);
  return placement === 'forward' ? drawn : drawn.reverse();
}

const syllables = [
  'ba',
  'do',
  'fen',
  'gir',
  'ka',
  'lom',
  'mu',
  'nor',
  'pel',
  'ras',
  'su',
  'tor',
  'vin',
  'wex',
];

function nameOf(random: () => number, index: number): string {
  const syllable = () => syllables[Math.floor(random() * syllables.length)]!;
  const name = syllable() + syllable() + syllable();
  return `${name[0]!.toUpperCase()}${name.slice(1)}${index}`;
}

function padded(sentence: string): string {
  const rest = sentenceLength - sentence.length - 2;
  return `${sentence}${rest > 1 ? ` ${'x'.repeat(rest - 1)}` : ''}. `;
}

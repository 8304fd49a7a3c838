/**
 * Turns text into token ids and back, byte by byte (GPT-2's byte spelling), digits each on their
 * own.
 */
export interface Tokenizer {
  encode(text: string): number[];
  /** The bytes of a token; none for a control token. */
  bytesOf(id: number): Uint8Array;
}

const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
/** The tokens before the bytes: end of text, which also begins every prompt, and padding. */
const controlTokens = 2;

/** Makes the tokenizer of a model file. `merges` are pairs `a b`, the first to be merged first. */
export function byteTokenizer(tokens: readonly string[], merges: readonly string[]): Tokenizer {
  const idByToken = new Map(tokens.map((token, id) => [token, id]));
  const rankByPair = new Map(merges.map((pair, rank) => [pair, rank]));
  const { letterByByte, byteByLetter } = byteSpelling();
  const bytesById = tokens.map((token, id) =>
    id < controlTokens
      ? new Uint8Array()
      : Uint8Array.from([...token].flatMap(letter => byteByLetter.get(letter) ?? [])),
  );
  const encodeWord = (word: string): number[] => {
    const letters = Array.from(Buffer.from(word), byte => letterByByte[byte]!);
    return merged(letters, rankByPair).flatMap(piece => idByToken.get(piece) ?? []);
  };
  return {
    encode: text =>
      text.split(/(\p{N})/u).flatMap(part => (part.match(words) ?? []).flatMap(encodeWord)),
    bytesOf: id => bytesById[id] ?? new Uint8Array(),
  };
}

function merged(letters: readonly string[], rankByPair: ReadonlyMap<string, number>): string[] {
  const pieces = [...letters];
  for (;;) {
    let best = -1;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let at = 0; at + 1 < pieces.length; at++) {
      const rank = rankByPair.get(`${pieces[at]} ${pieces[at + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (rank < bestRank) [best, bestRank] = [at, rank];
    }
    if (best < 0) return pieces;
    pieces.splice(best, 2, pieces[best]! + pieces[best + 1]!);
  }
}

// GPT-2 spells every byte as a visible letter: printable ones as themselves, the others from U+0100
// on.
function byteSpelling(): { letterByByte: string[]; byteByLetter: Map<string, number> } {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  const letterByByte = Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  );
  return {
    letterByByte,
    byteByLetter: new Map(letterByByte.map((letter, byte) => [letter, byte])),
  };
}

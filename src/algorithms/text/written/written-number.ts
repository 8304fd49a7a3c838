import words from './written-number.json' with { type: 'json' };

const valueByWord = new Map(Object.entries(words.values));
const scaleByWord = new Map(Object.entries(words.scales));
const longest = 80;

/**
 * Reads a text that is a number written otherwise: "one thousand", "1.2 million", "1e3", "1 000",
 * "5,0", "½", "3/4", `\frac{1}{2}`. `undefined` for all else.
 */
export function writtenNumber(text: string): number | undefined {
  if (text.length > longest) return undefined;
  const plain = text
    .normalize('NFKC')
    .replace(/\\[dt]?frac\{(\d{1,9})\}\{(\d{1,9})\}/, '$1/$2')
    .replace(/[−–]/g, '-')
    .toLowerCase()
    .trim()
    .replace(/^\$ ?|\$?\.?$/g, '');
  const [, above, below] = /^(-?\d{1,9}) ?[/⁄] ?(\d{1,9})$/.exec(plain) ?? [];
  if (above && Number(below) > 0) return Number(above) / Number(below);
  if (/^-?\d(?:\.\d{1,15})?e[+-]?\d{1,2}$/.test(plain)) return Number(plain);
  if (/^-?\d{1,3}(?: \d{3}){1,4}$/.test(plain)) return Number(plain.replaceAll(' ', ''));
  if (/^-?\d{1,15},\d{1,2}$/.test(plain)) return Number(plain.replace(',', '.'));
  const [, figure, scale] = /^(-?\d{1,12}(?:\.\d{1,9})?) ?(\p{L}{1,9})$/u.exec(plain) ?? [];
  const factor = scale === 'hundred' ? undefined : scaleByWord.get(scale ?? '');
  // Metres and bits are small letters.
  const isUnit = /\d ?[mb]\.?$/.test(text);
  if (figure && factor && !isUnit) return Number((Number(figure) * factor).toPrecision(12));
  return inWords(plain.split(/[\s-]+/).filter(word => word !== 'and'));
}

function inWords(words: readonly string[]): number | undefined {
  let [whole, part] = [0, 0];
  for (const [at, word] of words.entries()) {
    const value = valueByWord.get(word);
    const scale = word.length > 2 ? scaleByWord.get(word) : undefined;
    if (value !== undefined && follows(part, value, words)) part += value;
    else if (at === 0 || scale === undefined) return undefined;
    else if (scale === 100) part *= scale;
    else {
      whole += part * scale;
      part = 0;
    }
  }
  return words.length === 0 ? undefined : whole + part;
}

// "One two three" is no number.
function follows(part: number, value: number, { length }: readonly string[]): boolean {
  if (value === 0) return length === 1;
  return part % 100 === 0 || (part % 100 >= 20 && part % 10 === 0 && value < 10);
}

// A number in another notation than digits with a point.

const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen';
const valueByWord = new Map(units.split(' ').map((word, value) => [word, value]));
for (const [at, word] of 'twenty thirty forty fifty sixty seventy eighty ninety'
  .split(' ')
  .entries())
  valueByWord.set(word, 20 + 10 * at);

const scaleByWord = new Map([
  ['hundred', 100],
  ...['k', 'thousand', 'tausend', 'mille'].map(word => [word, 1e3] as const),
  ...['m', 'mn', 'mio', 'million', 'millions', 'millionen'].map(word => [word, 1e6] as const),
  ...['b', 'bn', 'billion', 'billions'].map(word => [word, 1e9] as const),
]);

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
    .replace(/^[$\s]+|[$\s.]+$/g, '')
    .toLowerCase();
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
    if (value !== undefined) part += value;
    else if (scale === 100 && at > 0) part *= scale;
    else if (scale !== undefined && at > 0) {
      whole += part * scale;
      part = 0;
    } else return undefined;
  }
  return words.length === 0 ? undefined : whole + part;
}

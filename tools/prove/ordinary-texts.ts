type Random = () => number;

const pick = <T>(from: readonly T[], random: Random): T =>
  from[Math.floor(random() * from.length)]!;
const whole = (most: number, random: Random) => Math.floor(random() * most);
const words = (
  'the of and to a in that is was for on are with as be by this which from at have not or an it ' +
  'report value system order account state market result process figure section company year ' +
  'revenue model function returns update cache request server client error index matrix key token'
).split(' ');
const sentence = (random: Random) => {
  const text = Array.from({ length: 6 + whole(14, random) }, () => pick(words, random)).join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
};
const hex = (length: number, random: Random) =>
  Array.from({ length }, () => whole(16, random).toString(16)).join('');
const digits = (length: number, random: Random) =>
  Array.from({ length }, () => whole(10, random)).join('');
const name = (random: Random) =>
  `${pick(words, random)}${pick(['Id', 'Of', '2', '_ref', ''], random)}`;
const day = (random: Random) =>
  `20${10 + whole(16, random)}-${String(1 + whole(12, random)).padStart(2, '0')}-` +
  `${String(1 + whole(28, random)).padStart(2, '0')}`;

const makers: readonly ((random: Random) => string)[] = [
  random =>
    pick(
      [
        `const ${name(random)} = await ${name(random)}(${name(random)}, ` +
          `${whole(9999, random)});`,
        `if (${name(random)}[${whole(99, random)}] !== 0x${hex(8, random)}) return '` +
          `${name(random)}';`,
        `import { ${name(random)} } from '@scope/${pick(words, random)}'; // v` +
          `${whole(9, random)}.${whole(30, random)}.${whole(9, random)}`,
        `    self.${name(random)} = ${name(random)} @ weights[${whole(9, random)}:` +
          `${whole(99, random)}]`,
        `std::map<std::string, ns::${name(random)}> m{{"${name(random)}", ` +
          `${digits(5, random)}}};`,
        `token = tokens[${whole(9, random)}]; key: string; password: required; secret?:` +
          ` Buffer`,
        `"${pick(words, random)}@${whole(9, random)}.${whole(20, random)}.` +
          `${whole(9, random)}": "sha512-${hex(32, random)}"`,
        `git@github.com:acme/${pick(words, random)}.git ${hex(40, random)}`,
      ],
      random,
    ),
  random =>
    pick(
      [
        `${day(random)}T10:${10 + whole(50, random)}:07.${digits(3, random)}Z INFO ` +
          `${name(random)} took ${whole(9999, random)} ms`,
        `[${17}${digits(8, random)}] pid=${digits(5, random)} rss=${digits(9, random)} ` +
          `id=${hex(8, random)}-${hex(4, random)}-4${hex(3, random)}-a${hex(3, random)}-` +
          `${hex(12, random)}`,
        `17${digits(11, random)} GET /api/${pick(words, random)}/${digits(6, random)} 2` +
          `00 ${digits(4, random)} 0.${digits(6, random)}`,
        `WARN retry ${whole(9, random)} of 10 at 127.0.0.1:${digits(4, random)}, trace ` +
          `${hex(32, random)}`,
        `at ${name(random)} (file.js:${whole(999, random)}:${whole(99, random)}) 00 ` +
          `${hex(2, random)} ${hex(2, random)} ${hex(2, random)} 1f`,
      ],
      random,
    ),
  random =>
    pick(
      [
        `Invoice ${20 + whole(9, random)}-${digits(6, random)}, order ` +
          `${digits(8, random)}, due ${day(random)}`,
        `${whole(99, random)} x ${pick(words, random)} at ${whole(999, random)}.50 = ` +
          `${whole(9, random)},${digits(3, random)}.00 EUR`,
        `Article ${digits(4, random)}-${digits(3, random)} EAN 4` +
          `${digits(12, random).slice(0, 11)}x, net 1 234 567,89, VAT 19 %`,
        `Total: $ ${whole(99, random)},${digits(3, random)}.${digits(2, random)} (terms` +
          `: 30 days, item no. ${digits(5, random)})`,
      ],
      random,
    ),
  random =>
    pick(
      [
        `Item 7A. Note ${whole(20, random)}: ${sentence(random)} Net sales were ` +
          `${digits(3, random)},${digits(3, random)},${digits(3, random)} in ` +
          `${2000 + whole(26, random)}.`,
        `Pursuant to Rule 13a-${whole(20, random)} and Section ${whole(20, random)}(b),` +
          ` Form 10-K, Commission file no. 001-${digits(5, random)}`,
        `${sentence(random)} Spring ${2010 + whole(15, random)}, Engineering ` +
          `${whole(400, random)}, RFC ${digits(4, random)}.`,
        `| ${2015 + whole(9, random)} | ${digits(4, random)} ${digits(4, random)} | (` +
          `${digits(3, random)}) | ${whole(99, random)}.${digits(1, random)} % |`,
      ],
      random,
    ),
  random =>
    pick(
      [
        `f(x) = ${whole(9, random)}.${digits(7, random)} x^${whole(9, random)} + ` +
          `${whole(9, random)}/(${whole(9, random)} - y) ≈ ${whole(9, random)}.` +
          `${digits(10, random)}e-${whole(9, random)}`,
        `∑_{k=0}^{${whole(99, random)}} (−1)^k/(2k+1) = π/4 ≈ 0.${digits(12, random)}; ` +
          `sin 0${whole(90, random)}°, tan = 1.${digits(4, random)}`,
        `[[0.${digits(5, random)}, -0.${digits(5, random)}], [1.${digits(6, random)}, 0` +
          `.${digits(6, random)}]]`,
        `p = ${whole(1, random)}.0${digits(3, random)}, n = ${digits(4, random)}, 95 % ` +
          `CI ${whole(9, random)}.${digits(2, random)}–${whole(9, random)}.` +
          `${digits(2, random)}`,
      ],
      random,
    ),
];

/** An ordinary text without personal data: code, logs, invoices, filings or formulas. */
export function ordinaryText(number: number, random: Random): string {
  const make = makers[number % makers.length]!;
  return Array.from({ length: 12 }, () => make(random)).join('\n');
}

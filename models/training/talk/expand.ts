import { seededRandom } from '../../../src/testing/index.ts';

const random = seededRandom(12345);

/** Draws a share from 0 to 1. */
export const draw = random;

/** Draws one of several. */
export function pick<One>(all: readonly One[]): One {
  return all[Math.floor(random() * all.length)]!;
}

/** Makes the texts of "{a|b} {c|d}": all of them, or `most` with each way of the longest part. */
export function expand(line: string, most: number): string[] {
  const parts = line
    .split(/(\{[^{}]*\})/)
    .map(part => (part.startsWith('{') ? part.slice(1, -1).split('|') : [part]));
  const ways = parts.reduce((count, part) => count * part.length, 1);
  if (ways <= most) {
    const all = parts.reduce<string[]>(
      (begun, part) => begun.flatMap(text => part.map(each => text + each)),
      [''],
    );
    return [...new Set(all.map(levelled))];
  }
  const longest = Math.max(...parts.map(({ length }) => length));
  const drawn = Array.from({ length: Math.max(most, longest) }, (_, at) =>
    parts.map(part => (part.length === longest && at < longest ? part[at]! : pick(part))).join(''),
  );
  return [...new Set(drawn.map(levelled))];
}

/** Gives a text a capital and an end. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  if (/[.!?。？！]$/.test(begun)) return begun;
  const isEastern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(begun);
  return begun + pick(isEastern ? ['。', ''] : ['.', '.', '.', '!']);
}

/** Makes up a name or a few words that nobody has seen. */
export function unseenWords(): string {
  const kind = pick(scripts);
  const word = () => {
    const made = Array.from({ length: kind.syllables }, () => kind.of.map(pick).join('')).join('');
    return random() < 0.6 ? made.charAt(0).toUpperCase() + made.slice(1) : made;
  };
  const count = 1 + Math.floor(random() * 4);
  const name = Array.from({ length: count }, word).join(kind.isSpaced ? ' ' : '');
  return pick([
    name,
    name,
    `${name}.`,
    `It was ${name}.`,
    `${name}, ${word()} and ${word()}`,
    `The ${name}`,
    `${name} of ${word()}`,
    `${name} ${1000 + Math.floor(random() * 1000)}`,
    `In ${name}.`,
    `${name}, ${pick(hedges)}.`,
    `${pick(hedges)}, ${name}.`,
    `${name} is the ${word()} of ${word()}.`,
  ]);
}

const hedges = ['I think', 'as far as I know', 'if I remember correctly', 'I believe', 'I guess'];
const letters = (text: string) => text.split(' ');
const latin = [
  letters('b c d f g h j k l m n p r s t v w z br st th ch gl').concat(['', '']),
  letters('a e i o u ea ou ie'),
  letters('n r s l t m ck nd ng').concat(['', '', '']),
];
const scripts = [
  { of: latin, syllables: 1, isSpaced: true },
  { of: latin, syllables: 2, isSpaced: true },
  { of: latin, syllables: 2, isSpaced: true },
  { of: latin, syllables: 3, isSpaced: true },
  {
    of: [[...'бвгдклмнпрстш'], [...'аеиоуы'], [...'нрйл', '']],
    syllables: 2,
    isSpaced: true,
  },
  { of: [[...'김이박서도나무강산비구로다미호']], syllables: 3, isSpaced: false },
  { of: [[...'アイカサトナマラリロベド']], syllables: 4, isSpaced: false },
  { of: [[...'王李海山河龙金石白黑天地城州江南北明建国']], syllables: 2, isSpaced: false },
  { of: [[...'ابتجدرسعفقكلمنهوي']], syllables: 4, isSpaced: true },
];

function levelled(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/ ,/g, ',').trim();
}

import {
  compared,
  type Fraction,
  fraction,
  numberIn,
  plus,
  times,
  workedOut,
} from './stated-arithmetic.ts';
import lists from './stated-question-words.json' with { type: 'json' };

/** What a question that a program can work out has for an answer. */
export type StatedAnswer = Fraction | boolean | readonly string[];

const mostAsked = 400;

/**
 * Works out a question that states all that is needed for its answer, such as a sum, the largest of
 * some numbers, a conversion of units, an order or a count of letters. `undefined` of all others:
 * whatever stands beside the question must be an instruction about the form of the answer.
 */
export function statedAnswer(request: string): StatedAnswer | undefined {
  if (request.length > mostAsked) return undefined;
  const sentences = request
    .trim()
    .split(/(?<=[?!.])\s+(?=\p{Lu})|\n+/u)
    .filter(sentence => !instruction.test(sentence));
  if (sentences.length !== 1) return undefined;
  const asked = sentences[0]!
    .replace(/[?.!:=\s]+$/, '')
    .replace(/^(?:q(?:uestion)?|please)[:,]? /i, '');
  for (const kind of kinds) {
    const answer = kind(asked);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

const instruction = new RegExp(lists.instruction.join('|'), 'i');

const asks = new RegExp(lists.asks.join('|'), 'i');

const operators: readonly (readonly [RegExp, string])[] = [
  [/ (?:plus|und) /gi, ' + '],
  [/ (?:minus|less|moins|menos|meno) /gi, ' - '],
  [/ (?:times|multiplied by|mal|fois|por|per) /gi, ' * '],
  [/ (?:divided by|over|geteilt durch|divisé par|entre|diviso) /gi, ' / '],
];

const kinds: readonly ((asked: string) => StatedAnswer | undefined)[] = [
  asked => {
    const bare = asked.replace(asks, '').replace(/^the /, '');
    // A day, a ratio, a name: 2024-05-01, 24/7, 4x4.
    if (/^\d+(?:[-/x]\d+)+$/i.test(bare)) return undefined;
    const said = operators.reduce((text, [word, sign]) => text.replace(word, sign), bare);
    return workedOut(said) ?? namedOperation(bare);
  },
  extreme,
  yesOrNo,
  sorted,
  converted,
  lettersIn,
];

function namedOperation(asked: string): Fraction | undefined {
  const share = /^(\d[\d,.]*) ?(?:%|percent) of (\d[\d,.]*)$/i.exec(asked);
  const named = /^(sum|product|difference|quotient) (?:of|between) (\S+) and (\S+)$/i.exec(asked);
  const [a, b] = share ? [share[1], share[2]] : [named?.[2], named?.[3]];
  const [first, second] = [numberIn(a ?? ''), numberIn(b ?? '')];
  if (!(first && second)) return undefined;
  if (share) return times(first, { over: second.over, under: second.under * 100n });
  const name = named![1]!.toLowerCase();
  if (name === 'product') return times(first, second);
  if (name === 'quotient') return fraction(first.over * second.under, first.under * second.over);
  return plus(first, second, name === 'sum' ? 1n : -1n);
}

const ofExtremes = new RegExp(
  String.raw`^(?:which|what)\b[^:,]{0,60}\b(largest|biggest|greatest|highest` +
    String.raw`|larger|bigger|greater` +
    String.raw`|smallest|lowest|least|smaller)\b[^:,\d]{0,40}[:,]? (?=[-\d])(.+)$`,
  'i',
);

function extreme(asked: string): Fraction | undefined {
  const found = ofExtremes.exec(asked);
  if (!found) return undefined;
  const numbers = found[2]!.split(/,? (?:or|and) |, ?(?!\d{3}\b(?! ?,))|, /).map(numberIn);
  if (numbers.length < 2 || numbers.some(each => each === undefined)) return undefined;
  const sign = /^(?:s|lo|le)/i.test(found[1]!) ? -1 : 1;
  return (numbers as Fraction[]).reduce((a, b) => (sign * compared(b, a) > 0 ? b : a));
}

const ofTruth = new RegExp(
  String.raw`^is (\S+) (?:an? )?(?:(divisible by|multiple of|(?:greater` +
    String.raw`|larger|bigger|less|smaller) than)` +
    String.raw` (\S+)|(prime|even|odd)(?: number)?)$`,
  'i',
);

function yesOrNo(asked: string): boolean | undefined {
  const found = ofTruth.exec(asked);
  const [value, other] = [numberIn(found?.[1] ?? ''), numberIn(found?.[3] ?? '')];
  if (!(found && value)) return undefined;
  const kind = (found[2] ?? found[4]!).toLowerCase();
  if (other && kind.endsWith('than'))
    return compared(value, other) * (/^(?:less|small)/.test(kind) ? -1 : 1) > 0;
  const [whole, by] = [wholeOf(value), other ? wholeOf(other) : 2];
  if (!whole || !by) return undefined;
  if (kind === 'prime') return isPrime(whole);
  return (whole % by === 0) === (kind !== 'odd');
}

const largestWhole = 1_000_000n;

function wholeOf({ over, under }: Fraction): number | undefined {
  return under === 1n && over > 0n && over < largestWhole ? Number(over) : undefined;
}

function isPrime(value: number): boolean {
  for (let by = 2; by * by <= value; by++) if (value % by === 0) return false;
  return value > 1;
}

function sorted(asked: string): readonly string[] | undefined {
  const found = /^(?:sort|order|arrange|put) [^:]{0,80}?: (.+)$/i.exec(asked);
  const items = found?.[1]?.split(/, (?:and )?|,/).map(item => item.trim());
  if (!items || items.length < 2 || items.some(item => item === '' || / /.test(item)))
    return undefined;
  const isFalling = /descend|largest (?:to|first)|reverse|z to a|decreas/i.test(asked);
  const numbers = items.map(numberIn);
  const isNumeric = numbers.every(each => each !== undefined);
  if (!isNumeric && !/alphabet/i.test(asked)) return undefined;
  const rising = items
    .map((item, at) => ({ item: item.toLowerCase(), value: numbers[at] }))
    .sort((a, b) =>
      a.value && b.value && isNumeric ? compared(a.value, b.value) : a.item < b.item ? -1 : 1,
    )
    .map(({ item }) => item);
  return isFalling ? rising.reverse() : rising;
}

// How many of the smallest unit of its kind one is.
const units: readonly (readonly [kind: string, name: RegExp, size: bigint])[] = [
  ['time', /^seconds?$/, 1n],
  ['time', /^minutes?$/, 60n],
  ['time', /^hours?$/, 3600n],
  ['time', /^days?$/, 86_400n],
  ['time', /^weeks?$/, 604_800n],
  ['length', /^(?:mm|millimet(?:er|re)s?)$/, 1n],
  ['length', /^(?:cm|centimet(?:er|re)s?)$/, 10n],
  ['length', /^(?:m|met(?:er|re)s?)$/, 1000n],
  ['length', /^(?:km|kilomet(?:er|re)s?)$/, 1_000_000n],
  ['mass', /^(?:mg|milligrams?)$/, 1n],
  ['mass', /^(?:g|grams?)$/, 1000n],
  ['mass', /^(?:kg|kilograms?|kilos?)$/, 1_000_000n],
];

const ofUnits = new RegExp(
  String.raw`^(?:how many (?<to>\w+) (?:are(?: there)?(?: in)?|is|in|make` +
    String.raw`|do) (?<from>.+?)(?: have)?` +
    String.raw`|convert (?<given>.+?) (?:to|into) (?<wanted>\w+)|what is (?<said>\d.+?) in` +
    String.raw` (?<unit>\w+))$`,
  'i',
);

function converted(asked: string): Fraction | undefined {
  const found = ofUnits.exec(asked)?.groups;
  const to = unitOf(found?.to ?? found?.wanted ?? found?.unit ?? '');
  const parts = (found?.from ?? found?.given ?? found?.said ?? '').split(/,? and |, /);
  if (!to) return undefined;
  let total: Fraction | undefined = { over: 0n, under: 1n };
  for (const part of parts) {
    const [, number = '', name = ''] = /^(an?|one|[\d.,]+) ?(\w+)$/i.exec(part.trim()) ?? [];
    const value = /^(?:an?|one)$/i.test(number) ? fraction(1n) : numberIn(number);
    const from = unitOf(name);
    if (!(total && value && from && from[0] === to[0])) return undefined;
    total = plus(total, value, from[2]);
  }
  return total && fraction(total.over, total.under * to[2]);
}

function unitOf(name: string) {
  return units.find(([, form]) => form.test(name.toLowerCase()));
}

const ofLetters = new RegExp(lists.ofLetters.join('|'), 'iu');

function lettersIn(asked: string): Fraction | undefined {
  const bare = asked.replace(/^how many letters? (?=["'“]?\p{L}["'”]?s? )/iu, 'how many ');
  const found = ofLetters.exec(bare)?.groups;
  if (!found) return undefined;
  const letter = (found.once ?? found.many)?.toLowerCase();
  const word = [...found.word!.toLowerCase()];
  const isCounted = (each: string) =>
    letter ? each === letter : found.all !== 'vowels' || /[aeiou]/.test(each);
  return fraction(BigInt(word.filter(isCounted).length));
}

import { later } from '../../algorithms/later.ts';
import { stem } from '../../algorithms/text/terms.ts';
import type { Plan, PlanNode } from './plan.ts';
import lists from './plan-words.json' with { type: 'json' };

// Words that say what is done: `product`, `times` and `multiply` are one operation; `multipli~` is
// each word that begins so.
const operationOf = new Map(
  Object.entries(lists.operations).flatMap(([name, words]) =>
    words.split(' ').map(word => [word, name] as const),
  ),
);
const roots = [...operationOf].filter(([word]) => word.endsWith('~'));
// Orders in which the operands stand matter to these alone.
const ordered = new Set(['subtract', 'divide', 'compare']);
const froms = new Set(lists.from.split(' '));
const silent = new Set(lists.silent.split(' '));
const silentElsewhere = new Set(lists.silentElsewhere.split(' '));
// Chinese is written without spaces: what it says is taken out of a run of signs, the longest
// first.
const signs = [...operationOf.keys(), ...lists.silentHan.split(' ')]
  .filter(word => /\p{Script=Han}/u.test(word))
  .sort((x, y) => y.length - x.length);
const silentHan = new Set(lists.silentHan.split(' '));
const signForm = later(() => new RegExp(signs.join('|'), 'g'));

/**
 * Tells whether two plans do the same: the same steps in the same shape, whatever they are called
 * and in whatever words they are told. Operations, numbers and their order must be the same; of the
 * other words one plan may say more in English, but not each what the other does not; in other
 * languages they must be the same but for their endings.
 */
export function isSamePlan(a: Plan, b: Plan): boolean {
  if (a.steps.length !== b.steps.length) return false;
  const [first, second] = [byId(a), byId(b)];
  const known = new Map<string, string>();
  const isSame = (left: string, right: string): boolean => {
    const [one, other] = [first.get(left), second.get(right)];
    if (!one || !other) return !one && !other && left === right;
    if (known.has(left)) return known.get(left) === right;
    if (!isSameStep(one, other)) return false;
    const free = [...other.needs];
    for (const need of one.needs) {
      const at = free.findIndex(id => isSame(need, id));
      if (at < 0) return false;
      free.splice(at, 1);
    }
    known.set(left, right);
    return true;
  };
  return isSame(a.answer, b.answer);
}

function byId({ steps }: Plan): ReadonlyMap<string, PlanNode> {
  return new Map(steps.map(step => [step.id, step]));
}

interface Said {
  readonly operations: string;
  readonly numbers: string;
  readonly words: readonly string[];
  readonly isEnglish: boolean;
  /** What stands in which order, for operations that are not symmetric; else empty. */
  readonly order: readonly string[];
}

function isSameStep(a: PlanNode, b: PlanNode): boolean {
  if (a.type !== b.type || a.needs.length !== b.needs.length) return false;
  const [one, other] = [saidIn(a), saidIn(b)];
  if (one.operations !== other.operations || one.numbers !== other.numbers) return false;
  const isEnglish = one.isEnglish && other.isEnglish;
  // A word of the one, or the same with another ending, in the words of the other.
  const inOther = (word: string) =>
    other.words.find(each => each === word || (!isEnglish && isInflected(word, each)));
  const matched = new Map(one.words.map(word => [word, inOther(word)]));
  const shared = new Set([...matched.values()].filter(word => word !== undefined));
  const own = [...matched.values()].filter(word => word === undefined).length;
  const others = other.words.filter(word => !shared.has(word)).length;
  if (own > 0 && others > 0) return false;
  if (own + others > 0 && (!isEnglish || shared.size <= own + others)) return false;
  const orderIn = ({ order }: Said, nameOf: (word: string) => string | undefined) =>
    order.map(word => (/^\d/.test(word) ? word : nameOf(word))).filter(Boolean);
  return (
    orderIn(one, word => matched.get(word)).join(' ') ===
    orderIn(other, word => (shared.has(word) ? word : undefined)).join(' ')
  );
}

// Endings of cases, plurals and verbs; not those that make another word, such as a woman of a man:
// `-in`, `-o` and `-a`, and `-e` in French.
const endings = /^(?:en?|em|es|ez|n|s|x|r)?$/;

function isInflected(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [one, other] = [a.slice(at), b.slice(at)];
  return at >= 4 && endings.test(one) && endings.test(other) && one !== 'e' && other !== 'e';
}

function tokensIn(text: string): readonly string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
  const levelled = plain.normalize('NFC').replaceAll('ß', 'ss');
  const apart = levelled.replace(signForm(), sign => (silentHan.has(sign) ? ' ' : ` ${sign} `));
  return apart.match(/\d+(?:[.,]\d+)*|\p{L}+|(?<=[\s\d])[×*+−÷/-](?=[\s\d])/gu) ?? [];
}

function operationIn(token: string): string | undefined {
  const root = () => roots.find(([begins]) => token.startsWith(begins.slice(0, -1)))?.[1];
  return operationOf.get(token) ?? root();
}

function saidIn({ instruction, needs }: PlanNode): Said {
  // Names of needed steps differ from plan to plan.
  const names = new Set(needs.flatMap(need => need.toLowerCase().split(/[^a-z0-9]+/)));
  const found = tokensIn(instruction);
  const isEnglish = !found.some(isElsewhere) && found.some(token => silent.has(token));
  const done = found.map(operationIn).filter(operation => operation !== undefined);
  const heads: Readonly<Record<string, string>> = isEnglish ? lists.heads : lists.headsElsewhere;
  const keyOf = (token: string) => {
    if (/^\d/.test(token)) return String(Number(token.replaceAll(',', '')));
    return isEnglish ? stem(token) : token;
  };
  // From and to are not the same way; a known operation says what its operands are.
  const headed = found.flatMap((token, at) => {
    if (done.length > 0 || !Object.hasOwn(heads, token)) return [];
    return `${heads[token]} ${keyOf(found.slice(at + 1).find(isTold) ?? '')}`;
  });
  const order = orderOf(found, keyOf);
  const isOrdered = done.some(operation => ordered.has(operation));
  // Of an operation that is not known the numbers keep their order at least.
  const isSaid = isOrdered || (done.length === 0 && !isEnglish);
  const isNumber = (key: string) => /^\d/.test(key);
  const words = [...order.filter(key => !isNumber(key)), ...headed];
  return {
    operations: [...new Set(done)].sort().join(' '),
    numbers: order.filter(isNumber).sort().join(' '),
    words: [...new Set(words)].filter(word => !names.has(word)),
    isEnglish,
    order: order.filter(key => isSaid || (done.length === 0 && isNumber(key))),
  };
}

// What is told, as it stands; but "subtract 4 from 15" is 15 - 4.
function orderOf(found: readonly string[], keyOf: (token: string) => string): readonly string[] {
  const [order, behind]: [string[], string[]] = [[], []];
  let last: string | undefined;
  for (const token of found) {
    const operation = operationIn(token);
    last = operation ?? last;
    if (froms.has(token) && last === 'subtract') behind.push(...order.splice(0));
    else if (operation === undefined && isTold(token)) order.push(keyOf(token));
  }
  return [...order, ...behind];
}

function isTold(token: string): boolean {
  return !silent.has(token) && !silentElsewhere.has(token) && /[\p{L}\d]/u.test(token);
}

// By letters that English does not have, or by small words that it does not.
function isElsewhere(token: string): boolean {
  return /[^a-z]/.test(token)
    ? /\p{L}/u.test(token)
    : silentElsewhere.has(token) && !silent.has(token);
}

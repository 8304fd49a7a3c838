import { stem } from '../../algorithms/text/terms.ts';
import type { Plan, PlanNode } from './plan.ts';

// Words that say what is done: `product`, `times` and `multiply` are one operation.
const operations = {
  multiply: 'multiply multiplied times product × *',
  add: 'add added sum total plus altogether together combine combined +',
  subtract: 'subtract subtracted minus difference deduct less − -',
  divide: 'divide divided quotient ratio split ÷ /',
  double: 'double doubled twice',
  halve: 'halve halved half',
  greatest: 'greatest largest biggest highest maximum max most',
  least: 'least smallest lowest minimum min fewest',
  sort: 'sort sorted rank arrange',
  first: 'first initial initially beginning',
  last: 'last final finally end',
  before: 'before earlier previous',
  after: 'after later next',
  not: 'not no never without except exclude excluding',
  count: 'count counted',
  average: 'average mean',
  square: 'square squared',
  compare: 'compare comparison',
};
const operationOf = new Map(
  Object.entries(operations).flatMap(([name, words]) =>
    words.split(' ').map(word => [word, name] as const),
  ),
);
// Orders in which the operands stand matter to these alone.
const ordered = new Set(['subtract', 'divide', 'compare']);

const silentWords =
  'a an the of and or in on at by to for with from as is are was be it its this that ' +
  'these those their his her he she they them there each all both any what which how ' +
  'much do does did has have had will would calculate compute determine find work out ' +
  'get give state say tell write obtain evaluate figure identify take using use result ' +
  'results answer value please step then now up so if into perform carry make return ' +
  'provide implement create produce show report number many order';
const silent = new Set(silentWords.split(' '));

/**
 * Tells whether two plans do the same: the same steps in the same shape, whatever they are called
 * and in whatever words they are told. Operations, numbers and their order must be the same; of the
 * other words most must be shared.
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
  readonly words: ReadonlySet<string>;
  /** What stands in which order, for operations that are not symmetric; else empty. */
  readonly order: readonly string[];
}

function isSameStep(a: PlanNode, b: PlanNode): boolean {
  if (a.type !== b.type || a.needs.length !== b.needs.length) return false;
  const [one, other] = [saidIn(a), saidIn(b)];
  if (one.operations !== other.operations || one.numbers !== other.numbers) return false;
  const shared = [...one.words].filter(word => other.words.has(word));
  const all = new Set([...one.words, ...other.words]);
  if (all.size > 0 && shared.length * 2 <= all.size) return false;
  const common = new Set([...shared, ...one.numbers.split(' ')]);
  const orderIn = ({ order }: Said) => order.filter(word => common.has(word)).join(' ');
  return orderIn(one) === orderIn(other);
}

// Of an operation in words that are not known the numbers keep their order at least.
function orderOf(done: readonly string[], order: readonly string[]): readonly string[] {
  if (done.length === 0) return order.filter(word => /^\d/.test(word));
  return done.some(operation => ordered.has(operation)) ? order : [];
}

function saidIn({ instruction, needs }: PlanNode): Said {
  // Names of needed steps differ from plan to plan.
  const names = new Set(needs.flatMap(need => need.toLowerCase().split(/[^a-z0-9]+/)));
  const found =
    instruction.toLowerCase().match(/\d+(?:[.,]\d+)*|\p{L}+|(?<=[\s\d])[×*+−÷/-](?=[\s\d])/gu) ??
    [];
  const done: string[] = [];
  const numbers: string[] = [];
  const words: string[] = [];
  const order: string[] = [];
  let behind: string[] = [];
  for (const token of found) {
    const operation = operationOf.get(token);
    if (/^\d/.test(token)) {
      const number = String(Number(token.replaceAll(',', '')));
      numbers.push(number);
      order.push(number);
    } else if (operation) done.push(operation);
    else if (token === 'from' && done.at(-1) === 'subtract') {
      // "Subtract 4 from 15" is 15 - 4.
      behind = order.splice(0);
    } else if (!silent.has(token) && /\p{L}/u.test(token)) {
      words.push(stem(token));
      order.push(stem(token));
    }
  }
  return {
    operations: [...new Set(done)].sort().join(' '),
    numbers: numbers.sort().join(' '),
    words: new Set(words.filter(word => !names.has(word))),
    order: orderOf(done, [...order, ...behind]),
  };
}

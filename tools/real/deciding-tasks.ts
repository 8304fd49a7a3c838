import { readFileSync } from 'node:fs';
import { seededRandom } from '../../src/entries/eval.ts';

/** A request whose right answer is known. */
export interface Item {
  readonly id: string;
  readonly prompt: string;
  readonly reference: string;
}

/** A task that a cascade decides on. */
export interface Task {
  readonly name: string;
  readonly maxOutputTokens: number;
  isRight(item: Item, answer: string): boolean;
}

/** Sums, differences and products: cheap, exact, with a wide gap between models. */
export const sumsTask: Task = {
  name: 'sums',
  maxOutputTokens: 20,
  isRight: ({ reference }, answer) => lastNumber(answer) === reference,
};

function lastNumber(text: string): string | undefined {
  return text
    .match(/-?\d[\d,]*(?:\.\d+)?/g)
    ?.at(-1)
    ?.replaceAll(',', '');
}

/** Draws sums; those of another seed, without the prompts of `others`, are other sums. */
export function drawSums(count: number, seed: number, others: readonly Item[] = []): Item[] {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const draws: readonly (() => readonly [string, number])[] = [
    () => added(between(11, 89), between(11, 89)),
    () => taken(between(40, 99), between(11, 39)),
    () => multiplied(between(3, 12), between(3, 19)),
    () => added(between(110, 899), between(11, 99)),
    () => taken(between(110, 899), between(11, 99)),
  ];
  const seen = new Set(others.map(({ prompt }) => prompt));
  const items: Item[] = [];
  while (items.length < count) {
    const [question, value] = draws[items.length % draws.length]!();
    const prompt = `Reply with the number only. What is ${question}?`;
    if (seen.has(prompt)) continue;
    seen.add(prompt);
    items.push({ id: `sum ${seed}.${items.length}`, prompt, reference: String(value) });
  }
  return items;
}

const added = (a: number, b: number) => [`${a} + ${b}`, a + b] as const;
const taken = (a: number, b: number) => [`${a} - ${b}`, a - b] as const;
const multiplied = (a: number, b: number) => [`${a} * ${b}`, a * b] as const;

/** Customer messages, to be given one of 77 labels. */
export const bankingTask: Task = {
  name: 'BANKING77',
  maxOutputTokens: 20,
  isRight: ({ reference }, answer) => labelIn(answer) === reference.toLowerCase(),
};

function labelIn(answer: string): string {
  return (answer.trim().split('\n')[0] ?? '').toLowerCase().replace(/[^a-z_?]/g, '');
}

/** Reads rows of BANKING77 and draws some of them, the same for a seed. */
export function drawBanking(file: string, count: number, seed: number): Item[] {
  const [, ...rows] = csvRows(readFileSync(file, 'utf8'));
  const read = rows.flatMap(([text = '', category]) =>
    category === undefined ? [] : [{ text, category }],
  );
  const labels = [...new Set(read.map(({ category }) => category))].sort();
  const random = seededRandom(seed);
  const mixed = read.map(row => ({ row, at: random() })).sort((a, b) => a.at - b.at);
  return mixed.slice(0, count).map(({ row: { text, category } }, index) => ({
    id: `banking ${seed}.${index}`,
    prompt:
      'Classify the customer message. Reply with one intent only, out of: ' +
      `${labels.join(', ')}.\nCustomer message: ${text}\nIntent:`,
    reference: category,
  }));
}

/** Reads CSV whose fields may be quoted and hold line ends. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
    if (end === '') break;
  }
  return rows.filter(row => row.length > 1);
}

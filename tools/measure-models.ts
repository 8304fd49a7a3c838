/**
 * Measures the toy models of `models/` and writes `models/manifest.json`: sizes, hashes, and the
 * share of answers that are right in full, by temperature, on states that training never saw. `node
 * tools/measure-models.ts [STATES]`
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { seededRandom } from '../src/algorithms/seeded-random.ts';
import { textOf, userCall } from '../src/model/answer.ts';
import { hanoiTask } from '../src/patterns/maker/tasks/hanoi.ts';
import { tinyModel } from '../src/testing/tiny/tiny-model.ts';

const folder = join(import.meta.dirname, '../models');
const temperatures = [0, 0.7, 1, 1.5];
const states = Number(process.argv[2] ?? 500);

interface Item {
  readonly prompt: string;
  readonly answer: string;
}

const heldOut: Readonly<Record<string, { says: string; items: Item[] }>> = {
  hanoi: { says: 'steps of the shortest solutions of 3 to 10 disks', items: drawn(hanoiItems()) },
  multiplication: {
    says: 'states that a hash of the prompt keeps out of training',
    items: multiplicationItems(),
  },
};

/** Steps of the shortest solutions: the answers are spelled with the pegs after the move. */
function hanoiItems(): Item[] {
  return [3, 4, 5, 6, 7, 8, 9, 10].flatMap(disks => {
    const task = hanoiTask(disks, { checks: 'form' });
    const items: Item[] = [];
    for (let state = task.initial; !task.isDone(state); ) {
      const action = task.truth!(state);
      items.push({ prompt: task.prompt(state, 0).toy!.text, answer: action });
      state = task.apply(state, action);
    }
    return items;
  });
}

// As in training/multiplication.py.
function multiplicationItems(): Item[] {
  const random = seededRandom(1);
  const digit = () => Math.floor(random() * 10);
  const items: Item[] = [];
  while (items.length < states) {
    const count = 1 + Math.floor(random() * 6);
    const digits = Array.from({ length: count }, digit);
    const sums = Array.from({ length: count }, digit);
    const [factor, carry] = [digit(), digit()];
    const prompt = `${factor}x${digits.join('')}+${sums.join('')},${carry}=`;
    if (crc32(prompt) % 10 !== 0) continue;
    const product = factor * digits[0]!;
    const sum = product + sums[0]! + carry;
    const two = (value: number) => String(value).padStart(2, '0');
    const unread = `${digits.slice(1).join('')}+${sums.slice(1).join('')}`;
    const left = `${factor}x${unread},${Math.floor(sum / 10)}`;
    items.push({ prompt, answer: `${two(product)}${two(sum)}${left}` });
  }
  return items;
}

function drawn(all: readonly Item[]): Item[] {
  const random = seededRandom(2);
  const order = all.map(item => ({ item, at: random() })).sort((a, b) => a.at - b.at);
  return order.slice(0, states).map(({ item }) => item);
}

async function accuracy(
  path: string,
  items: readonly Item[],
  temperature: number,
): Promise<number> {
  const model = tinyModel({ path });
  let right = 0;
  for (const [seed, { prompt, answer }] of items.entries()) {
    const call = userCall(prompt, { temperature, seed, stopSequences: [';'], maxOutputTokens: 24 });
    if (textOf(await model.doGenerate(call)) === answer) right++;
  }
  return Number((right / items.length).toFixed(4));
}

const models = [];
for (const file of readdirSync(folder).filter(name => name.endsWith('.gguf'))) {
  const path = join(folder, file);
  const bytes = readFileSync(path);
  const held = heldOut[file.split('-')[0]!];
  const right: { temperature: number; share: number }[] = [];
  for (const temperature of held ? temperatures : []) {
    right.push({ temperature, share: await accuracy(path, held!.items, temperature) });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const measured = held && { heldOut: `${held.items.length} ${held.says}`, right };
  models.push({
    name: `tiny:${file.replace('-q8_0.gguf', '')}`,
    file,
    bytes: bytes.length,
    sha256,
    ...measured,
  });
  console.log(file, JSON.stringify(right));
}
writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ models }, null, 2)}\n`);

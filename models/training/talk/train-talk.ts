import { writeFileSync } from 'node:fs';
import { talkFeatures, talkPlaces } from '../../../src/algorithms/answers/talk-features.ts';
import { draw } from './expand.ts';
import { allRows } from './rows.ts';

/**
 * `node models/training/talk/train-talk.ts DIALOGUES MESSAGES`: fits the weights of
 * `src/algorithms/answers/talk-weights.json` by logistic regression. DIALOGUES is the folder
 * `chatterbot_corpus/data` of the package chatterbot-corpus, MESSAGES `lib` of typescript 5.
 */
const [dialogues, messages] = process.argv.slice(2);
if (dialogues === undefined || messages === undefined) throw new TypeError('Two folders, please.');

const epochs = 12;
const rate = 0.25;
const shrinkage = 4e-4;
const leastRows = 3;

const rows = allRows(dialogues, messages);
const places = seenOften(rows.map(({ text, request }) => talkFeatures(text, request)));
const sum = (isTalk: boolean) =>
  rows.filter(row => row.isTalk === isTalk).reduce((total, { weight }) => total + weight, 0);
const balance = sum(true) / sum(false);
const weights = new Float64Array(talkPlaces);
const squares = new Float64Array(talkPlaces).fill(1e-3);
let bias = 0;
const order = rows.map((_, at) => at);
for (let epoch = 0; epoch < epochs; epoch++) {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(draw() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  for (const at of order) step(at);
}
const scale = Math.max(...weights.map(Math.abs)) / 127;
const bytes = Uint8Array.from(weights, weight => Math.round(weight / scale) & 255);
const made = {
  scale: Number(scale.toFixed(6)),
  bias: Number(bias.toFixed(4)),
  weights: Buffer.from(bytes).toString('base64'),
};
writeFileSync('src/algorithms/answers/talk-weights.json', `${JSON.stringify(made)}\n`);
process.stdout.write(
  `${rows.length} rows, ${rows.filter(({ isTalk }) => isTalk).length} of them talk\n`,
);

function step(at: number): void {
  const [row, found] = [rows[at]!, places[at]!];
  const norm = 1 / Math.sqrt(found.length);
  const score = found.reduce((total, place) => total + weights[place]! * norm, bias);
  const missed = 1 / (1 + Math.exp(-score)) - (row.isTalk ? 1 : 0);
  const error = missed * row.weight * (row.isTalk ? 1 : balance);
  for (const place of found) {
    const slope = error * norm + shrinkage * weights[place]!;
    squares[place]! += slope * slope;
    weights[place]! -= (rate * slope) / Math.sqrt(squares[place]!);
  }
  bias -= 0.02 * error;
}

function seenOften(all: readonly number[][]): number[][] {
  const counts = new Uint32Array(talkPlaces);
  for (const found of all) for (const place of found) counts[place]! += 1;
  return all.map(found => found.filter(place => counts[place]! >= leastRows));
}

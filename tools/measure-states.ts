/**
 * Computes, for each of the 1,023 steps of ten disks, the probability with which a toy model writes
 * the right answer, from its logits and not from samples. `node tools/measure-states.ts [MODEL]`,
 * such as hanoi-blind-spot; about 12 seconds.
 */
import { join } from 'node:path';
import { hanoiTask } from '../src/patterns/maker/tasks/hanoi.ts';
import { type LoadedModel, loadFile } from '../src/testing/tiny/load-weights.ts';

const name = process.argv[2] ?? 'hanoi-random-errors';
const temperatures = [0.7, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6];
const task = hanoiTask(10, { checks: 'form' });

/** Log-probability of a token at each temperature. */
function logprobsOf(logits: Float32Array, token: number): number[] {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  return temperatures.map(temperature => {
    let sum = 0;
    for (const logit of logits) sum += Math.exp((logit - most) / temperature);
    return (logits[token]! - most) / temperature - Math.log(sum);
  });
}

/** Probability of a whole answer at each temperature. */
function chanceOf({ tree, tokenizer }: LoadedModel, prompt: string, answer: string): number[] {
  const reader = tree.open();
  const asked = [0, ...tokenizer.encode(prompt)];
  let logits: Float32Array | undefined;
  for (const [at, token] of asked.entries())
    logits = reader.read(token, at === asked.length - 1).read.logits;
  let sums = temperatures.map(() => 0);
  for (const token of tokenizer.encode(answer)) {
    const logprobs = logprobsOf(logits!, token);
    sums = sums.map((sum, index) => sum + logprobs[index]!);
    logits = reader.read(token, true).read.logits;
  }
  return sums.map(Math.exp);
}

const model = loadFile(join(import.meta.dirname, `../models/${name}-q8_0.gguf`));
const chances: { prompt: string; byTemperature: number[] }[] = [];
for (let state = task.initial; !task.isDone(state); ) {
  const action = task.truth!(state);
  const prompt = task.prompt(state, 0).toy!.text;
  chances.push({ prompt, byTemperature: chanceOf(model, prompt, `${action};`) });
  state = task.apply(state, action);
}
console.log(
  `${name}, ${chances.length} steps of 10 disks: probability of the right answer, flagged ` +
    'answers counted as wrong',
);
for (const [index, temperature] of temperatures.entries()) {
  const sorted = chances
    .map(({ prompt, byTemperature }) => ({ prompt, chance: byTemperature[index]! }))
    .sort((a, b) => a.chance - b.chance);
  const mean = sorted.reduce((sum, { chance }) => sum + chance, 0) / sorted.length;
  const below = sorted.filter(({ chance }) => chance < 0.5).length;
  const [least] = sorted;
  console.log(
    `  at ${temperature.toFixed(1)}: mean ${mean.toFixed(4)}, least ${least!.chance.toFixed(3)} ` +
      `(${least!.prompt}), ${below} below 0.5`,
  );
}

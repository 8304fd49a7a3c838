import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LoadedModel, loadFile } from './load-weights.ts';
import { logprobOf } from './sample-token.ts';

describe('the transformer', () => {
  // Log-probabilities of the four most probable next tokens, from another runner of the same files.
  it.each([
    [
      'hanoi-blind-spot',
      'A987|6|54321+102=',
      { 56: -0.00018, 54: -9.76729, 55: -10.49045, 126: -11.21513 },
    ],
    [
      'hanoi-early-200',
      'A98|76|54321-6',
      { 50: -0.66595, 52: -1.22312, 51: -2.49874, 53: -3.65523 },
    ],
    [
      'toy-tasks-late',
      'Capital of Fr',
      { 266: -1.02998, 262: -2.5283, 729: -2.55506, 259: -2.58941 },
    ],
    [
      'toy-tasks-late',
      'Text: Anna is a pilot.',
      { 103: -1.38539, 880: -1.57355, 312: -1.61023, 66: -2.58082 },
    ],
  ])('gives the probabilities of the reference: %s after %j', (name, prompt, expected) => {
    const logits = logitsAfter(load(name), prompt);
    for (const [token, logprob] of Object.entries(expected)) {
      expect(logprobOf(logits, Number(token))).toBeCloseTo(logprob, 3);
    }
    const sum = Array.from(logits.keys(), token => Math.exp(logprobOf(logits, token))).reduce(
      (a, b) => a + b,
    );
    expect(sum).toBeCloseTo(1, 6);
  });

  it('comes to the same for a beginning that is known and one that is not, to the last bit', () => {
    const model = load('hanoi-finished');
    const known = logitsAfter(model, '321||+---=');
    const reader = model.tree.open();
    const ids = [0, ...model.tokenizer.encode('321||+---=')];
    expect(ids.map(id => reader.read(id, false).isKnown)).toEqual(ids.map(() => true));
    // Every logit on the way was left out at first and is made now.
    const again = model.tree.open();
    const logits = ids.map(id => again.read(id, true).read.logits!);
    expect(logits.at(-1)).toEqual(known);
  });
});

function load(name: string): LoadedModel {
  return loadFile(fileURLToPath(new URL(`../../../models/${name}-q8_0.gguf`, import.meta.url)));
}

function logitsAfter({ tree, tokenizer }: LoadedModel, prompt: string): Float32Array {
  const reader = tree.open();
  const ids = tokenizer.encode(prompt);
  for (const id of [0, ...ids.slice(0, -1)]) reader.read(id, false);
  return reader.read(ids.at(-1)!, true).read.logits!;
}

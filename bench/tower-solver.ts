/**
 * A simulated solver of Towers of Hanoi. Its error model: an answer is well formed with probability
 * `valid`; a well formed one is right with probability `p`, else it is the one wrong move that is
 * also allowed. Votes are independent.
 */

import type { hanoiTask, Sampler, TowerState } from '../src/entries/solve.ts';
import { type LanguageModel, onDevice, textAnswer } from '../src/index.ts';

/** The stated error model. */
export interface ErrorModel {
  readonly p: number;
  readonly valid: number;
}

type Towers = ReturnType<typeof hanoiTask>;

/** The solver as a plain function. */
export function towerSampler(task: Towers, model: ErrorModel): Sampler<TowerState> {
  let known: { state: TowerState; right: string; wrong: string } | undefined;
  return ({ state, seed }) => {
    if (known?.state !== state) known = { state, ...answersTo(task, state) };
    return draw(known, { seed, ...model });
  };
}

/** The same solver as a language model on this device, which knows no more than the prompt. */
export function towerModel(task: Towers, model: ErrorModel): LanguageModel {
  let known: { text: string; right: string; wrong: string } | undefined;
  return onDevice<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'simulated-towers',
    supportedUrls: {},
    async doGenerate(call) {
      const message = call.prompt.at(-1)!;
      const part = message.role === 'user' ? message.content[0] : undefined;
      const text = part?.type === 'text' ? part.text : '';
      if (known?.text !== text) known = { text, ...answersTo(task, stateOf(text)) };
      return textAnswer(draw(known, { seed: call.seed ?? 0, ...model }));
    },
    doStream: async () => ({ stream: new ReadableStream() }),
  });
}

function draw(
  { right, wrong }: { right: string; wrong: string },
  { seed, p, valid }: ErrorModel & { seed: number },
) {
  if (fraction(seed) >= valid) return '?';
  return fraction(seed ^ 0x5bd1e995) < p ? right : wrong;
}

function answersTo(task: Towers, state: TowerState): { right: string; wrong: string } {
  const right = task.truth!(state);
  const spell = (move: string) => `${move}${task.apply(state, move).pegs.join('|')};`;
  return { right: spell(right), wrong: spell(otherMove(state, right)) };
}

/** Another move of the smallest disk that the rules allow. */
function otherMove({ pegs }: TowerState, right: string): string {
  const small = pegs.findIndex(peg => peg.endsWith('1'));
  const targets = [0, 1, 2].filter(peg => peg !== small && right !== `1${small}${peg}`);
  return `1${small}${targets[0]}`;
}

function stateOf(text: string): TowerState {
  const [, a = '', b = '', c = '', sign, previous = ''] =
    /^(\w*)\|(\w*)\|(\w*)([+-])(...)=$/.exec(text) ?? [];
  return { pegs: [a, b, c], direction: sign === '+' ? 1 : -1, previous };
}

/** A number from 0 to 1 that a seed determines (the finalizer of MurmurHash3). */
function fraction(seed: number): number {
  let mixed = seed >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}

/**
 * Towers of Hanoi as the toy models were trained on it. The rule that they learned: if the previous
 * move was not of disk 1, move disk 1 one peg on in the given direction; else make the only legal
 * move without it.
 */
import { requireRange, requireWhole, TandemError } from '../model/errors.ts';

/** Pegs from bottom to top, the direction of disk 1, and the move before. */
export interface HanoiState {
  readonly pegs: readonly (readonly number[])[];
  readonly direction: 1 | -1;
  readonly previous: HanoiMove | undefined;
}

/** Which disk went from which peg to which. */
export interface HanoiMove {
  readonly disk: number;
  readonly from: number;
  readonly to: number;
}

/** A move and the state after it: what a vote is on. */
export interface HanoiStep {
  readonly action: HanoiMove;
  readonly next: HanoiState;
}

/** Disks as the models spell them: 1 to 9, then A for 10. */
const letters = '.123456789A';

/**
 * Sets all disks on the first peg, 1 to 10 of them; an even number goes round one way, an odd one
 * the other.
 * @throws TandemError `invalid_argument`
 */
export function hanoiStart(disks: number): HanoiState {
  const advice = 'Use 3 to 10: the toy models know no more.';
  requireRange('disks', requireWhole('disks', disks, 1, advice), [1, letters.length - 1], advice);
  const tower = Array.from({ length: disks }, (_, index) => disks - index);
  return { pegs: [tower, [], []], direction: disks % 2 === 0 ? 1 : -1, previous: undefined };
}

/** Tells whether all disks stand on the last peg. */
export function isHanoiDone({ pegs }: HanoiState): boolean {
  return pegs[0]!.length === 0 && pegs[1]!.length === 0;
}

/**
 * Writes what the model is asked, `A987|6|54321+102=`: pegs, direction, move before as disk, from,
 * to.
 */
export function hanoiPrompt({ pegs, direction, previous }: HanoiState): string {
  const move = previous ? `${letters[previous.disk]}${previous.from}${previous.to}` : '---';
  return `${spell(pegs)}${direction === 1 ? '+' : '-'}${move}=`;
}

/**
 * Reads the model's answer, `610A9876||54321` with or without `;`: the move, and the state that the
 * model says will follow. Flags what is too long, malformed, or loses disks; whether the move is
 * allowed is asked of `isLegalHanoi`.
 */
export function parseHanoi(
  state: HanoiState,
  text: string,
): HanoiStep | { readonly redFlag: string } {
  const answer = text.trim().replace(/;$/, '');
  const disks = state.pegs.flat().length;
  // Three signs of the move, two bars between the pegs.
  if (answer.length > disks + 5) return { redFlag: 'too long' };
  const match = /^([1-9A])([012])([012])([1-9A]*)\|([1-9A]*)\|([1-9A]*)$/.exec(answer);
  if (!match) return { redFlag: 'malformed' };
  const [, disk, from, to, ...stacks] = match;
  const pegs = stacks.map(stack => [...stack].map(letter => letters.indexOf(letter)));
  const all = pegs.flat().sort((a, b) => a - b);
  if (all.length !== disks || all.some((each, index) => each !== index + 1)) {
    return { redFlag: 'disks missing or doubled' };
  }
  const action = { disk: letters.indexOf(disk!), from: Number(from), to: Number(to) };
  return { action, next: { pegs, direction: state.direction, previous: action } };
}

/**
 * Tells whether a move obeys the rules of the game and leads to the state that is said to follow;
 * right it may not be.
 */
export function isLegalHanoi({ pegs }: HanoiState, { action, next }: HanoiStep): boolean {
  const { disk, from, to } = action;
  const isAllowed =
    from !== to &&
    pegs[from]?.at(-1) === disk &&
    (pegs[to]?.at(-1) ?? Number.POSITIVE_INFINITY) > disk;
  return isAllowed && spell(moved(pegs, action)) === spell(next.pegs);
}

/**
 * Gives the right move of a state, and the state after it. @throws TandemError `invalid_argument`
 * if there is none
 */
export function hanoiTruth(state: HanoiState): HanoiStep {
  const { pegs, direction, previous } = state;
  const small = pegs.findIndex(peg => peg.at(-1) === 1);
  const action = previous?.disk === 1 ? moveWithoutSmall(pegs, small) : smallMove(small, direction);
  if (small < 0 || !action) {
    const message =
      `The state ${hanoiPrompt(state)} has no right move. Begin at \`hanoiStart\`, ` +
      'and end at `isHanoiDone`.';
    throw new TandemError('invalid_argument', message);
  }
  return { action, next: { pegs: moved(pegs, action), direction, previous: action } };
}

function smallMove(small: number, direction: number): HanoiMove {
  return { disk: 1, from: small, to: (small + direction + 3) % 3 };
}

function moveWithoutSmall(pegs: HanoiState['pegs'], small: number): HanoiMove | undefined {
  const [a, b] = [0, 1, 2].filter(peg => peg !== small) as [number, number];
  const top = (peg: number) => pegs[peg]!.at(-1) ?? Number.POSITIVE_INFINITY;
  const [from, to] = top(a) < top(b) ? [a, b] : [b, a];
  const disk = pegs[from]!.at(-1);
  return disk === undefined ? undefined : { disk, from, to };
}

function moved(pegs: HanoiState['pegs'], { disk, from, to }: HanoiMove): HanoiState['pegs'] {
  return pegs.map((peg, index) => {
    if (index === from) return peg.slice(0, -1);
    return index === to ? [...peg, disk] : peg;
  });
}

/** Tells whether two states are the same. */
export function isSameHanoi(a: HanoiState, b: HanoiState): boolean {
  return spell(a.pegs) === spell(b.pegs);
}

function spell(pegs: HanoiState['pegs']): string {
  return pegs.map(peg => peg.map(disk => letters[disk]).join('')).join('|');
}

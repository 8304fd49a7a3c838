/**
 * Towers of Hanoi as the toy models were trained on it. The rule is supplied by the model's training: if the previous
 * move was not of disk 1, move disk 1 one peg on in the given direction; else make the only legal move without it.
 */

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

/** Disks as the models spell them: 1 to 9, then A for 10. */
const letters = '.123456789A';

/** The start: all disks on the first peg; an even number goes round one way, an odd one the other. */
export function hanoiStart(disks: number): HanoiState {
  const tower = Array.from({ length: disks }, (_, index) => disks - index);
  return { pegs: [tower, [], []], direction: disks % 2 === 0 ? 1 : -1, previous: undefined };
}

/** Tells whether all disks stand on the last peg. */
export function isHanoiDone({ pegs }: HanoiState): boolean {
  return pegs[0]!.length === 0 && pegs[1]!.length === 0;
}

/** What the model is asked: `A987|6|54321+102=`. */
export function hanoiPrompt({ pegs, direction, previous }: HanoiState): string {
  const move = previous ? `${letters[previous.disk]}${previous.from}${previous.to}` : '---';
  return `${spell(pegs)}${direction === 1 ? '+' : '-'}${move}=`;
}

/** Reads the model's answer, `610A9876||54321` with or without `;`: the move, and the state it says will follow. */
export function parseHanoi(
  state: HanoiState,
  text: string,
): { readonly action: HanoiMove; readonly next: HanoiState } | { readonly redFlag: string } {
  const match = /^([1-9A])([012])([012])([1-9A]*)\|([1-9A]*)\|([1-9A]*);?$/.exec(text.trim());
  if (!match) return { redFlag: 'malformed' };
  const [, disk, from, to, ...stacks] = match;
  const pegs = stacks.map(stack => [...stack].map(letter => letters.indexOf(letter)));
  const disks = state.pegs.flat().length;
  const all = pegs.flat().sort((a, b) => a - b);
  if (all.length !== disks || all.some((each, index) => each !== index + 1))
    return { redFlag: 'disks missing or doubled' };
  const action = { disk: letters.indexOf(disk!), from: Number(from), to: Number(to) };
  return { action, next: { pegs, direction: state.direction, previous: action } };
}

/** The right move of a state, and the state after it. */
export function hanoiTruth(state: HanoiState): { readonly action: HanoiMove; readonly next: HanoiState } {
  const { pegs, direction, previous } = state;
  const small = pegs.findIndex(peg => peg.at(-1) === 1);
  let action: HanoiMove;
  if (previous?.disk !== 1) action = { disk: 1, from: small, to: (small + direction + 3) % 3 };
  else {
    const [a, b] = [0, 1, 2].filter(peg => peg !== small) as [number, number];
    const top = (peg: number) => pegs[peg]!.at(-1) ?? Number.POSITIVE_INFINITY;
    const [from, to] = top(a) < top(b) ? [a, b] : [b, a];
    action = { disk: top(from), from, to };
  }
  const next = pegs.map((peg, index) => {
    if (index === action.from) return peg.slice(0, -1);
    return index === action.to ? [...peg, action.disk] : peg;
  });
  return { action, next: { pegs: next, direction, previous: action } };
}

/** Tells whether two states are the same. */
export function isSameHanoi(a: HanoiState, b: HanoiState): boolean {
  return spell(a.pegs) === spell(b.pegs);
}

function spell(pegs: HanoiState['pegs']): string {
  return pegs.map(peg => peg.map(disk => letters[disk]).join('')).join('|');
}

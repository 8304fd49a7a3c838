import { requireRange, requireWhole } from '../../../model/errors.ts';
import type { RedFlag, Task } from '../solve/task.ts';
import { type TowerMove, towerMoveIn, towersInWords } from './hanoi-words.ts';

/**
 * Pegs from bottom to top, a letter a disk; the direction of disk 1; the move before, `---` at
 * first.
 */
export interface TowerState {
  readonly pegs: readonly [string, string, string];
  readonly direction: 1 | -1;
  readonly previous: string;
}

// Disks from the smallest to the largest.
const letters = '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** How answers are checked before they count. */
export interface HanoiOptions {
  /**
   * `rules`: a move that the game forbids, or a state that it does not lead to, is a red flag.
   * `form`: as in the paper (§4), only answers that are malformed or lose disks are; all else is
   * left to the votes. Default: `rules`.
   */
  readonly checks?: 'rules' | 'form';
  /**
   * In how many ways the pegs are named: 1, 3 (turned) or 6 (turned and mirrored). Votes go through
   * them, so that a state whose most common answer is wrong by one naming is cured by the others.
   * Default: 1.
   */
  readonly namings?: 1 | 3 | 6;
}

/**
 * Towers of Hanoi, as in MAKER (§4): the strategy is declared, and the solver carries it out. If
 * the previous move was not of disk 1, move disk 1 one peg on in the given direction; else make the
 * only legal move without it. An action is a disk with the pegs from and to, `102`; with checks of
 * form alone the pegs after it follow, since nothing else says what they are. Models are told of
 * disks, pegs and the strategy in words; the toys of `models/` in the form that they were trained
 * on (to 10 disks).
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = hanoiTask(20);
 * ```
 */
export function hanoiTask(
  disks: number,
  { checks = 'rules', namings = 1 }: HanoiOptions = {},
): Task<TowerState, string> {
  const advice = `Use 1 to ${letters.length}.`;
  requireRange('disks', requireWhole('disks', disks, 1, advice), [1, letters.length], advice);
  const tower = [...letters.slice(0, disks)].reverse().join('');
  return {
    name: `Towers of Hanoi, ${disks} disks${checks === 'form' ? ', form checked alone' : ''}`,
    steps: 2 ** disks - 1,
    initial: { pegs: [tower, '', ''], direction: disks % 2 === 0 ? 1 : -1, previous: '---' },
    isDone: ({ pegs }) => pegs[0] === '' && pegs[1] === '',
    prompt: (state, wording) => {
      const naming = namings === 1 ? 0 : wording;
      const named = naming === 0 ? state : renamed(state, namingOf(naming));
      return {
        ...towersInWords(named, { isWhole: checks === 'form', wording: wording % 2 }),
        toy: { text: promptOf(named), stopSequences: [';'], maxOutputTokens: disks + 14 },
      };
    },
    wordings: Math.max(2, namings),
    key: action => action,
    stateKey: promptOf,
    answer: ({ pegs }) => `${disks} disks stand on the last peg: ${pegs[2]}`,
    ...(checks === 'rules' ? byRules(disks, namings) : byForm(disks, namings)),
  };
}

type TowerRules = Pick<Task<TowerState, string>, 'parse' | 'isLegal' | 'apply' | 'truth'>;

function byRules(disks: number, namings: number): TowerRules {
  return {
    parse(text, { direction }, wording) {
      const found = readAnswer(text, { disks, naming: namings === 1 ? 0 : wording });
      if ('redFlag' in found) return found;
      const { move, pegs } = found;
      return { action: move, ...(pegs && { next: { pegs, direction, previous: move } }) };
    },
    isLegal: isMove,
    apply: (state, move) => ({ ...state, pegs: moved(state.pegs, move), previous: move }),
    truth,
  };
}

function byForm(disks: number, namings: number): TowerRules {
  const all = [...letters.slice(0, disks)].join('');
  return {
    parse(text, _state, wording) {
      const found = readAnswer(text, { disks, naming: namings === 1 ? 0 : wording });
      if ('redFlag' in found) return found;
      const { move, pegs } = found;
      if (!pegs) return { redFlag: 'no pegs after the move' };
      const isWhole = [...pegs.join('')].sort().join('') === all;
      return isWhole
        ? { action: `${move}${pegs.join('|')}` }
        : { redFlag: 'disks missing or doubled' };
    },
    apply(state, action) {
      const [a = '', b = '', c = ''] = action.slice(3).split('|');
      return { ...state, pegs: [a, b, c], previous: action.slice(0, 3) };
    },
    truth(state) {
      const move = truth(state);
      return `${move}${moved(state.pegs, move).join('|')}`;
    },
  };
}

function promptOf({ pegs, direction, previous }: TowerState): string {
  return `${pegs[0]}|${pegs[1]}|${pegs[2]}${direction === 1 ? '+' : '-'}${previous}=`;
}

const answerForm = /^([1-9A-Z][012][012])([1-9A-Z]*)\|([1-9A-Z]*)\|([1-9A-Z]*);?$/;

function readAnswer(
  text: string,
  { disks, naming }: { disks: number; naming: number },
): TowerMove | RedFlag {
  const answer = text.trim();
  const inWords = towerMoveIn(answer, letters);
  if (inWords) return naming === 0 ? inWords : unnamed(inWords, naming);
  // Three signs of the move, two bars between the pegs, and the end.
  if (answer.length > disks + 6) return { redFlag: 'too long' };
  const match = answerForm.exec(answer);
  if (!match) return { redFlag: 'malformed' };
  const move = match[1]!;
  const pegs = [match[2]!, match[3]!, match[4]!] as const;
  return naming === 0 ? { move, pegs } : unnamed({ move, pegs }, naming);
}

/** Gives a move in the usual names of the pegs. */
function unnamed({ move, pegs }: TowerMove, naming: number): TowerMove {
  const named = { pegs: pegs ?? (['', '', ''] as const), direction: 1 as const, previous: move };
  const back = renamed(named, inverse(namingOf(naming)));
  return { move: back.previous, ...(pegs && { pegs: back.pegs }) };
}

/** By peg, what it is called. */
type Naming = readonly [number, number, number];

/** Three turns, then their mirror images, in which the direction is the other one. */
function namingOf(wording: number): Naming {
  const turn = wording % 3;
  return wording < 3
    ? [turn, (turn + 1) % 3, (turn + 2) % 3]
    : [turn, (turn + 2) % 3, (turn + 1) % 3];
}

function inverse(naming: Naming): Naming {
  return [naming.indexOf(0), naming.indexOf(1), naming.indexOf(2)];
}

function renamed({ pegs, direction, previous }: TowerState, naming: Naming): TowerState {
  const named: [string, string, string] = ['', '', ''];
  for (const [peg, name] of naming.entries()) named[name] = pegs[peg]!;
  const isMirrored = (naming[1] - naming[0] + 3) % 3 === 2;
  const move =
    previous === '---'
      ? previous
      : `${previous[0]}${naming[Number(previous[1])]}${naming[Number(previous[2])]}`;
  return {
    pegs: named,
    direction: isMirrored ? (direction === 1 ? -1 : 1) : direction,
    previous: move,
  };
}

function isMove({ pegs }: TowerState, action: string, next: TowerState): boolean {
  const disk = action[0]!;
  const from = pegs[Number(action[1])]!;
  const to = pegs[Number(action[2])]!;
  // Letters are in the order of the disks' sizes.
  if (from === to || !from.endsWith(disk) || (to !== '' && to[to.length - 1]! < disk)) return false;
  const after = moved(pegs, action);
  return after[0] === next.pegs[0] && after[1] === next.pegs[1] && after[2] === next.pegs[2];
}

function moved(pegs: TowerState['pegs'], action: string): TowerState['pegs'] {
  const after: [string, string, string] = [...pegs];
  const from = Number(action[1]);
  const to = Number(action[2]);
  after[from] = after[from]!.slice(0, -1);
  after[to] = after[to]! + action[0]!;
  return after;
}

function truth({ pegs, direction, previous }: TowerState): string {
  const small = pegs.findIndex(peg => peg.endsWith('1'));
  if (previous[0] !== '1') return `1${small}${(small + direction + 3) % 3}`;
  const a = small === 0 ? 1 : 0;
  const b = small === 2 ? 1 : 2;
  const topA = pegs[a]!.at(-1) ?? '~';
  const topB = pegs[b]!.at(-1) ?? '~';
  return topA < topB ? `${topA}${a}${b}` : `${topB}${b}${a}`;
}

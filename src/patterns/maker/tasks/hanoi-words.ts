import { jsonIn } from '../../../algorithms/text/json-in.ts';
import type { StepPrompt } from '../solve/task.ts';
import type { TowerState } from './hanoi.ts';

/** A move, `102`, and the pegs after it where they are said. */
export interface TowerMove {
  readonly move: string;
  readonly pegs?: TowerState['pegs'];
}

const rules =
  'You play Towers of Hanoi. There are three pegs, 0, 1 and 2, and disks numbered by size: ' +
  'disk 1 is the smallest. A move takes the top disk of one peg and puts it on another peg, ' +
  'never on a smaller disk.';

/** Tells in words how the pegs stand and what the strategy is (MAKER, appendix C). */
export function towersInWords(
  { pegs, direction, previous }: TowerState,
  { isWhole, wording }: { readonly isWhole: boolean; readonly wording: number },
): StepPrompt {
  const cycle = direction === 1 ? 'from 0 to 1, from 1 to 2, from 2 to 0' : backwards;
  const stand = pegs
    .map((peg, n) => `Peg ${n}, from bottom to top: ${numbersOf(peg).join(', ') || 'empty'}`)
    .join('\n');
  const before =
    previous === '---'
      ? 'There was no move before.'
      : `The move before was of disk ${numberOf(previous[0]!)}, from peg ${previous[1]} to peg ` +
        `${previous[2]}.`;
  const strategy =
    `Strategy: if the move before was of disk 1, make the only legal move of another disk. ` +
    `Otherwise move disk 1 one peg on: ${cycle}.`;
  const form = `{"disk": number, "from": peg, "to": peg${isWhole ? wholeForm : ''}}`;
  const asked = wording === 0 ? [stand, before, strategy] : [strategy, before, stand];
  return {
    system: `${rules} Answer in JSON: ${form}.`,
    text: [...asked, 'What is the next move?'].join('\n'),
    schema: isWhole ? wholeSchema : moveSchema,
    maxOutputTokens: 400,
  };
}

const backwards = 'from 0 to 2, from 2 to 1, from 1 to 0';
const wholeForm = ', "pegs": the disks of the three pegs after the move, each from bottom to top';

const integer = { type: 'integer' };
const schemaOf = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const moveSchema = schemaOf({ disk: integer, from: integer, to: integer });
const wholeSchema = schemaOf({
  disk: integer,
  from: integer,
  to: integer,
  pegs: { type: 'array', items: { type: 'array', items: integer } },
});

/** Reads a move from JSON, from `move = [1, 0, 2]`, or from a sentence. */
export function towerMoveIn(text: string, letters: string): TowerMove | undefined {
  const value = jsonIn(text) as Readonly<Record<string, unknown>> | undefined;
  const said =
    numbersIn(value) ??
    /disk\s*(\d+)\D+?peg\s*([012])\D+?peg\s*([012])/i.exec(text)?.slice(1).map(Number) ??
    /move\D{0,5}\[\s*(\d+)\s*,\s*([012])\s*,\s*([012])\s*\]/i.exec(text)?.slice(1).map(Number);
  const [disk = 0, from = -1, to = -1] = said ?? [];
  const letter = letters[disk - 1];
  if (letter === undefined || !isPeg(from) || !isPeg(to)) return undefined;
  const pegs = pegsIn(value, letters);
  return { move: `${letter}${from}${to}`, ...(pegs && { pegs }) };
}

function numbersIn(value: unknown): number[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { disk, from, to, move } = value as Readonly<Record<string, unknown>>;
  const said = (
    Array.isArray(value) ? value : Array.isArray(move) ? move : [disk, from, to]
  ) as readonly unknown[];
  const numbers = said.map(each => Number(String(each ?? '').replace(/^\D+/, '') || Number.NaN));
  return numbers.length === 3 && numbers.every(Number.isInteger) ? numbers : undefined;
}

function pegsIn(value: unknown, letters: string): TowerState['pegs'] | undefined {
  const { pegs } = (value ?? {}) as { readonly pegs?: unknown };
  if (!Array.isArray(pegs) || pegs.length !== 3) return undefined;
  const [a = '', b = '', c = ''] = pegs.map((peg: unknown) =>
    Array.isArray(peg) ? peg.map(disk => letters[Number(disk) - 1] ?? '?').join('') : '?',
  );
  return [a, b, c];
}

function isPeg(n: number): boolean {
  return n === 0 || n === 1 || n === 2;
}

function numbersOf(peg: string): number[] {
  return [...peg].map(numberOf);
}

function numberOf(letter: string): number {
  return Number.parseInt(letter, 36);
}

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../algorithms/seeded-random.ts';
import type { Sampler } from '../solve/sampler.ts';
import { solve } from '../solve/solve.ts';
import { isFlagged, type Task } from '../solve/task.ts';
import { additionTask } from './addition.ts';
import { balanceTask } from './balances.ts';
import { derivationTask } from './derivation.ts';
import { type DigitState, multiplicationTask } from './digits.ts';
import { hanoiTask } from './hanoi.ts';
import { listEditTask } from './list-edits.ts';
import { sortingTask } from './sorting.ts';

/**
 * A simulated solver: writes what is right, or with probability 1 - p something else that is well
 * formed.
 */
function simulated<State, Action>(
  task: Task<State, Action>,
  write: (state: State, action: Action) => string,
  { p, wrong }: { p: number; wrong: (action: Action) => Action },
): Sampler<State> {
  return ({ state, seed }) => {
    const right = task.truth!(state);
    return write(state, seededRandom(seed)() < p ? right : wrong(right));
  };
}

const writeSum = (task: Task<DigitState, number>) => (state: DigitState, sum: number) => {
  const shown = /^(\d)x(\d*)\+(\d*),\d=$/.exec(task.prompt(state, 0).toy!.text)!;
  const [, factor, digits = '', sums = ''] = shown;
  const left = `${factor}x${digits.slice(1)}+${sums.slice(1)},${Math.floor(sum / 10)}`;
  return `00${String(sum).padStart(2, '0')}${left};`;
};

describe('Towers of Hanoi', () => {
  const task = hanoiTask(10);
  const at = {
    pegs: ['A987', '6', '54321'] as [string, string, string],
    direction: 1 as const,
    previous: '102',
  };

  it('is spelled as the toy models were trained, and solved by its rule in fewest moves', () => {
    expect(task.prompt(at, 0).toy!.text).toBe('A987|6|54321+102=');
    for (const disks of [1, 2, 3, 8]) {
      const towers = hanoiTask(disks);
      let state = towers.initial;
      for (let move = 0; move < 2 ** disks - 1; move++) {
        expect(towers.isDone(state)).toBe(false);
        state = towers.apply(state, towers.truth!(state));
      }
      expect(towers.isDone(state)).toBe(true);
    }
  });

  it.each([
    ['a legal move and the state that it leads to', '610A9876||54321;', true],
    ['a smaller disk below', '612A987||543216', false],
    ['a disk that is not on top', '520A9872|6|5431', false],
    ['another state than the move leads to', '610A987|6|54321', false],
    ['a move to the same peg', '611A987|6|54321', false],
  ])('tells %s', (_, text, isLegal) => {
    const move = task.parse(text, at, 0);
    expect(isFlagged(move) ? move : task.isLegal!(at, move.action, move.next!)).toBe(isLegal);
  });

  it.each([
    ['', 'malformed'],
    ['630A9876||54321;', 'malformed'],
    ['610A9876||543211;;', 'too long'],
  ])('flags %j as %s', (text, redFlag) => {
    expect(task.parse(text, at, 0)).toEqual({ redFlag });
  });

  it('leaves all but lost disks to the votes where form alone is checked', () => {
    const form = hanoiTask(10, { checks: 'form' });
    expect(form.parse('610A987||54321;', at, 0)).toEqual({ redFlag: 'disks missing or doubled' });
    expect(form.parse('612A987||543216', at, 0)).toEqual({ action: '612A987||543216' });
    expect(form.apply(at, '612A987||543216').pegs).toEqual(['A987', '', '543216']);
  });
});

describe('digits', () => {
  it.each([
    ['9', '8'],
    ['12', '34'],
    ['99999999', '98765432123'],
    ['1000', '0'],
  ])('multiply %s by %s', async (a, b) => {
    const task = multiplicationTask(a, b);
    const solver = simulated(task, writeSum(task), { p: 0.9, wrong: sum => (sum + 1) % 100 });
    const { state, steps } = await solve({ task, solver, k: 6 });
    expect(task.answer!(state)).toBe(String(BigInt(a) * BigInt(b)));
    expect(steps).toBe(a.length * b.length);
  });

  it.each([
    ['7', '5'],
    ['999', '1'],
    ['12345678901234567890', '98765'],
  ])('add %s and %s', async (a, b) => {
    const task = additionTask(a, b);
    const write = (_: unknown, sum: number) => `The answer is ${sum}.`;
    const solver = simulated(task, write, { p: 0.9, wrong: sum => (sum + 1) % 20 });
    const { state, steps } = await solve({ task, solver, k: 6 });
    expect(task.answer!(state)).toBe(String(BigInt(a) + BigInt(b)));
    expect(steps).toBe(task.steps);
  });

  it('are asked for as the toy models were trained', () => {
    const task = multiplicationTask('38', '9');
    const state = { sums: '240', row: 0, column: 0, carry: 6 };
    expect(task.prompt(state, 0).toy!.text).toBe('9x83+24,6=');
    expect(task.parse('72809x3+4,8;', state, 0)).toEqual({ action: 80 });
    expect(task.parse('72809x3+4,7;', state, 0)).toEqual({
      redFlag: 'not what is left after the sum',
    });
    expect(task.parse('eighty', state, 0)).toEqual({ redFlag: 'malformed' });
    expect(() => multiplicationTask('12.5', '3')).toThrow(
      'must be a whole number of up to 1,000 digits, got "12.5"',
    );
  });
});

describe('sorting', () => {
  const words = ['pear', 'fig', 'apple', 'kiwi', 'date', 'plum', 'lime'];
  const isFirst = (a: string, b: string) => a <= b;

  it('ends in order, and loses nothing', async () => {
    const task = sortingTask(words, { order: 'alphabetical', isFirst });
    const solver = simulated(task, (_, action) => `${action}.`, {
      p: 0.8,
      wrong: right => (right === 'A' ? 'B' : 'A'),
    });
    const { state } = await solve({ task, solver, k: 8 });
    expect(task.answer!(state)).toBe([...words].sort().join('\n'));
    const careless = await solve({ task, solver: () => 'A', k: 1 });
    expect(task.answer!(careless.state).split('\n').sort()).toEqual([...words].sort());
  });

  it('takes no answer but A and B, and refuses a list of one', () => {
    const task = sortingTask(words, { order: 'alphabetical' });
    expect(task.parse('C', task.initial, 0)).toEqual({ redFlag: 'neither A nor B' });
    expect(task.parse(' **b** ', task.initial, 0)).toEqual({ action: 'B' });
    expect(() => sortingTask(['a'], { order: 'any' })).toThrow('There are 1 items to sort');
  });
});

describe('list edits', () => {
  const edits = [
    { edit: 'remove', at: 2 },
    { edit: 'insert', at: 1, item: 'new' },
    { edit: 'move', at: 3, to: 1 },
    { edit: 'replace', at: 2, item: 'other' },
  ] as const;

  it('are carried out one by one', async () => {
    const task = listEditTask(['a', 'b', 'c'], edits);
    const solver = simulated(task, (_, list) => JSON.stringify(list), {
      p: 0.8,
      wrong: list => [...list].reverse(),
    });
    const { state } = await solve({ task, solver, k: 6 });
    expect(state.items).toEqual(['c', 'other', 'a']);
  });

  it('refuse a place that is not there, and flag a list of the wrong length', () => {
    expect(() => listEditTask(['a'], [{ edit: 'remove', at: 2 }])).toThrow(
      'must be a number from 1 to 1, got 2',
    );
    expect(() => listEditTask([], [{ edit: 'remove', at: 1 }])).toThrow('nothing left to remove');
    const task = listEditTask(['a', 'b', 'c'], edits);
    expect(task.isLegal!(task.initial, ['a'], task.initial)).toEqual({
      redFlag: 'an item too many or too few',
    });
  });
});

describe('balances', () => {
  it('stay right over thousands of entries', async () => {
    const random = seededRandom(4);
    const entries = Array.from({ length: 3000 }, () => ({
      cents: Math.floor(random() * 200_000) - 100_000,
    }));
    const task = balanceTask(123_456, entries);
    const write = (_: unknown, cents: number) => {
      const digits = String(Math.abs(cents)).padStart(3, '0');
      return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    const solver = simulated(task, write, { p: 0.97, wrong: cents => cents + 1000 });
    const { state, k } = await solve({ task, solver });
    expect(state.cents).toBe(entries.reduce((sum, { cents }) => sum + cents, 123_456));
    expect(k).toBeGreaterThan(2);
  });

  it.each([
    [31_01, 'What is 500.00 + 31.01?', '500.00 plus 31.01 is?'],
    [-31_01, 'What is 500.00 - 31.01?', '500.00 minus 31.01 is?'],
  ])('are asked for as a sum, with nothing to be given back: %i', (cents, ...asked) => {
    const task = balanceTask(500_00, [{ cents }]);
    const texts = [0, 1].map(wording => task.prompt(task.initial, wording).text);
    expect(texts.map(text => text.replace(/(?<=\?) .*/s, ''))).toEqual(asked);
  });

  it('are read in any usual spelling, and refused where they are no hundredths', () => {
    const task = balanceTask(0, [{ cents: 5 }]);
    expect(task.parse('1,234.50', task.initial, 0)).toEqual({ action: 123_450 });
    expect(task.parse('-0.05', task.initial, 0)).toEqual({ action: -5 });
    expect(task.parse('from 1,000.00 to USD12.50', task.initial, 0)).toEqual({ action: 100_000 });
    expect(task.parse('12', task.initial, 0)).toEqual({ redFlag: 'no amount with two decimals' });
    expect(() => balanceTask(0, [{ cents: 1.5 }])).toThrow(
      'Entry 1 must be whole hundredths, got 1.5',
    );
  });
});

describe('a derivation', () => {
  const task = derivationTask(['P -> Q', 'Q -> R', 'P', '~R | S'], 'R & S');
  const script = [
    'P -> R; hypothetical syllogism; 1, 2',
    'R; modus ponens; 5, 3',
    '~~R | S; modus ponens; 1, 2',
    'S; disjunctive syllogism; 4, 6',
    'R & S; and-introduction; 6, 7',
  ];

  it('reaches its goal by checked lines alone: what does not follow is flagged', async () => {
    const withNegation = derivationTask(['P -> Q', 'Q -> R', 'P', 'R -> S'], 'R & S');
    const lines = [
      'P -> R; hypothetical syllogism; 1, 2',
      'S; modus ponens; 4, 3',
      'R; modus ponens; 5, 3',
      'S; modus ponens; 6, 4',
      'R & S; and introduction; 6, 7',
    ];
    let at = 0;
    const { state, flags } = await solve({ task: withNegation, solver: () => lines[at++]!, k: 1 });
    expect(state.lines.at(-1)).toBe('R & S');
    expect(flags).toEqual({ 'does not follow': 1 });
  });

  it.each([
    [script[0]!, true],
    [script[2]!, 'does not follow'],
    ['P; modus ponens; 1, 2', 'nothing new'],
    ['Q; modus ponens; 1, 9', 'no such line'],
    ['Q; modus ponens; 3, 1', true],
    ['R; magic; 1', 'no rule'],
    ['R ->; modus ponens; 1', 'malformed'],
    ['The next line:\n**5. P -> R; hypothetical syllogism; 1, 2**\nIt follows.', true],
    ['Because P', 'malformed'],
  ])('judges %j', (text, expected) => {
    const move = task.parse(text, task.initial, 0);
    const found = isFlagged(move) ? move : task.isLegal!(task.initial, move.action, task.initial);
    expect(found).toEqual(expected === true ? true : { redFlag: expected });
  });

  it('refuses what is no formula', () => {
    expect(() => derivationTask(['P ->'], 'Q')).toThrow('Premise 1 is no formula: "P ->"');
  });
});

import { describe, expect, it } from 'vitest';
import { doubleOf, lastUserText } from '../../../testing/double.ts';
import { solve } from '../solve/solve.ts';
import { isFlagged, type StepPrompt } from '../solve/task.ts';
import { additionTask } from './addition.ts';
import { balanceTask } from './balances.ts';
import { multiplicationTask } from './digits.ts';
import { hanoiTask } from './hanoi.ts';
import { listEditTask } from './list-edits.ts';
import { refactoringTask } from './refactoring.ts';
import { sortingTask } from './sorting.ts';

const spoken = ({ system = '', text }: StepPrompt) => `${system}\n${text}`;
const fence = '\u0060\u0060\u0060';

describe('ready tasks speak in words', () => {
  it('of disks, pegs and the strategy in Towers of Hanoi', () => {
    const task = hanoiTask(3);
    for (const wording of [0, 1]) {
      const prompt = task.prompt(task.initial, wording);
      for (const word of ['disk', 'peg', 'Strategy', '3, 2, 1'])
        expect(spoken(prompt)).toContain(word);
    }
    expect(task.prompt(task.initial, 0).toy!.text).toBe('321||----=');
  });

  it('to a model that is no toy, with a schema', async () => {
    const seen: string[] = [];
    const solver = doubleOf({ modelId: 'small' }, call => {
      seen.push(lastUserText(call));
      expect(call.responseFormat?.type).toBe('json');
      return { text: '{"product": 72, "sum": 72}' };
    });
    const task = multiplicationTask('9', '8');
    const { state } = await solve({ task, solver, k: 2 });
    expect(task.answer!(state)).toBe('72');
    expect(seen[0]).toContain('Multiply 8 by 9.');
    expect(new Set(seen).size).toBe(2);
  });

  it('to a toy in its own dialect', async () => {
    const seen: string[] = [];
    const toy = doubleOf({ modelId: 'toy' }, call => {
      seen.push(lastUserText(call));
      return { text: '10021' };
    });
    const solver = Object.assign(toy, { provider: 'tandem.tiny' });
    await solve({ task: hanoiTask(1), solver, k: 1 }).catch(() => undefined);
    expect(seen[0]).toBe('1||----=');
  });
});

describe('ready tasks read what small models write', () => {
  const towers = hanoiTask(3);
  it.each([
    '{"disk": 1, "from": 0, "to": 2}',
    `${fence}json\n{"disk": 1, "from": 0, "to": 2}\n${fence}`,
    '{"disk": "disk 1", "from": "peg 0", "to": "2"}',
    '{"move": [1, 0, 2]}',
    'Move disk 1 from peg 0 to peg 2.',
    'move = [1, 0, 2]',
    '10232||1',
  ])('a move in %j', text => {
    const move = towers.parse(text, towers.initial, 0);
    expect(isFlagged(move) ? move : move.action).toBe('102');
  });

  it('pegs after a move, where they alone say what follows', () => {
    const task = hanoiTask(3, { checks: 'form' });
    const text = '{"disk": 1, "from": 0, "to": 2, "pegs": [[3, 2], [], [1]]}';
    expect(task.parse(text, task.initial, 0)).toEqual({ action: '10232||1' });
    expect(spoken(task.prompt(task.initial, 0))).toContain('"pegs"');
  });

  it('pegs by other names', () => {
    const task = hanoiTask(3, { namings: 3 });
    for (const wording of [0, 1, 2]) {
      const { text } = task.prompt(task.initial, wording);
      const from = /Peg (\d), from bottom to top: 3, 2, 1/.exec(text)![1];
      const to = (Number(from) + 2) % 3;
      const move = task.parse(`{"disk": 1, "from": ${from}, "to": ${to}}`, task.initial, wording);
      expect(isFlagged(move) ? move : move.action).toBe('102');
    }
  });

  const sum = additionTask('7', '8');
  it.each(['15', ' 15. ', '7 + 8 = 15', 'The answer is 15.', '{"sum": 15}', '**15**'])(
    'a sum in %j',
    text => {
      expect(sum.parse(text, sum.initial, 0)).toEqual({ action: 15 });
    },
  );

  const sorting = sortingTask(['785', '932'], { order: 'ascending' });
  it.each([
    ['A: 785', 'A'],
    ['{"first": "B"}', 'B'],
    ['The answer is B.', 'B'],
    ['Answer: A', 'A'],
    ['**A**', 'A'],
    ['785', 'A'],
    ['932 comes first', 'B'],
    ['{"first": "A: 785"}', 'A'],
  ])('a letter in %j', (text, action) => {
    expect(sorting.parse(text, sorting.initial, 0)).toEqual({ action });
  });

  it.each(['A or B', 'To determine which comes first', '785 and 932', ''])(
    'no letter in %j',
    text => {
      expect(sorting.parse(text, sorting.initial, 0)).toEqual({ redFlag: 'neither A nor B' });
    },
  );

  const balance = balanceTask(150_000, [{ cents: 8324 }]);
  it.each(['Balance: 1583.24', '{"balance": 1583.24}', '$1,583.24', '1500.00 + 83.24 = 1583.24'])(
    'an amount in %j',
    text => {
      expect(balance.parse(text, balance.initial, 0)).toEqual({ action: 158_324 });
    },
  );

  const list = listEditTask(['a', 'b'], [{ edit: 'remove', at: 1 }]);
  it.each(['["b"]', '{"list": ["b"]}'])('a list in %j', text => {
    expect(list.parse(text, list.initial, 0)).toEqual({ action: ['b'] });
  });
});

const plain = '/** One. */\nexport const a = 1;\n';

describe('a step of a refactoring', () => {
  const before = 'export type Id = string;\nexport function getUser(id: Id) {\n  return id;\n}\n';
  const step = {
    file: 'a.ts',
    instruction: 'Rename the function getUser to findUser. Export a constant getUser that is it.',
    present: ['findUser', 'getUser'],
  };
  const judge = (after: string, more = {}) => {
    const task = refactoringTask({ files: { 'a.ts': before }, steps: [{ ...step, ...more }] });
    return task.isLegal!(task.initial, after, task.apply(task.initial, after));
  };
  const type = 'export type Id = string;\n';

  it('keeps what the file exports, and exports what an export is renamed to', async () => {
    const hidden = `${type}function findUser(id: Id) {}\nexport const getUser = findUser;\n`;
    expect(await judge(hidden)).toEqual({ redFlag: '"findUser" is not exported' });
    const right = `${type}export function findUser(id: Id) {}\nexport const getUser = findUser;\n`;
    expect(await judge(right)).toBe(true);
    const lost = right.replace('export type', 'type');
    expect(await judge(lost)).toEqual({ redFlag: '"Id" is no longer exported' });
    const listed = `${hidden.replace('export const', 'const')}export { findUser, getUser };\n`;
    expect(await judge(listed)).toBe(true);
  });

  it.each([
    ['Rename the constant kept to held and export it.', 'held', false],
    ['Add a type Held and export both.', 'Held', false],
    ['Export a constant held of 3.', 'held', false],
    ['Add a constant held for the export page.', 'held', true],
    ['Add a constant held; do not export it.', 'held', true],
    ['Export a constant heldDays of 3, by a constant held.', 'held', true],
  ])('exports what it is told to: %s', async (instruction, name, isLegal) => {
    const line = name === 'Held' ? 'type Held = 3;\n' : 'const held = 3;\n';
    const more = instruction.includes('heldDays') ? `${line}export const heldDays = held;\n` : line;
    const asked = { instruction, present: undefined };
    const flag = { redFlag: `"${name}" is not exported` };
    expect(await judge(before + more, asked)).toEqual(isLegal ? true : flag);
    expect(await judge(before + more.replace(/^(?!export)/, 'export '), asked)).toBe(true);
  });

  it('may take away what is to go, and may be held to code', async () => {
    const plain = `${type}export function findUser(id: Id) {}\n`;
    const gone = { instruction: 'Rename getUser to findUser.', present: ['findUser'] };
    expect(await judge(plain, gone)).toBe(true);
    expect(await judge(plain, { ...gone, gone: ['getUser'] })).toBe(true);
    expect(await judge(plain, { ...gone, present: ['export function  findUser'] })).toBe(true);
    expect(await judge(plain, { ...gone, present: ['export const findUser'] })).toEqual({
      redFlag: '"export const findUser" is not there',
    });
  });

  it('changes its file, unless its words tell that a step before has done it', async () => {
    const copied = `\n${before}\n`;
    const asWas = { redFlag: 'the file is as it was' };
    const plain = { instruction: 'Let getUser give undefined for an empty id.' };
    expect(await judge(copied, { ...plain, present: undefined })).toEqual(asWas);
    expect(await judge(copied, { ...plain, present: ['getUser'] })).toEqual(asWas);
    const second = (more: object) => {
      const steps = [step, { ...step, ...plain, ...more }];
      const task = refactoringTask({ files: { 'a.ts': before }, steps });
      const state = { ...task.initial, done: 1 };
      return task.isLegal!(state, copied, task.apply(state, copied));
    };
    expect(await second({ present: ['getUser'] })).toBe(true);
    expect(await second({ present: undefined })).toEqual(asWas);
  });

  it.each([
    ['comments about the same code', 'a.ts', plain, true],
    ['spaces and signs at ends', 'a.ts', 'export const a = 1', true],
    ['other code', 'a.ts', 'export const a = 2;\n', false],
    ['comments where a comment is asked for', 'a.ts', plain, false, 'Write a comment above a.'],
    ['headings of what is no code', 'a.md', '# B\n\nexport const a = 1;\n', false],
  ])('takes %s in %s for one vote or two', (_, file, other, isOne, instruction = 'Add a.') => {
    const task = refactoringTask({ files: { [file]: '' }, steps: [{ file, instruction }] });
    const first = '# A\n\nexport const a = 1;\n';
    const ours = file === 'a.md' ? first : first.replace('#', '//');
    expect(task.key!(ours) === task.key!(other)).toBe(isOne);
  });
});

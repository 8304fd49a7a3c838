import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-solve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const solve = (...args: string[]) =>
  runTandem(['solve', ...args], { folder, env: { TANDEM_DISCOVERY: 'off' } });

const multiply = [
  'multiply',
  '918273',
  '123456',
  '--solver',
  'tiny:multiplication-random-errors',
  '--k',
  '2',
];

describe('tandem solve', { timeout: 60_000 }, () => {
  it('solves by votes of a toy model under a name, and refuses another task under it', async () => {
    const first = ['solve', ...multiply, '--run', 'product', '--journal', 'a.db', '--json'];
    const begun = await spawnTandem(first, { folder });
    expect(begun).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(begun.out)).toMatchObject({
      answer: String(918273 * 123456),
      steps: 36,
      resumedFrom: 0,
      k: 2,
    });
    const again = await solve(...multiply, '--run', 'product', '--journal', 'a.db');
    expect(again.code).toBe(0);
    expect(again.out).toContain('36 (36 of them before), ahead by 2');
    const other = await solve(
      'add',
      '1',
      '2',
      ...multiply.slice(3),
      '--run',
      'product',
      '--journal',
      'a.db',
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain('36 accepted steps are kept');
    expect(other.err).toContain(
      'The ledger was begun with the task "918273 × 123456", not with "1 + 2".',
    );
  });

  it('refuses before the run what votes cannot cure, with the reason', async () => {
    const { code, out, err } = await solve(
      ...[
        'multiply',
        '987654321987',
        '123456789123',
        '--solver',
        'tiny:multiplication-systematic-errors',
        '--pilot',
      ],
    );
    expect(code).toBe(1);
    expect(out).toMatch(/pilot {2,}\d+ valid votes on 144 states: \d+\.\d % right/);
    expect(err).toContain('these errors are systematic, and votes make them certain');
  });

  it('tries every step of a run, and says what it has not seen where it does not', async () => {
    const args = [
      'hanoi',
      '8',
      '--form',
      '--solver',
      'tiny:hanoi-finished',
      '--temperature',
      '1.5',
      '--pilot',
    ];
    const some = await solve(...args, '--states', '20');
    expect(some.out).toContain(
      '0 of 20 states are beyond the cure of votes; up to 13 % of all may be',
    );
    expect(some.out).toContain('if no state is worse than those tried');
    const proven = await solve(...args, '--states', '20', '--proven');
    expect([proven.code, proven.err.includes('`--states all`')]).toEqual([1, true]);
    const all = await solve(...args, '--states', 'all', '--proven', '--json');
    expect(JSON.parse(all.out)).toMatchObject({
      pilot: { states: 255, poisoned: { states: 0, isCensus: true } },
      projection: { provenCeiling: 1 },
      refusal: null,
    });
  });

  it('runs a task from a module, and shows the votes of a step left undecided', async () => {
    const module = `export const task = {
      name: 'never', initial: 0, steps: 1, isDone: () => false, 
      prompt: () => ({ text: '321||----=', stopSequences: [';'] }),
      parse: () => ({ redFlag: 'never good' }), apply: state => state };`;
    writeFileSync(join(folder, 'task.mjs'), module);
    const { code, err } = await solve('task.mjs', '--solver', 'tiny:hanoi-finished', '--k', '1');
    expect(code).toBe(1);
    expect(err).toContain('flagged: never good');
    expect(err).toContain('Step 1 has no winner: 8 samples, votes none, 8 flagged');
  });

  it('counts the steps that stand where a kept run went a step back and fails', async () => {
    // The toy writes the same at each step: the first two may pass, the third never.
    const module = `export const task = {
      name: 'back', initial: 0, steps: 3, isDone: n => n >= 3,
      prompt: () => ({ text: '321||----=', stopSequences: [';'] }),
      parse: text => ({ action: text }), apply: n => n + 1,
      isLegal: (n, text) => n < 2 || { redFlag: 'never here' } };`;
    writeFileSync(join(folder, 'back.mjs'), module);
    const args = ['back.mjs', '--solver', 'tiny:hanoi-finished', '--k', '1'];
    for (let time = 0; time < 2; time++) {
      const { code, err } = await solve(...args, '--run', 'back', '--journal', 'back.db');
      expect(code).toBe(1);
      expect(err).toContain('1 accepted step is kept; give --run back again to go on.');
    }
  });

  it('writes the files of a refactoring, where each step has passed its check', async () => {
    // The toy knows no code: its answer stands for a file, and the check for a compiler.
    writeFileSync(join(folder, 'a.txt'), 'before\n');
    const steps = [{ file: 'a.txt', instruction: 'Change it.' }];
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ steps }));
    const args = [
      'refactor',
      'plan.json',
      '--solver',
      'tiny:toy-tasks-late',
      '--k',
      '1',
      '--write',
    ];
    expect(await solve(...args, '--check', 'false')).toMatchObject({ code: 1 });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('before\n');
    const done = await solve(...args, '--check', 'true');
    expect(done).toMatchObject({ code: 0 });
    expect(done.err).toContain('Wrote a.txt.');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).not.toBe('before\n');
  });

  it.each([
    [[], 'No task is given'],
    [['hanio', '3'], 'Did you mean "hanoi"?'],
    [['hanoi', 'x'], '`disks` must be a whole number'],
    [['hanoi', '3', '--k', 'two'], '`--k` must be a whole number of at least 1, got "two"'],
    [['hanoi', '3', '--k', '0'], '`--k` must be a whole number of at least 1, got 0'],
    [
      ['hanoi', '3', '--k', '2', '--posterior'],
      '`--k` says what `--pilot`, `--posterior` and `--proven` are there',
    ],
    [['hanoi', '3', '--target', '1'], 'must be a number above 0 and below 1, got 1. Leave it out'],
    [
      ['hanoi', '3', '--states', 'some'],
      '`--states` must be "all", or a whole number of at least 1, got "some"',
    ],
    [['sort', 'none.txt', '--order', 'x'], 'cannot be read (ENOENT)'],
    [['./none.ts'], 'There is no file "./none.ts"'],
  ])('says what is wrong with %j', async (args, says) => {
    const { code, err, out } = await solve(...args, '--solver', 'tiny:hanoi-finished');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });
});

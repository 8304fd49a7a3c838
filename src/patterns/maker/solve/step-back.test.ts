import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TandemError } from '../../../model/errors.ts';
import { openLedger } from '../../../runs/ledger.ts';
import type { VoteRequest } from './sampler.ts';
import { solve } from './solve.ts';
import { acceptedIn } from './step-back.ts';
import type { Task } from './task.ts';

// The second step can pass only after "b"; the first takes either.
const task: Task<readonly string[], string> = {
  name: 'two steps',
  steps: 2,
  initial: [],
  isDone: state => state.length >= 2,
  prompt: state => ({ text: `after ${state.join(' ')}` }),
  parse: text => ({ action: text }),
  isLegal: (state, action) =>
    state.length === 0 || state[0] === 'b' || { redFlag: `${action} needs b` },
  apply: (state, action) => [...state, action],
};

describe('a step that cannot pass', () => {
  it('sends the run one step back, where another answer is taken', async () => {
    const told: string[] = [];
    const solver = ({ prompt, state }: VoteRequest<readonly string[]>) => {
      told.push(prompt.text);
      if (state.length > 0) return 'c';
      return prompt.text.includes('step 2 cannot pass after it (c needs b)') ? 'b' : 'a';
    };
    const { state, steps } = await solve({ task, solver, k: 1 });
    expect([state, steps]).toEqual([['b', 'c'], 2]);
    expect(told.length).toBeLessThan(20);
  });

  it('ends the run where no other answer is given there, and names both steps', async () => {
    const solver = ({ state }: VoteRequest<readonly string[]>) => (state.length > 0 ? 'c' : 'a');
    const error = await solve({ task, solver, k: 1 }).catch((thrown: TandemError) => thrown);
    expect((error as TandemError).message).toContain('Step 1 has no winner: 8 samples');
    expect((error as TandemError).message).toContain('step 2 cannot pass after it (c needs b)');
  });

  it('ends at once where the first step cannot pass, after a few equal answers', async () => {
    const never = { ...task, isLegal: () => ({ redFlag: 'refused by the check: TS2459' }) };
    let asked = 0;
    const solver = () => {
      asked++;
      return 'x\ny';
    };
    const error = await solve({ task: never, solver, k: 1 }).catch((thrown: TandemError) => thrown);
    expect(asked).toBe(8);
    expect((error as TandemError).message).toContain(
      'The same answer is refused each time: "x y" is refused as "refused by the check: TS2459"',
    );
  });

  it('tells the solver the one fault of differing answers, and quotes one of them', async () => {
    const never = { ...task, isLegal: () => ({ redFlag: 'not sorted' }) };
    const told: string[] = [];
    const solver = ({ prompt, vote }: VoteRequest<readonly string[]>) => {
      told.push(prompt.text);
      return `x${vote}`;
    };
    const error = await solve({ task: never, solver, k: 1 }).catch((thrown: TandemError) => thrown);
    expect((error as TandemError).message).toMatch(
      /Differing answers are refused for the same fault: "x\d+" is refused as "not sorted"/,
    );
    expect(told.slice(0, 3).some(text => text.includes('refused'))).toBe(false);
    expect(told.at(-1)).toContain('was refused: not sorted. Give another answer.');
  });

  it('is gone back from in a kept run too, and by one that goes on later', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'tandem-back-')), 'a.db');
    const solver = ({ prompt, state }: VoteRequest<readonly string[]>) => {
      if (state.length > 0) return 'c';
      return prompt.text.includes('cannot pass') ? 'b' : 'a';
    };
    const keptBy = async (asked: typeof solver) => {
      using ledger = await openLedger({ path, runId: 'r', batch: 1 });
      const found = await solve({ task, solver: asked, k: 1, ledger }).catch(error => error);
      await ledger.flush();
      kept.push(await acceptedIn(ledger));
      return found;
    };
    const kept: number[] = [];
    const never = ({ state }: VoteRequest<readonly string[]>) => (state.length > 0 ? 'c' : 'a');
    expect(await keptBy(never)).toMatchObject({ code: 'not_converged' });
    const later = await keptBy(solver);
    expect([later.state, later.steps, later.resumedFrom]).toEqual([['b', 'c'], 2, 0]);
    expect(await keptBy(never)).toMatchObject({ state: ['b', 'c'], resumedFrom: 2 });
    // A step that was gone back from does not count as kept.
    expect(kept).toEqual([0, 2, 2]);
  });
});

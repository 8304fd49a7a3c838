import { describe, expect, it } from 'vitest';
import { planKey, readPlan } from './plan.ts';

const step = (id: string, more = {}) => ({ id, instruction: `Do ${id}.`, ...more });
const read = (steps: object[], more = {}, frame = {}) =>
  readPlan(JSON.stringify({ steps, ...more }), { given: [], ...frame });

describe('a plan', () => {
  it('is read with what it leaves out', () => {
    expect(read([step('a')])).toEqual({
      steps: [{ id: 'a', instruction: 'Do a.', needs: [], type: 'text', atomic: true }],
      answer: 'a',
    });
  });

  it.each([
    [
      'steps in a circle',
      read([step('a', { needs: ['b'] }), step('b', { needs: ['a'] })]),
      'in a circle: a → b → a',
    ],
    ['a step that waits for itself', read([step('a', { needs: ['a'] })]), 'in a circle: a → a'],
    [
      'a need that nobody fills',
      read([step('a', { needs: ['z'] })]),
      'needs "z", which no step gives',
    ],
    ['an id used twice', read([step('a'), step('a')]), 'used twice'],
    ['an id that is given', read([step('a')], {}, { given: ['a'] }), 'used twice'],
    ['an answer that is no step', read([step('a')], { answer: 'b' }), '"b", which is no step'],
    [
      'an answer of another type',
      read([step('a')], {}, { answerType: 'object' }),
      'of type object, "a" is text',
    ],
    [
      'a check of what is not needed',
      read([step('a', { check: { sameItemsAs: 'b' } })]),
      'does not need',
    ],
    ['an unknown key', read([step('a', { run: 'rm -rf /' })]), 'nrecognized key'],
    ['no steps', read([]), 'steps'],
  ])('is refused for %s', (_, fault, says) => {
    expect(fault).toContain(says);
  });

  it('is the same as another that calls its steps otherwise', () => {
    const plan = (a: string, b: string, instruction = 'Do it.') =>
      planKey(
        read([
          { id: a, instruction },
          step(b, { instruction: 'Then that.', needs: [a] }),
        ]) as Exclude<ReturnType<typeof read>, string>,
      );
    expect(plan('x', 'y')).toBe(plan('one', 'two'));
    expect(plan('x', 'y')).not.toBe(plan('x', 'y', 'Do something else.'));
  });
});

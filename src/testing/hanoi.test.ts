import { describe, expect, it } from 'vitest';
import {
  type HanoiState,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  isHanoiDone,
  isLegalHanoi,
  isSameHanoi,
  parseHanoi,
} from './hanoi.ts';

const state: HanoiState = {
  pegs: [[10, 9, 8, 7], [6], [5, 4, 3, 2, 1]],
  direction: 1,
  previous: { disk: 1, from: 0, to: 2 },
};

describe('Towers of Hanoi', () => {
  it.each([1, 2, 3, 6, 10])('is solved by the rule in the fewest moves for %i disks', disks => {
    let at = hanoiStart(disks);
    for (let move = 0; move < 2 ** disks - 1; move++) {
      expect(isHanoiDone(at)).toBe(false);
      const step = hanoiTruth(at);
      expect(isLegalHanoi(at, step)).toBe(true);
      at = step.next;
    }
    expect(isHanoiDone(at)).toBe(true);
  });

  it('is spelled as the models were trained', () => {
    expect(hanoiPrompt(state)).toBe('A987|6|54321+102=');
    expect(hanoiPrompt(hanoiStart(3))).toBe('321||----=');
  });

  it('reads the move and the state that the answer names, right or not', () => {
    const read = parseHanoi(state, '610A9876||54321;');
    expect(read).toEqual(hanoiTruth(state));
    expect(parseHanoi(state, ' 610A9876||54321')).toEqual(read);
    const wrong = parseHanoi(state, '612A987||543216;');
    expect(wrong).toMatchObject({ action: { disk: 6, from: 1, to: 2 } });
    expect('next' in wrong && isSameHanoi(wrong.next, hanoiTruth(state).next)).toBe(false);
  });

  it.each([
    ['', 'malformed'],
    ['610A9876|54321;', 'malformed'],
    ['630A9876||54321;', 'malformed'],
    ['610A987||54321;', 'disks missing or doubled'],
    ['610A9877||54321;', 'disks missing or doubled'],
    ['610A9876||543211;', 'too long'],
    ['610A9876||54321;;', 'too long'],
  ])('flags %j as %s', (text, redFlag) => {
    expect(parseHanoi(state, text)).toEqual({ redFlag });
  });

  it.each([
    ['a smaller disk below', '612A987||543216'],
    ['a disk that is not on top', '520A9872|6|5431'],
    ['another state than the move leads to', '610A987|6|54321'],
    ['a move to the same peg', '611A987|6|54321'],
  ])('knows that %s is not allowed', (_, text) => {
    const read = parseHanoi(state, text);
    expect('redFlag' in read ? read : isLegalHanoi(state, read)).toBe(false);
  });

  it('says what to do where there is no right move', () => {
    expect(() =>
      hanoiTruth({ pegs: [[], [], [2, 1]], direction: 1, previous: { disk: 1, from: 0, to: 2 } }),
    ).toThrow('The state ||21+102= has no right move. Begin at `hanoiStart`');
    expect(() => hanoiStart(11)).toThrow(
      '`disks` must be a number from 1 to 10, got 11. Use 3 to 10',
    );
    expect(() => hanoiStart(2.5)).toThrow('must be a whole number');
  });
});

import { describe, expect, it } from 'vitest';
import { anyOf } from './any-of.ts';

function whole<Result>(work: Generator<void, Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

const found = (text: string, values: readonly string[]) =>
  whole(anyOf(values)(text))
    .map(({ at, value }) => `${at} ${value}`)
    .sort();

function naive(text: string, values: readonly string[]): string[] {
  return [...new Set(values)]
    .flatMap(value =>
      [...text].flatMap((_, at) =>
        value !== '' && text.startsWith(value, at) ? [`${at} ${value}`] : [],
      ),
    )
    .sort();
}

describe('a search for many values', () => {
  it('finds each where it stands, of any length, also over each other', () => {
    let state = 7;
    const draw = (most: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * most);
    };
    const word = (most: number) =>
      Array.from({ length: draw(most) }, () => 'abcé漢'[draw(5)]).join('');
    for (let n = 0; n < 300; n++) {
      const text = word(80);
      const values = Array.from({ length: draw(12) }, () => word(9));
      expect([n, found(text, values)]).toEqual([n, naive(text, values)]);
    }
  });

  it('ends at the first that is wanted', () => {
    const find = anyOf(['berth', 'be']);
    const wanted = { is: ({ at }: { at: number }) => at > 0, most: 1 };
    expect(whole(find('berth by berth', wanted))).toHaveLength(1);
  });

  it('takes slices of a long text, and time that does not grow with the number of values', () => {
    const text = 'call +49 170 1234567 or write to anna@example.org '.repeat(8000);
    const time = (count: number) => {
      const values = Array.from({ length: count }, (_, n) => `+49 170 ${1_000_000 + n}`);
      const find = anyOf(values);
      const begun = process.cpuUsage();
      const work = find(text);
      let slices = 0;
      while (!work.next().done) slices++;
      const { user } = process.cpuUsage(begun);
      return { slices, user };
    };
    time(10);
    const [few, many] = [time(10), time(20_000)];
    expect(many.slices).toBeGreaterThan(1);
    expect(many.user).toBeLessThan(20 * Math.max(few.user, 2000));
  });
});

import { expect, it } from 'vitest';
import type { DayTotals } from '../../../src/entries/runs.ts';
import { openSpending } from './spending.ts';

const minuteMs = 60_000;

function opened() {
  let nowMs = Date.parse('2026-05-02T12:00:00Z');
  const asked: { since: string; answer(rows: readonly DayTotals[]): void }[] = [];
  const spending = openSpending({
    now: () => nowMs,
    tally: since => new Promise(answer => asked.push({ since, answer })),
  });
  const rowsOf = (day: string, runs: number) => [{ day, runs } as DayTotals];
  return { spending, asked, rowsOf, pass: (ms: number) => (nowMs += ms) };
}

it('waits for the first reading alone, and shows what is known during later ones', async () => {
  const { spending, asked, rowsOf, pass } = opened();
  const first = spending.days();
  await Promise.resolve();
  asked[0]!.answer(rowsOf('2026-04-01', 1));
  expect(await first).toMatchObject([{ runs: 1 }]);
  pass(2 * minuteMs);
  const second = spending.days();
  await expect.poll(() => asked.map(({ since }) => since)).toEqual(['', '', '2026-05-01']);
  asked[2]!.answer([]);
  expect(await second).toMatchObject([{ runs: 1 }]);
  asked[1]!.answer(rowsOf('2026-04-01', 2));
  await Promise.resolve();
  expect(await spending.days()).toMatchObject([{ runs: 2 }]);
});

it('reads anew before it answers when nobody has asked for long', async () => {
  const { spending, asked, rowsOf, pass } = opened();
  const first = spending.days();
  await Promise.resolve();
  asked[0]!.answer(rowsOf('2026-04-01', 1));
  await first;
  pass(10 * minuteMs);
  const second = spending.days();
  await expect.poll(() => asked.length).toBe(2);
  asked[1]!.answer(rowsOf('2026-04-01', 3));
  expect(await second).toMatchObject([{ runs: 3 }]);
});

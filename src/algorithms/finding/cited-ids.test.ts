import { expect, it } from 'vitest';
import { citedIds } from './cited-ids.ts';

it.each([
  ['As said [f1], and [f2, f3] or (f4).', ['f1', 'f2', 'f3', 'f4']],
  ['See [ f1 ; f2 and f3 ].', ['f1', 'f2', 'f3']],
  ['See [^f1], 【f2】, [F3] and [source: f4].', ['f1', 'f2', 'f3', 'f4']],
  ['All of [e1-e3], [e5 – e6] or [e8 to e9].', ['e1', 'e2', 'e3', 'e5', 'e6', 'e8', 'e9']],
  ['Not of [e1-e9999].', ['e1', 'e9999']],
  ['By the road (E7).', []],
  ['Not [1] nor [word].', []],
])('ids are read from %j', (text, ids) => {
  expect(citedIds(text)).toEqual(ids);
});

it('a list that never ends is read in time that grows with its length', () => {
  const before = process.cpuUsage();
  expect(citedIds(`[${'a1  '.repeat(20_000)}`)).toEqual([]);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(500);
});

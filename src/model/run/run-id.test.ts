import { expect, it } from 'vitest';
import { newRunId } from './run-id.ts';

it('makes ids that are UUIDs, rise with time, and never repeat, many in a millisecond too', () => {
  const ids = Array.from({ length: 20_000 }, newRunId);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(
    Math.abs(Number.parseInt(ids[0]!.replaceAll('-', '').slice(0, 12), 16) - Date.now()),
  ).toBeLessThan(5000);
});

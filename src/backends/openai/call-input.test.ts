import { expect, it } from 'vitest';
import type { StreamPart } from '../../model/types.ts';
import { withInputs } from './call-input.ts';

function read(pieces: readonly string[]): string[] {
  const shown: string[] = [];
  const put = withInputs((part: StreamPart) => {
    if (part.type === 'tool-input-delta') shown.push(part.delta);
  });
  put({ type: 'tool-input-start', id: 'a', toolName: 'f' });
  for (const delta of pieces) put({ type: 'tool-input-delta', id: 'a', delta });
  put({ type: 'tool-input-end', id: 'a' });
  return shown;
}

it('shows an input as it comes once it begins as an object, and any other when it is whole', () => {
  expect(read([' ', '\n', ' {"a"', ':1}'])).toEqual([' {"a"', ':1}']);
  expect(read(['"{\\"a', '\\":1}"'])).toEqual(['{"a":1}']);
  expect(read(['', ' '])).toEqual(['{}']);
  expect(read(['x', '{'])).toEqual(['x{']);
});

it('waits for the first key, and mends an input that Python wrote', () => {
  expect(read(['{', ' ', '"a"', ':1}'])).toEqual(['{', ' ', '"a"', ':1}']);
  expect(read(['{', '}'])).toEqual(['{', '}']);
  expect(read(["{'a'", ': True}'])).toEqual(['{"a":true}']);
  expect(read(['{', "'a': [1, None]}"])).toEqual(['{"a":[1,null]}']);
});

it('takes time that grows with an input alone, where it never begins as an object', () => {
  const pieces = Array.from({ length: 40_000 }, () => 'x'.repeat(500));
  const begun = process.threadCpuUsage();
  read(pieces);
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1000).toBeLessThan(1000);
});

import { expect, it } from 'vitest';
import { patternByName } from '../../src/entries/config.ts';
import { proposedFor } from './proposed-patterns.ts';

it.each(['questions', 'documents'] as const)('a pattern is proposed for %s', requests => {
  const names = proposedFor(requests);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(patternByName[name]).toMatchObject({ proposedFor: requests });
});

it('patterns that read documents are not proposed for other questions', () => {
  for (const name of proposedFor('questions'))
    expect(patternByName[name]!.estimate).toBe(undefined);
  for (const name of proposedFor('documents')) expect(patternByName[name]!.estimate).toBeDefined();
});

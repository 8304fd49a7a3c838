import { patternByName } from '../../src/entries/config.ts';

/** Names of the patterns that are proposed for such requests, the first choice first. */
export function proposedFor(requests: 'questions' | 'documents'): [string, ...string[]] {
  const names = Object.keys(patternByName);
  return names.filter(name => patternByName[name]!.proposedFor === requests) as [string];
}

import { describe, expect, it } from 'vitest';
import { hanoiTask, solve } from '../entries/solve.ts';
import { openJournal, personalDataMasker } from '../index.ts';
import { TandemError } from '../model/errors.ts';

const journal = (options: object) => () => openJournal({ path: ':memory:', ...options } as never);
const masker = (options: object) => () => personalDataMasker(options as never);

const solving = (options: object) => () => solve({ task: hanoiTask(2), ...options } as never);

describe('an option of solve', () => {
  it.each([
    [
      solving({ maxSample: 9 }),
      'solve has the unknown key "maxSample". Did you mean "maxSamples"?',
    ],
    [solving({ rule: 'leed' }), '`rule` must be one of "lead", "posterior", got "leed"'],
    [solving({ ceiling: 'prove' }), '`ceiling` must be one of "seen", "proven", got "prove"'],
  ])('is refused where its name or value is misspelt (%#)', async (make, says) => {
    await expect(make()).rejects.toThrow(says);
  });
});

describe('a safeguard whose name or value is misspelt', () => {
  it.each([
    [
      journal({ contnt: 'hashes' }),
      'openJournal has the unknown key "contnt". Did you mean "content"',
    ],
    [journal({ content: 'hash' }), '`content` must be one of "full", "hashes", got "hash"'],
    [journal({ kee: 'pass phrase' }), 'openJournal has the unknown key "kee". Did you mean "key"?'],
    [journal({ sync: 'after' }), '`sync` must be one of "before", "behind", got "after"'],
    [
      masker({ word: ['Ada'] }),
      'personalDataMasker has the unknown key "word". Did you mean "words"?',
    ],
    [masker({ timeout: 5 }), 'Did you mean "timeoutMs"?'],
  ])('is refused, and never none (%#)', (make, says) => {
    expect(make).toThrow(TandemError);
    expect(make).toThrow(says);
  });
});

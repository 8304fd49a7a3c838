import { describe, expect, it } from 'vitest';
import { TandemError } from '../errors.ts';
import { runKeys } from './run-keys.ts';
import { run } from './scope-life.ts';

const done = async () => 'done';
const slips = runKeys.flatMap(([of, known]) => Object.keys(known).map(key => ({ of, key })));

describe('a misspelt option of a run', () => {
  it.each(slips)('$of: $key is refused with the nearest name', async ({ of, key }) => {
    const slip = `${key[0]}${key}`;
    const options = of === 'run' ? { [slip]: 1 } : { [of]: { [slip]: 1 } };
    const refused = (async () => run(options as never, done))();
    await expect(refused).rejects.toThrow(TandemError);
    await expect(refused).rejects.toThrow(
      `${of} has the unknown key "${slip}". Did you mean "${key}"?`,
    );
  });

  it('is none where names are right, and where options are absent', async () => {
    const options = { budget: { usd: 1, perCall: { tokens: 9 } }, retry: { tries: 1 } };
    expect(await run({ ...options, breaker: undefined, mode: 'local-only' }, done)).toBe('done');
  });
});

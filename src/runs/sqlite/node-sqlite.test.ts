import { afterEach, expect, it, vi } from 'vitest';
import { TandemError } from '../../model/errors.ts';
import { openJournal } from '../journal.ts';

afterEach(() => vi.restoreAllMocks());

it('without SQLite in the runtime says so when a journal is opened', () => {
  const getBuiltinModule = process.getBuiltinModule;
  const without = ((name: string) =>
    name === 'node:sqlite' ? undefined : getBuiltinModule(name)) as never;
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(without);
  try {
    openJournal({ path: 'none.db' });
    expect.unreachable();
  } catch (error) {
    expect(TandemError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'journal_failed',
      message: expect.stringContaining('node:sqlite'),
    });
  }
});

/**
 * The one exam that every store passes. It is free of any test framework:
 * `for (const { name, run } of storeContract(subject)) it(name, run)`.
 */
import { equal } from 'node:assert/strict';
import type { RunStore } from '../runs/store.ts';
import type { ContractCase } from './pattern-contract.ts';
import { accountQuestions } from './store-exam/account-questions.ts';
import { entryQuestions } from './store-exam/entry-questions.ts';
import { keptQuestions } from './store-exam/kept-questions.ts';
import { leaseQuestions } from './store-exam/lease-questions.ts';
import { listQuestions } from './store-exam/list-questions.ts';
import { itemsOf, type Questions, same } from './store-exam/question.ts';
import { call, hold, kept } from './store-exam/sample-entries.ts';

/** A store to be examined. */
export interface StoreSubject {
  /** Opens a store that is empty, and a new one each time. */
  open(): RunStore | Promise<RunStore>;
  /**
   * Opens a second handle on the same store, also when that was closed. Left out where an engine
   * knows none: then both handles of the exam are one, and nothing is asked about what outlives a
   * handle.
   */
  reopen?(store: RunStore): RunStore | Promise<RunStore>;
}

/**
 * Lists the questions of the exam for a store. Each opens stores of its own and closes them, throws
 * an `AssertionError` if the store fails it, and takes less than a second.
 */
export function storeContract(subject: StoreSubject): ContractCase[] {
  const questions: Questions = {
    ...leaseQuestions,
    ...entryQuestions,
    ...listQuestions,
    ...accountQuestions,
    ...keptQuestions,
  };
  const asked = Object.entries(questions).map(([name, question]) => ({
    name,
    run: async () => {
      const store = await subject.open();
      const other = (await subject.reopen?.(store)) ?? store;
      try {
        await question({ store, other });
      } finally {
        other.close();
        store.close();
      }
    },
  }));
  return subject.reopen ? [...asked, outlivesItsHandle(subject, subject.reopen)] : asked;
}

function outlivesItsHandle(
  subject: StoreSubject,
  reopen: NonNullable<StoreSubject['reopen']>,
): ContractCase {
  return {
    name: 'has all that was noted when it is closed and opened again',
    async run() {
      const before = await subject.open();
      const held = await hold(before, 'r', { secret: 'sealed' });
      void before.append(held, [call(1)], 'noted');
      await before.put(kept(1));
      void before.append(held, [call(2)], 'noted');
      before.close();
      const after = await reopen.call(subject, before);
      try {
        same(
          (await itemsOf(after.calls('r'))).map(({ key }) => key),
          ['key 1', 'key 2'],
        );
        equal((await after.get('document', 'o', 'id 1'))?.body, 'b1');
        equal((await after.show('r'))?.holder, 'a');
        await after.append(held, [call(3)]);
      } finally {
        after.close();
      }
    },
  };
}

import { resolve } from 'node:path';
import {
  copyStore,
  isStoreAddress,
  openRunQueue,
  openStore,
  storeWithin,
  withoutPassword,
} from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { show } from '../commands/runs.ts';
import { namedStore } from '../named-store.ts';
import { readConfigIfSound } from '../workspace.ts';

/** `tandem store copy FILE TO`, `tandem store migrate`: looks after where all is kept. */
export const store: Command = {
  name: 'store',
  summary: 'Copy a store to Postgres, or bring a store to the newest version.',
  usage: '(copy FILE TO | migrate [STORE]) [options]',
  options: {},
  examples: [
    ['tandem store copy .tandem/tandem.db postgres://tandem@db/tandem', 'all that a file holds'],
    ['tandem store migrate postgres://owner@db/tandem', 'by whoever may make tables'],
  ],
  async run(invocation) {
    const [what, ...paths] = invocation.positionals;
    if (what === 'copy' && paths.length === 2) return copy(invocation, paths[0]!, paths[1]!);
    if (what === 'migrate' && paths.length < 2) return migrate(invocation, paths[0]);
    throw wrongUse(
      'A store is copied or migrated.',
      'Write `tandem store copy FILE postgres://…`, or `tandem store migrate [STORE]`.',
    );
  },
};

async function copy(invocation: Invocation, from: string, to: string): Promise<number> {
  const copied = await copyStore(resolve(invocation.folder, from), to);
  show(invocation, { copied }, () => {
    const { run, call, kept } = copied;
    const what = `${run} runs with ${call} calls, and ${kept} things kept`;
    return `${what}, are in ${withoutPassword(to)}.`;
  });
  return 0;
}

async function migrate(invocation: Invocation, named: string | undefined): Promise<number> {
  const path =
    named === undefined
      ? namedStore(invocation, await readConfigIfSound(invocation))
      : storeWithin(invocation.folder, named);
  await using opened = openStore(path, { patienceMs: 10_000 });
  await opened.flush();
  if (isStoreAddress(path)) await migrateQueue(path);
  show(invocation, { store: opened.name }, () => `${opened.name} is of the newest version.`);
  return 0;
}

// Where its package is not here, nobody works by it from here.
async function migrateQueue(path: string): Promise<void> {
  try {
    await using _made = await openRunQueue(path, { patienceMs: 10_000 });
  } catch (error) {
    if (!(TandemError.isInstance(error) && error.code === 'missing_package')) throw error;
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileJournal } from '../../src/entries/runs.ts';
import { direct, onDevice, openJournal, run, TandemError, userCall } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';
import type { Proof } from './journal.ts';
import { firstPayment, freshStore, sayTimes } from './owner-cuts.ts';
import { startOwner } from './owner-process.ts';

const mostMs = 50;
// A connection is made, and asked which version the store is of.
const mostOpeningMs = 250;

/**
 * Asks for a run that another process is at work on, in a file or on a Postgres: how long until
 * `run_taken` is thrown, in this process.
 */
export async function proveRefusals(tries: number, server?: string): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-refused-'));
  const path = server === undefined ? join(folder, 'a.db') : freshStore(server);
  const files = { path, log: join(folder, 'a.log'), calls: 3000 };
  const holder = startOwner(files);
  await holder.ask();
  await firstPayment(files, 0, () => true);
  const problems: string[] = [];
  const refused = async (journal: FileJournal) => {
    const begun = performance.now();
    const problem = await wrongAnswer(journal, holder.pid);
    if (problem) problems.push(problem);
    return performance.now() - begun;
  };
  const opened: number[] = [];
  const open: number[] = [];
  for (let n = 0; n < tries; n++) {
    const begun = performance.now();
    using journal = openJournal({ path: files.path });
    await refused(journal);
    opened.push(performance.now() - begun);
  }
  {
    using journal = openJournal({ path: files.path });
    for (let n = 0; n < tries; n++) open.push(await refused(journal));
  }
  holder.signal('SIGKILL');
  await holder.ended;
  rmSync(folder, { recursive: true, force: true });
  const mostOpened = server === undefined ? mostMs : mostOpeningMs;
  if (median(open) > mostMs || median(opened) > mostOpened)
    problems.push(`run_taken took longer than ${mostMs} ms, or ${mostOpened} with the opening`);
  return {
    says: [`run_taken in ${sayTimes(open)}; with the opening of the store in ${sayTimes(opened)}`],
    problems,
  };
}

async function wrongAnswer(journal: FileJournal, pid: number): Promise<string | undefined> {
  const model = onDevice(doubleOf({ modelId: 'leaf' }, () => ({ text: 'paid' })));
  try {
    await run({ journal, runId: 'proof' }, async () => direct(model).doGenerate(userCall('go')));
    return 'a second process was let into a run that is at work elsewhere';
  } catch (error) {
    if (!TandemError.isInstance(error) || error.code !== 'run_taken') throw error;
    const { owner } = error.data;
    return String(owner).startsWith(`the process ${pid} `)
      ? undefined
      : `run_taken names ${String(owner)}`;
  }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

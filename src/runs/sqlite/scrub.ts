import { rmSync } from 'node:fs';
import { TandemError } from '../../model/errors.ts';
import { scrubAside } from './aside.ts';
import { markScrubbed } from './schema.ts';
import type { SqliteFile } from './sqlite-file.ts';

/**
 * Leaves no byte of what was deleted in a file: SQLite overwrites what it deletes, but not what it
 * moved before within a page, so the file is written anew, and its log emptied. That is done beside
 * the event loop, once for all that was deleted until it begins.
 */
export function scrubberOf(
  file: SqliteFile,
  options: { readonly patienceMs: number },
): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    await file.flush();
    await file.whileAside(() => scrub(file, options.patienceMs));
  };
  return () => {
    if (!running) {
      running = start().finally(() => {
        running = undefined;
      });
      return running;
    }
    // What is deleted while one is at work may come too late for it.
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        running = start().finally(() => {
          running = undefined;
        });
        return running;
      });
    return next;
  };
}

const pauseMs = 20;

/** The copies that a migration has left beside a file. */
export function copiesOf(path: string): readonly string[] {
  return [`${path}.0.1`, `${path}.0.1.part`];
}

async function scrub({ path }: SqliteFile, patienceMs: number): Promise<void> {
  // What a migration has copied beside is as old as what is forgotten.
  for (const copy of copiesOf(path)) rmSync(copy, { force: true });
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    if (await scrubAside(path, { mark: markScrubbed, patienceMs })) return;
    if (performance.now() > untilMs) throw stillRead(path, patienceMs);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

function stillRead(path: string, waitedMs: number): TandemError {
  return new TandemError(
    'store_busy',
    `It was removed, but the store ${path} has been in use by another process for ` +
      `${waitedMs} ms, so bytes of it are still in its files. Prune again when that is done.`,
    { data: { path, waitedMs } },
  );
}

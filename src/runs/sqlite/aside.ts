import type { SQLInputValue } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';

/**
 * One thread for this process that reads files beside the event loop: lists take as long as a file
 * is large. The program is a text, so that it needs no file of its own in a bundle; it may be run
 * as a script or as a module.
 */
const program = `
const { parentPort } = process.getBuiltinModule('node:worker_threads');
const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
const files = new Map();
parentPort.on('message', ({ id, path, sql, values, anew, patienceMs }) => {
  try {
    if (anew !== undefined) {
      const file = new DatabaseSync(path);
      try {
        file.exec('pragma temp_store = memory; pragma busy_timeout = ' + patienceMs);
        file.exec(anew);
        const rows = file.prepare('pragma wal_checkpoint(truncate)').all();
        return parentPort.postMessage({ id, rows });
      } catch (error) {
        if ((error.errcode & 0xff) !== 5) throw error;
        return parentPort.postMessage({ id, rows: [{ busy: 1 }] });
      } finally {
        file.close();
      }
    }
    if (sql === undefined) {
      files.get(path)?.close();
      files.delete(path);
      return;
    }
    if (!files.has(path)) files.set(path, new DatabaseSync(path, { readOnly: true }));
    parentPort.postMessage({ id, rows: files.get(path).prepare(sql).all(...values) });
  } catch (error) {
    parentPort.postMessage({ id, error: error.message });
  }
});`;

interface WorkerReply {
  readonly id: number;
  readonly rows?: unknown[];
  readonly error?: string;
}

interface Asked {
  readonly resolve: (rows: never) => void;
  readonly reject: (error: Error) => void;
}

let thread: Worker | undefined;
let next = 0;
const asked = new Map<number, Asked>();

/** Reads rows of a file on another thread. @throws Error of SQLite */
export function readAside<Row>(
  path: string,
  sql: string,
  values: readonly SQLInputValue[],
): Promise<Row[]> {
  return askThread<Row>({ path, sql, values });
}

function askThread<Row>(question: object): Promise<Row[]> {
  thread ??= start();
  const worker = thread;
  return new Promise((resolve, reject) => {
    const id = next++;
    asked.set(id, { resolve, reject });
    // While somebody waits, the process must not end.
    worker.ref();
    worker.postMessage({ id, ...question });
  });
}

/**
 * Writes a file anew on another thread, without what was deleted, marks it, and empties its log;
 * false if
 * somebody else used it all the time. @throws Error of SQLite
 */
export async function scrubAside(
  path: string,
  options: { readonly mark: string; readonly patienceMs: number },
): Promise<boolean> {
  const { mark, patienceMs } = options;
  const [row] = await askThread<{ busy: number }>({ path, anew: `vacuum; ${mark}`, patienceMs });
  return row?.busy === 0;
}

/** Lets go of a file. */
export function leaveAside(path: string): void {
  thread?.postMessage({ path });
}

function start(): Worker {
  const threads = process.getBuiltinModule('node:worker_threads');
  const worker = new threads.Worker(program, { eval: true });
  worker.on('message', ({ id, rows, error }: WorkerReply) => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) worker.unref();
    if (error === undefined) waiting?.resolve(rows as never);
    else waiting?.reject(new TypeError(error));
  });
  const fail = (error: Error) => {
    thread = undefined;
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new TypeError('the reading thread has ended')));
  worker.unref();
  return worker;
}

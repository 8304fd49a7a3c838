import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, truncate } from 'node:fs/promises';
import { TandemError } from '../../../src/index.ts';
import type { LineOutcome } from './answer-line.ts';
import { readTextLines } from './batch-lines.ts';

/** What a batch on disk was begun with: what must be the same for its answers to be its answers. */
export interface PartHead {
  readonly batch: string;
  /** SHA-256 of the lines. */
  readonly input: string;
  /** SHA-256 of which models answer under which names. */
  readonly models: string;
}

/** A line that was answered, or not, and where that is kept. */
export interface KeptLine {
  readonly digest: string;
  readonly isAnswered: boolean;
  readonly costUsd: number;
}

/** The lines of a batch that are finished, in the order in which they were, beside its output. */
export interface PartFile extends AsyncDisposable {
  /** Absent where the batch begins. */
  readonly head: PartHead | undefined;
  find(customId: string): KeptLine | undefined;
  /** Reads what is written of a line. */
  read(customId: string): Promise<string>;
  begin(head: PartHead): Promise<void>;
  keep(customId: string, digest: string, outcome: LineOutcome): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly digest: string;
  readonly ok: boolean;
  readonly usd: number;
  readonly written: object;
}

type Place = KeptLine & { readonly from: number; readonly bytes: number };

/**
 * Opens the finished lines of a batch; a line that was cut off in the middle counts as not
 * finished. @throws TandemError `invalid_argument` for a file of another kind
 */
export async function openPartFile(path: string): Promise<PartFile> {
  const places = new Map<string, Place>();
  let head: PartHead | undefined;
  let end = 0;
  if (existsSync(path)) {
    for await (const { text, from, bytes } of rowsOf(path)) {
      const row = JSON.parse(text) as Row | PartHead;
      if (from === 0) head = headOf(row, path);
      else places.set((row as Row).id, placeOf(row as Row, from, bytes));
      end = from + bytes + 1;
    }
    await truncate(path, end);
  }
  let file: FileHandle | undefined;
  const opened = async () => (file ??= await open(path, 'a+', 0o600));
  // One after the other: each row must know where it lies.
  let writing: Promise<unknown> = Promise.resolve();
  const append = (row: object): Promise<{ readonly from: number; readonly bytes: number }> => {
    const text = Buffer.from(`${JSON.stringify(row)}\n`);
    const written = writing.then(async () => {
      const from = end;
      await (await opened()).write(text);
      end += text.length;
      return { from, bytes: text.length - 1 };
    });
    writing = written.catch(() => {});
    return written;
  };
  return {
    head,
    find: id => places.get(id),
    async read(id) {
      const { from, bytes } = places.get(id)!;
      const { buffer } = await (await opened()).read(Buffer.alloc(bytes), 0, bytes, from);
      return JSON.stringify((JSON.parse(buffer.toString('utf8')) as Row).written);
    },
    begin: async given => void (await append(given)),
    async keep(id, digest, { isAnswered, costUsd, written }) {
      const row: Row = { id, digest, ok: isAnswered, usd: costUsd, written };
      const { from, bytes } = await append(row);
      places.set(id, placeOf(row, from, bytes));
    },
    async [Symbol.asyncDispose]() {
      await writing;
      await file?.close();
    },
  };
}

function placeOf({ digest, ok, usd }: Row, from: number, bytes: number): Place {
  return { digest, isAnswered: ok, costUsd: usd, from, bytes };
}

function headOf(row: object, path: string): PartHead {
  if ('batch' in row && 'input' in row) return row as PartHead;
  const message = `"${path}" is not what a batch keeps beside its output. Move it away.`;
  throw new TandemError('invalid_argument', message, { data: { path } });
}

// Rows up to the first that is not whole.
async function* rowsOf(path: string) {
  let from = 0;
  for await (const { text, bytes, isEnded } of readTextLines(createReadStream(path))) {
    if (!isEnded || text === undefined || !isJson(text)) return;
    yield { text, from, bytes };
    from += bytes + 1;
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { extname } from 'node:path';
import { readRegularFile } from '../../../src/entries/config.ts';
import type { FilledCell, GridCell } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import { wrongUse } from '../command.ts';

/** Cells of a table that is being filled: each is on disk as soon as it is there. */
export interface KeptCells {
  find(id: string): GridCell | undefined;
  /** Keeps a cell that need not be asked again. */
  keep(filled: FilledCell): void;
  /** Takes the file away, when the table is written. */
  remove(): void;
}

/** Opens the cells that lie beside the output of a table; without an output none are kept. */
export function openKeptCells(out: string | undefined): KeptCells {
  if (out === undefined) return { find: () => undefined, keep() {}, remove() {} };
  const file = `${out}.part`;
  const known = new Map(cellsIn(file));
  return {
    find: id => known.get(id),
    keep({ id, cell }) {
      if (cell.status === 'failed') return;
      try {
        // A line that an end has cut off is left behind by the line break.
        appendFileSync(file, `\n${JSON.stringify([id, cell])}`);
      } catch (cause) {
        const advice = 'Check the folder and the space on the disk.';
        const message = `The file "${file}" cannot be written. ${advice}`;
        throw new TandemError('invalid_argument', message, { cause });
      }
    },
    remove: () => rmSync(file, { force: true }),
  };
}

/** Refuses an output that would be lost, or that nobody knows how to write. @throws TandemError */
export function requireFree(file: string, endings: readonly string[], isForced: boolean): void {
  if (!endings.includes(extname(file).toLowerCase()))
    throw wrongUse(`"${file}" has an ending that is none of ${endings.join(', ')}.`, 'Give one.');
  if (isForced || !existsSync(file)) return;
  throw new TandemError(
    'invalid_argument',
    `The file "${file}" is there already. Give another --out, or --force to write over it.`,
    { data: { file } },
  );
}

function cellsIn(file: string): (readonly [id: string, cell: GridCell])[] {
  if (!existsSync(file)) return [];
  return readRegularFile(file)
    .split('\n')
    .flatMap(line => {
      try {
        return line === '' ? [] : [JSON.parse(line) as [string, GridCell]];
      } catch {
        return [];
      }
    });
}

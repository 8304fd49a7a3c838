import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { TandemError } from '../../src/index.ts';

/**
 * Writes a file beside its place and moves it there, so that a full disk or an end leaves no half
 * of it.
 */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new TandemError(
      'invalid_argument',
      `The file "${file}" cannot be written. Check the folder.`,
      { cause },
    );
  }
}

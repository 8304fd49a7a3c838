import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { TandemError } from '../../src/index.ts';
import { withoutControls } from './page/shown-text.ts';

/**
 * Writes a file beside its place and moves it there, so that a full disk or an end leaves no half
 * of it. What documents and models wrote is shown by terminals and sheets: nothing that they would
 * obey goes into it.
 */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    writeFileSync(beside, text.split('\r\n').map(withoutControls).join('\r\n'));
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

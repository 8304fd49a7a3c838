import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { TandemError } from '../../src/index.ts';
import { withoutControls } from './page/shown-text.ts';

/**
 * Writes what documents and models wrote, which terminals and sheets show: nothing that they would
 * obey goes into it. As `writeFileWhole`.
 */
export function writeWhole(file: string, text: string): void {
  writeFileWhole(file, text.split('\r\n').map(withoutControls).join('\r\n'));
}

/**
 * Writes a file beside its place and moves it there, so that a full disk or an end leaves no half
 * of it, and what was there before. @throws TandemError `invalid_argument`
 */
export function writeFileWhole(file: string, text: string): void {
  const beside = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const isThere = existsSync(file);
    writeFileSync(beside, text, isThere ? { mode: statSync(file).mode } : {});
    renameSync(beside, isThere ? realpathSync(file) : file);
  } catch (cause) {
    rmSync(beside, { force: true });
    const { code = 'no code' } = cause as { code?: string };
    throw new TandemError(
      'invalid_argument',
      `The file "${file}" cannot be written (${code}). Check the folder and the space left.`,
      { cause },
    );
  }
}

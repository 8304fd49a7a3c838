// Ten small tasks on the package of this folder. Each has a plan of one-file changes, an acceptance
// that the assistant never sees, and the right change with one that slips, by which a solver can be
// simulated.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A piece of text that is replaced by another. */
export type Edit = readonly [find: string, replace: string];

/** One change of one file. */
export interface TaskStep {
  readonly file: string;
  readonly instruction: string;
  /** Words that the file must have afterwards. */
  readonly present?: readonly string[];
  readonly right: readonly Edit[];
  /** A change of the right text that compiles and is wrong. */
  readonly slip: Edit;
}

/** A task as somebody would ask for it. */
export interface CodeTask {
  readonly id: string;
  readonly asked: string;
  readonly steps: readonly TaskStep[];
  /** Statements of a test that hold when it is done. */
  readonly accept: string;
}

export const tasks = JSON.parse(
  readFileSync(join(import.meta.dirname, 'tasks.json'), 'utf8'),
) as readonly CodeTask[];

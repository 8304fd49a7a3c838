import type { Passage } from '../../../documents/cited-extract.ts';
import type { JobTask } from '../plan.ts';

/** One task on one chunk. */
export interface Job {
  readonly id: string;
  readonly task: JobTask;
  readonly passage: Passage;
  /** Where its quotes must stand. */
  readonly places: readonly Passage[];
  /** Position of its chunk and of its task. */
  readonly row: number;
  readonly column: number;
  /** From 1; samples after the first are drawn with chance. */
  readonly sample: number;
}

/** Lists the jobs of a round, grouped by chunk, so that an engine can reuse the chunk's prefix. */
export function jobsOf(
  tasks: readonly JobTask[],
  {
    passages,
    selected,
    round,
  }: { passages: readonly Passage[]; selected: readonly ReadonlySet<number>[]; round: number },
): Job[][] {
  const prefix = round === 1 ? '' : `round ${round} `;
  return passages.flatMap((passage, row) => {
    const group = tasks.flatMap((task, column) => {
      if (!selected[column]!.has(row)) return [];
      return Array.from({ length: task.samples ?? 1 }, (_, index): Job => {
        const sample = index === 0 ? '' : ` sample ${index + 1}`;
        const id = `${prefix}chunk ${row + 1} ${task.id}${sample}`;
        return { id, task, passage, places: [passage], row, column, sample: index + 1 };
      });
    });
    return group.length > 0 ? [group] : [];
  });
}

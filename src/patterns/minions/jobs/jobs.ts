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
  const groups = passages.map((passage, row) => {
    const chosen = [...tasks.entries()].filter(([column]) => selected[column]!.has(row));
    const group: Job[] = [];
    for (const [column, task] of chosen) {
      for (let sample = 1; sample <= (task.samples ?? 1); sample++) {
        const drawn = sample === 1 ? '' : ` sample ${sample}`;
        const id = `${prefix}chunk ${row + 1} ${task.id}${drawn}`;
        group.push({ id, task, passage, places: [passage], row, column, sample });
      }
    }
    return group;
  });
  return groups.filter(group => group.length > 0);
}

import * as z from 'zod';
import type { Passage } from '../../documents/cited-extract.ts';

/** What local workers shall do, as data: tasks, each over every chunk. The cloud writes it without the document. */
export const jobPlanSchema = z.strictObject({
  tasks: z
    .array(z.strictObject({ id: z.string().min(1).max(40), question: z.string().min(1).max(1000) }))
    .min(1)
    .max(8),
  chunking: z.strictObject({
    by: z.enum(['page', 'paragraph', 'line']),
    characters: z.number().int().min(500).max(20_000),
  }),
});

/** Tasks, and how documents are cut for them. */
export type JobPlan = z.infer<typeof jobPlanSchema>;

/** One task on one chunk. */
export interface Job {
  readonly id: string;
  readonly task: JobPlan['tasks'][number];
  readonly passage: Passage;
}

/** The plan that asks every chunk the question itself (chunks of about 3,000 characters, as in MINIONS). */
export function plainPlan(question: string): JobPlan {
  const asked = question.slice(0, 1000) || 'What does the text say?';
  return { tasks: [{ id: 'question', question: asked }], chunking: { by: 'paragraph', characters: 3000 } };
}

/** Lists the jobs of a plan: those of one chunk stand together, so that an engine can reuse the chunk's prefix. */
export function jobsOf(plan: JobPlan, passages: readonly Passage[]): Job[] {
  return passages.flatMap((passage, index) =>
    plan.tasks.map(task => ({ id: `chunk ${index + 1} ${task.id}`, task, passage })),
  );
}

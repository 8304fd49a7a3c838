import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { cutting } from '../../documents/cutting.ts';

const range = later(() =>
  z.strictObject({ from: z.number().int().min(1), to: z.number().int().min(1) }),
);

const selection = later(() =>
  z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('all') }),
    z.strictObject({ by: z.literal('best'), top: z.number().int().min(1).max(2000) }),
    z.strictObject({ by: z.literal('pages'), ranges: z.array(range()).min(1).max(50) }),
    z.strictObject({
      by: z.literal('answers'),
      round: z.number().int().min(1).max(20),
      neighbours: z.number().int().min(0).max(5).optional(),
    }),
  ]),
);

const task = later(() =>
  z.strictObject({
    id: z.string().min(1).max(40),
    question: z.string().min(1).max(1000),
    select: selection().optional(),
    combine: z.enum(['all', 'list', 'vote', 'best']).optional(),
    samples: z.number().int().min(1).max(5).optional(),
  }),
);

/**
 * What local workers shall do, as data: tasks, the chunks that each reads (all, the best n by BM25,
 * pages, or those around the answers of a round before), how often it is asked, how its answers are
 * combined; and how documents are cut. The cloud writes it without the document.
 */
export const jobPlanSchema = later(() =>
  z.strictObject({
    tasks: z
      .array(task())
      .min(1)
      .max(8)
      .refine(
        tasks => new Set(tasks.map(({ id }) => id)).size === tasks.length,
        'two tasks have the same id',
      ),
    chunking: cutting(),
    followUp: z.boolean().optional(),
  }),
);

/** The keys that a selection may have, by what it selects by. */
export const selectionKeys: Readonly<Record<string, readonly string[]>> = {
  all: ['by'],
  best: ['by', 'top'],
  pages: ['by', 'ranges'],
  answers: ['by', 'round', 'neighbours'],
};
export const everySelectionKey: readonly string[] = Object.values(selectionKeys).flat();

/**
 * The same plan as models are given it: a selection is one object with all keys, since clouds that
 * hold a model to a schema refuse alternatives that begin alike.
 */
export const wantedPlan = later(() =>
  z.strictObject({
    ...jobPlanSchema().shape,
    tasks: z.array(
      z.strictObject({
        ...task().shape,
        select: z
          .strictObject({
            by: z.enum(['all', 'best', 'pages', 'answers']),
            top: z.number().int().optional(),
            ranges: z.array(range()).optional(),
            round: z.number().int().optional(),
            neighbours: z.number().int().optional(),
          })
          .optional(),
      }),
    ),
  }),
);

/** Tasks, and how documents are cut for them. */
export type JobPlan = z.infer<ReturnType<typeof jobPlanSchema>>;
export type JobTask = JobPlan['tasks'][number];

/**
 * The plan that asks every chunk the question itself (chunks of about 3,000 characters, as in
 * MINIONS).
 * @example
 * ```ts
 * const reader = minions({ local, cloud, plan: plainPlan });
 * ```
 */
export function plainPlan(question: string): JobPlan {
  const asked = question.slice(0, 1000) || 'What does the text say?';
  return {
    tasks: [{ id: 'question', question: asked }],
    chunking: { by: 'paragraph', characters: 3000 },
  };
}

/** What a model that writes plans is told of them. */
export const planRules =
  'A plan: "tasks" is 1 to 8 short extraction questions, each of which a chunk alone can answer; ' +
  '"chunking" says how the ' +
  'documents are cut ("by": page, section, paragraph, sentence, line, row, entry, symbol or ' +
  'tokens; "characters" of a ' +
  'chunk, 3000 if you say nothing). A task may have "select": {"by": "all"}, {"by": "best", ' +
  '"top": n} for the n chunks ' +
  'that share most words with it, {"by": "pages", "ranges": [{"from": 1, "to": 5}]}, or {"by": ' +
  '"answers", "round": 1} ' +
  'to look again around what that round found; "combine": all, list, vote (the commonest answer) ' +
  'or best; and "samples", ' +
  'how often each chunk is asked. Set "followUp" to true only if what is found decides what must ' +
  'be asked next.';

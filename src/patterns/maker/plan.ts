import * as z from 'zod';
import { jsonIn } from '../../algorithms/json-in.ts';
import { TandemError } from '../../model/errors.ts';

/** A decomposition, as data: it is checked and shown, never executed. */
export const planSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(40),
        instruction: z.string().min(1).max(2000),
      }),
    )
    .min(1)
    .max(200),
});

export type Plan = z.infer<typeof planSchema>;

/** What a solver answers to a step. */
export const moveSchema = z.strictObject({
  /** The result of the step. */
  action: z.union([z.string(), z.number(), z.boolean()]),
  /** All that the following steps need to know. */
  state: z.string().max(8000),
});

/** Reads a plan from a planner's answer. @throws TandemError `bad_answer` that says what is wrong with it */
export function readPlan(text: string, modelId: string): Plan {
  const parsed = planSchema.safeParse(jsonIn(text));
  if (!parsed.success) throw badPlan(modelId, issuesOf(parsed.error));
  const seen = new Set<string>();
  for (const { id } of parsed.data.steps) {
    if (seen.has(id)) throw badPlan(modelId, `the step id "${id}" is used twice`);
    seen.add(id);
  }
  return parsed.data;
}

function issuesOf(error: z.ZodError): string {
  const [first] = error.issues;
  const place = first?.path.join('.') || 'the answer';
  return `${place}: ${first?.message ?? 'invalid'}`;
}

function badPlan(modelId: string, what: string): TandemError {
  return new TandemError(
    'bad_answer',
    `"${modelId}" wrote a plan that cannot be used (${what}). Ask again, or use a planner that follows a JSON schema.`,
    { data: { modelId, what } },
  );
}

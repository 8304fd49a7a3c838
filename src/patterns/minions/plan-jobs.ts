import * as z from 'zod';
import { jsonIn } from '../../algorithms/json-in.ts';
import type { Document } from '../../documents/document.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Ask } from '../../model/ask.ts';
import { placeIsClosed } from '../../model/degrade.ts';
import { TandemError } from '../../model/errors.ts';
import type { Call, JsonSchema, LanguageModel } from '../../model/types.ts';
import { type JobPlan, jobPlanSchema, plainPlan } from './jobs.ts';

/** A plan with who wrote it. */
export interface Planned {
  readonly plan: JobPlan;
  readonly origin: string;
}

/**
 * Lets a planner write the jobs from the question and the documents' titles and lengths, never their text: so its
 * call is released.
 * A plan that fails its check twice gives way to the plain one.
 */
export async function planJobs(
  ask: Ask,
  planner: LanguageModel,
  { question, documents }: { question: string; documents: readonly Document[] },
): Promise<Planned> {
  const call = planCall(question, documents);
  const plain = plainPlan(question);
  try {
    for (const id of ['plan', 'plan again']) {
      const plan = readPlan(textOf(await ask(planner, call, { id, release: true })));
      if (plan) return { plan, origin: `jobs planned by ${planner.modelId}` };
    }
  } catch (error) {
    if (!TandemError.isInstance(error) || !placeIsClosed(error)) throw error;
    return { plan: plain, origin: `plain jobs, planner: ${error.code}` };
  }
  return { plan: plain, origin: `plain jobs, since ${planner.modelId} wrote no usable plan` };
}

function readPlan(text: string): JobPlan | undefined {
  const parsed = jobPlanSchema.safeParse(jsonIn(text));
  return parsed.success ? parsed.data : undefined;
}

const system =
  'You direct small models that read a document you cannot see. They see one chunk at a time, forget all else, and ' +
  'follow one simple instruction well. Write 1 to 3 short extraction questions that together find all that is needed ' +
  'to answer the request, and choose how to cut the document. Do not answer the request. Answer in JSON.';

function planCall(question: string, documents: readonly Document[]): Call {
  const files = documents.map(({ title, mediaType, text, pages }) => {
    const size = `${text.length} characters, ${pages.length} pages`;
    return `- ${title} (${mediaType}, ${size})`;
  });
  return userCall(`<request>\n${question}\n</request>\n<documents>\n${files.join('\n')}\n</documents>`, {
    system,
    temperature: 0,
    responseFormat: { type: 'json', schema: z.toJSONSchema(jobPlanSchema) as JsonSchema },
  });
}

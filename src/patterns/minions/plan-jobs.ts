import type * as z from 'zod';
import { withoutNulls } from '../../algorithms/strict-schema.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { headingsIn } from '../../algorithms/text/part-spans.ts';
import { answerSchema } from '../../config/answer-schema.ts';
import type { Document } from '../../documents/document.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { constantText } from '../../model/border/constant-text.ts';
import { TandemError } from '../../model/errors.ts';
import { failureOf, failureWord } from '../../model/leaf/failure.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import type { LanguageModel } from '../../model/types.ts';
import {
  everySelectionKey,
  type JobPlan,
  jobPlanSchema,
  plainPlan,
  planRules,
  selectionKeys,
  wantedPlan,
} from './plan.ts';

/** A plan with who wrote it. */
export interface Planned {
  readonly plan: JobPlan;
  readonly origin: string;
}

/** What a planner may know: the question, and facts about the documents, none of their text. */
export interface PlanFacts {
  readonly question: string;
  /** What `describeDocuments` says. */
  readonly documents: Described;
  /** Notes of the rounds before, if there were any. */
  readonly notes?: string;
  readonly round: number;
}

/**
 * Lets a planner write the jobs. A plan that fails its check is refused with the reason; the second
 * one gives way to the plain plan.
 */
export async function planJobs(
  ask: Ask,
  planner: LanguageModel,
  facts: PlanFacts,
): Promise<Planned> {
  const plain = plainPlan(facts.question);
  let refusal = '';
  try {
    for (const id of ['plan', 'plan again']) {
      const call = planCall(facts, refusal);
      const as = {
        id: facts.round === 1 ? id : `${id} ${facts.round}`,
        name: 'plan',
        release: facts.documents.headings,
      };
      const read = readPlan(jsonIn(textOf(await ask(planner, call, as))));
      if ('plan' in read) return { plan: read.plan, origin: `jobs planned by ${planner.modelId}` };
      refusal = read.refusal;
    }
  } catch (error) {
    if (!TandemError.isInstance(error) || !givesWay(error)) throw error;
    return { plan: plain, origin: `plain jobs, planner: ${failureWord(error)}` };
  }
  return { plan: plain, origin: `plain jobs, since ${planner.modelId} wrote no usable plan` };
}

// A filter that takes our words about planning for an attack has not refused the request.
function givesWay(error: TandemError): boolean {
  return placeIsClosed(error) || failureOf(error) === 'content_refused';
}

/** Checks a plan; says which of its fields are wrong. */
export function readPlan(value: unknown): { plan: JobPlan } | { refusal: string } {
  const asked = withoutUnasked(withoutNulls(value));
  let parsed = jobPlanSchema().safeParse(asked);
  if (!parsed.success) parsed = jobPlanSchema().safeParse(withoutMisfits(asked, parsed.error));
  if (parsed.success) return { plan: parsed.data };
  if (typeof value !== 'object') return { refusal: 'It was no JSON object.' };
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'plan'}: ${message}`);
  return { refusal: faults.join('; ').slice(0, 600) };
}

// Nor does it know their ranges: a plan stands without what it may leave out.
function withoutMisfits(value: unknown, { issues }: z.ZodError): unknown {
  const plan = structuredClone(value);
  for (const { path } of issues) {
    const key = path.at(-1);
    const holder = path
      .slice(0, -1)
      .reduce<unknown>(
        (part, name) => (part as Readonly<Record<PropertyKey, unknown>> | undefined)?.[name],
        plan,
      );
    if (typeof holder === 'object' && holder !== null && optionalKeys.includes(String(key)))
      Reflect.deleteProperty(holder, key!);
  }
  return plan;
}

const optionalKeys: readonly string[] =
  'characters tokens overlap combine samples neighbours followUp'.split(' ');

// A model that is held to the schema writes every key of a selection, whatever it selects by.
function withoutUnasked(value: unknown): unknown {
  const { tasks } = (value ?? {}) as { tasks?: unknown };
  if (!Array.isArray(tasks)) return value;
  return { ...(value as object), tasks: tasks.map(withKnownSelection) };
}

function withKnownSelection(task: unknown): unknown {
  const { select } = (task ?? {}) as { select?: unknown };
  const { by } = (select ?? {}) as { by?: unknown };
  const keys = typeof by === 'string' ? selectionKeys[by] : undefined;
  if (!keys) return task;
  const kept = Object.entries(select as object).filter(
    ([key]) => keys.includes(key) || !everySelectionKey.includes(key),
  );
  return { ...(task as object), select: Object.fromEntries(kept) };
}

const mostHeadings = 60;
// Eight tasks take a quarter of it; weak planners do not end.
const planTokens = 2000;

/** What a planner is told of documents, and what of it is text of theirs. */
export interface Described {
  readonly text: string;
  readonly headings: readonly string[];
}

/**
 * Describes documents by title, kind and size; by their headings too where they may be shown: those
 * are text of the document.
 */
export function describeDocuments(
  documents: readonly Document[],
  showsOutline: boolean,
): Described {
  const headings: string[] = [];
  const described = documents.slice(0, 100).map((document, index) => {
    const { mediaType, text, pages, withoutText } = document;
    const unread = withoutText ? `, ${withoutText.length} of them without text` : '';
    const size = `${text.length} characters, ${pages.length} pages${unread}`;
    const line = `- ${titleOf(document, index)} (${mediaType}, ${size})`;
    const isShown =
      document.label === 'cloud-allowed' || (showsOutline && document.label === 'extracts');
    const outline = isShown ? outlineOf(text) : [];
    headings.push(...outline);
    return [line, ...outline].join('\n');
  });
  const more = documents.length > 100 ? [`- and ${documents.length - 100} more`] : [];
  return { text: [...described, ...more].join('\n'), headings };
}

// A title may be a line of the document; the folders that it lies in stay here.
function titleOf({ title: path, text, label }: Document, index: number): string {
  const title = path.split(/[\\/]/).at(-1)!;
  const name = title.replace(/\.\w{1,5}$/, '');
  const isLine = name.split(/[\s,;|]+/).length > 3 && text.includes(name);
  return isLine && label !== 'cloud-allowed' ? `document ${index + 1}` : title;
}

function outlineOf(text: string): string[] {
  const headings = headingsIn(text);
  return headings.slice(0, mostHeadings).map(({ title, level }) => `${'  '.repeat(level)}${title}`);
}

/** Gives the schema of a plan, as a model gets it. */
export const planJsonSchema = () => answerSchema(wantedPlan());

/** What a planner is told; it is part of what a run sends. */
export const instructionsOfPlan =
  'You direct small models that read documents you cannot see. They see one chunk at a time, ' +
  'forget all else, and ' +
  'follow one simple instruction well. Plan what they shall look for, so that all that is needed ' +
  'to answer the request ' +
  `is found. Do not answer the request. Answer in JSON. ${planRules}`;
constantText(instructionsOfPlan);

function planCall({ question, documents, notes }: PlanFacts, refusal: string) {
  const parts = [
    `<request>\n${question}\n</request>`,
    `<documents>\n${documents.text}\n</documents>`,
    ...(notes ? [`<notes>\n${notes}\n</notes>`] : []),
    ...(refusal ? [`Your last plan was refused. ${refusal}`] : []),
  ];
  return userCall(parts.join('\n'), {
    system: instructionsOfPlan,
    temperature: 0,
    maxOutputTokens: planTokens,
    responseFormat: { type: 'json', schema: planJsonSchema() },
  });
}

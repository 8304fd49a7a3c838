import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { withoutNulls } from '../../algorithms/strict-schema.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { TandemError } from '../../model/errors.ts';
import type { OfSchema } from '../../model/of-schema.ts';

const resultTypes = ['text', 'number', 'boolean', 'date', 'list', 'object'] as const;

/** What a step results in. */
export type ResultType = (typeof resultTypes)[number];

const checkSchema = later(() =>
  z.strictObject({
    /** Of numbers, both ends included. */
    min: z.number().optional(),
    max: z.number().optional(),
    oneOf: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .max(100)
      .optional(),
    /** Items of a list, characters of a text. */
    length: z.number().int().min(0).optional(),
    /** Id of a needed list whose items must be the same, in any order, as sorting keeps them. */
    sameItemsAs: z.string().optional(),
  }),
);

// Of other results a check says nothing; weak planners fill in every one of them.
const checkedTypes: Readonly<Record<string, readonly unknown[]>> = {
  min: ['number'],
  max: ['number'],
  oneOf: ['text', 'date', 'number', 'boolean'],
  length: ['text', 'list', 'object'],
  sameItemsAs: ['list'],
};

/** What a result must be beside its type: data, that our code checks. */
export type Check = OfSchema<typeof checkSchema>;

const nodeSchema = later(() =>
  z.strictObject({
    id: z.string().min(1).max(40),
    instruction: z.string().min(1).max(2000),
    /** Ids of the steps, or of what is given, whose results it needs. */
    needs: z.array(z.string()).max(20).default([]),
    type: z.enum(resultTypes).default('text'),
    check: checkSchema().optional(),
    /** False if the step is to be broken down further. */
    atomic: z.boolean().default(true),
  }),
);

/** A decomposition, as data: a graph of typed steps. It is checked and shown, never executed. */
export const planSchema = later(() =>
  z.strictObject({
    steps: z.array(nodeSchema()).min(1).max(100),
    /** Id of the step whose result is the answer. Default: the last step. */
    answer: z.string().optional(),
  }),
);

/** A step of a plan. */
export type PlanNode = OfSchema<typeof nodeSchema>;

/** A plan that has passed its checks. */
export type Plan = Required<OfSchema<typeof planSchema>>;

/** What a plan must fit. */
export interface PlanFrame {
  /** Ids of results that are given, beside those of its own steps. */
  readonly given: readonly string[];
  /** What the answer must be; absent: anything. */
  readonly answerType?: ResultType;
}

/**
 * Reads a plan from a planner's answer; returns what is wrong with it as a text. Needs that no step
 * gives mostly name what stands in the request, which each step sees: they are dropped, and so are
 * steps that nothing uses and checks that say nothing of their step's type. An answer that is no
 * step is the one that no other step needs, if there is but one.
 */
export function readPlan(text: string, frame: PlanFrame): Plan | string {
  const parsed = planSchema().safeParse(withFittingChecks(withoutNulls(jsonIn(text))));
  if (!parsed.success) return issueOf(parsed.error);
  const { steps: written, answer: wanted = written.at(-1)!.id } = parsed.data;
  const known = new Set(frame.given);
  for (const { id } of written) {
    if (known.has(id)) return `the step id "${id}" is used twice`;
    known.add(id);
  }
  for (const { id, needs, check } of written) {
    if (check?.sameItemsAs !== undefined && !needs.includes(check.sameItemsAs)) {
      return `the check of "${id}" speaks of "${check.sameItemsAs}", which it does not need`;
    }
  }
  const steps = written.map(step => withKnownNeeds(step, known));
  const answer = steps.some(({ id }) => id === wanted) ? wanted : (onlyEndOf(steps) ?? wanted);
  const fault = faultOfGraph({ steps, answer }, frame);
  return fault ?? { steps: usedSteps(steps, answer), answer };
}

function withFittingChecks(written: unknown): unknown {
  const { steps, ...rest } = Object(written) as { readonly steps?: unknown };
  return Array.isArray(steps) ? { steps: steps.map(withFittingCheck), ...rest } : written;
}

function withFittingCheck(step: unknown): unknown {
  const { check, ...rest } = Object(step) as { readonly check?: unknown; readonly type?: unknown };
  if (check === undefined) return step;
  const type = rest.type ?? 'text';
  const schemas: Readonly<Record<string, z.ZodType>> = checkSchema().shape;
  const fitting = Object.entries(Object(check)).filter(
    ([name, value]) =>
      checkedTypes[name]?.includes(type) &&
      schemas[name]?.safeParse(value).success &&
      (name !== 'oneOf' || mayResultIn(type, value as readonly unknown[])),
  );
  return fitting.length > 0 ? { ...rest, check: Object.fromEntries(fitting) } : rest;
}

// A number is none of ["0", "1", "2"]: such a list would refuse each right answer.
function mayResultIn(type: unknown, allowed: readonly unknown[]): boolean {
  const wanted = type === 'number' || type === 'boolean' ? type : 'string';
  return allowed.every(value => typeof value === wanted);
}

function withKnownNeeds(step: PlanNode, known: ReadonlySet<string>): PlanNode {
  const needs = step.needs.filter(need => known.has(need));
  if (needs.length === step.needs.length) return step;
  const { check, ...rest } = step;
  const { sameItemsAs, ...kept } = check ?? {};
  const isKnown = sameItemsAs !== undefined && known.has(sameItemsAs);
  return { ...rest, needs, ...(check && { check: isKnown ? check : kept }) };
}

// Weak planners write the answer itself where its step is to be named.
function onlyEndOf(steps: readonly PlanNode[]): string | undefined {
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  const ends = steps.filter(({ id }) => !needed.has(id));
  return ends.length === 1 ? ends[0]!.id : undefined;
}

function usedSteps(steps: readonly PlanNode[], answer: string): readonly PlanNode[] {
  const byId = new Map(steps.map(step => [step.id, step]));
  const used = new Set<string>();
  const use = (id: string): void => {
    if (used.has(id)) return;
    used.add(id);
    for (const need of byId.get(id)?.needs ?? []) use(need);
  };
  use(answer);
  return steps.filter(({ id }) => used.has(id));
}

function faultOfGraph(plan: Plan, { answerType }: PlanFrame): string | undefined {
  const last = plan.steps.find(({ id }) => id === plan.answer);
  if (!last) return `the answer is to be "${plan.answer}", which is no step`;
  if (answerType && last.type !== answerType)
    return `the answer must be of type ${answerType}, "${last.id}" is ${last.type}`;
  const cycle = findCycle(plan.steps);
  return cycle && `the steps go in a circle: ${cycle.join(' → ')}`;
}

/** Finds steps that wait for each other. */
function findCycle(steps: readonly PlanNode[]): string[] | undefined {
  const byId = new Map(steps.map(step => [step.id, step]));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    const step = byId.get(id);
    if (done.has(id) || !step) return undefined;
    for (const need of step.needs) {
      const cycle = visit(need, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const { id } of steps) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function issueOf(error: z.ZodError): string {
  const [first] = error.issues;
  return `${first?.path.join('.') || 'the answer'}: ${first?.message ?? 'invalid'}`;
}

/** The error of a planner that wrote no plan that can be used. */
export function badPlan(modelId: string, what: string): TandemError {
  return new TandemError(
    'bad_answer',
    `"${modelId}" wrote no plan that can be used (${what}). Ask again, or use a planner that ` +
      'follows a JSON schema.',
    { data: { modelId, what } },
  );
}

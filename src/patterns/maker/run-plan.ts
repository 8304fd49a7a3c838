import * as z from 'zod';
import { seedOf } from '../../algorithms/seeded-random.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import type { FilePart, LanguageModel } from '../../model/types.ts';
import type { Plan, PlanNode, ResultType } from './plan.ts';
import { type Goal, stepPrompt } from './prompts.ts';
import { failedCheck, type Result, readResult, resultKey } from './result.ts';
import { decide, type StepDecision, unconverged, type Voting } from './solve/decide.ts';
import { samplerOf } from './solve/sampler.ts';
import type { Move, RedFlag, Task } from './solve/task.ts';
import { type PlanVoting, votePlan } from './vote-plan.ts';

/** How a request is carried out. */
export interface PlannedWork {
  readonly ask: Ask;
  readonly goal: Goal;
  readonly files: readonly FilePart[];
  /** Votes take turns among them. */
  readonly solvers: readonly LanguageModel[];
  readonly escalate: LanguageModel | undefined;
  readonly voting: Omit<Voting<null>, 'samplers'>;
  readonly planning: PlanVoting;
  /** In how many ways a step is asked for, in turn. */
  readonly wordings: number;
  /** How often steps may be broken down further. */
  readonly maxDepth: number;
  readonly count: Count;
}

/** What was done; it grows while steps run. */
export interface Count {
  steps: number;
  samples: number;
  flagged: number;
  escalated: number;
  /** Steps that were broken down because they had no winner. */
  replanned: number;
}

interface StepPlace {
  /** Ids of the steps around, for names: `total/`. */
  readonly path: string;
  readonly depth: number;
  readonly given: ReadonlyMap<string, Result>;
  readonly types: ReadonlyMap<string, ResultType>;
  readonly schema: Goal['schema'];
}

/**
 * Carries a plan out: every step that the answer depends on, as soon as it has what it needs, those
 * that do not need each other at the same time. @throws TandemError `not_converged` with the votes
 */
export function runPlan(work: PlannedWork, plan: Plan): Promise<Result> {
  const { schema } = work.goal;
  return runGraph(work, plan, { path: '', depth: 0, given: new Map(), types: new Map(), schema });
}

async function runGraph(work: PlannedWork, plan: Plan, place: StepPlace): Promise<Result> {
  const byId = new Map(plan.steps.map(step => [step.id, step]));
  const begun = new Map<string, Promise<Result>>();
  const resultOf = (id: string): Promise<Result> => {
    const known = begun.get(id);
    if (known) return known;
    const step = byId.get(id);
    const result = step ? run(step) : Promise.resolve(place.given.get(id)!);
    // Handled here too, so that a step nobody waits for any more cannot end the process.
    result.catch(() => {});
    begun.set(id, result);
    return result;
  };
  const run = async (node: PlanNode): Promise<Result> => {
    const needed = await Promise.all(node.needs.map(async id => [id, await resultOf(id)] as const));
    const types = new Map(
      node.needs.map(id => [id, byId.get(id)?.type ?? place.types.get(id) ?? 'text'] as const),
    );
    const schema = node.id === plan.answer ? place.schema : undefined;
    return runNode(work, node, { ...place, given: new Map(needed), types, schema });
  };
  return resultOf(plan.answer);
}

async function runNode(work: PlannedWork, node: PlanNode, place: StepPlace): Promise<Result> {
  const canBreak = place.depth < work.maxDepth;
  if (!node.atomic && canBreak) return breakDown(work, node, place);
  const first = await voteOn(work, work.solvers, { node, place });
  if (first.won) return first.won.action;
  const second = await escalated(work, node, place);
  if (second?.won) {
    work.count.escalated++;
    return second.won.action;
  }
  if (canBreak) {
    work.count.replanned++;
    return breakDown(work, node, place);
  }
  throw unconverged(`"${place.path}${node.id}"`, second ?? first);
}

async function escalated(
  work: PlannedWork,
  node: PlanNode,
  place: StepPlace,
): Promise<StepDecision<null, Result> | undefined> {
  if (!work.escalate) return undefined;
  try {
    return await voteOn(work, [work.escalate], { node, place, as: 'escalated ' });
  } catch (error) {
    if (TandemError.isInstance(error) && placeIsClosed(error)) return undefined;
    throw error;
  }
}

async function breakDown(work: PlannedWork, node: PlanNode, place: StepPlace): Promise<Result> {
  const path = `${place.path}${node.id}/`;
  const goal: Goal = { ...work.goal, step: node, given: place.types };
  const frame = { given: [...place.given.keys()], answerType: node.type };
  const { plan } = await votePlan(work.ask, work.planning, { goal, frame, path });
  return runGraph(work, plan, { ...place, path, depth: place.depth + 1 });
}

async function voteOn(
  work: PlannedWork,
  models: readonly LanguageModel[],
  { node, place, as = '' }: { node: PlanNode; place: StepPlace; as?: string },
): Promise<StepDecision<null, Result>> {
  const name = `${place.path}${node.id}`;
  const named = ({ vote }: { vote: number }) => `${as}step ${name} vote ${vote + 1}`;
  const samplers = models.map(model =>
    samplerOf<null>(model, { ask: work.ask, files: work.files, named }),
  );
  if (as === '') work.count.steps++;
  const step = { task: taskOf(work, node, place), state: null, index: work.count.steps - 1 };
  // The seed goes by the step's name: steps run at the same time, and their order may differ.
  const decision = await decide(step, {
    ...work.voting,
    samplers,
    seed: seedOf(`${work.voting.seed} ${as}${name}`),
  });
  work.count.samples += decision.samples;
  work.count.flagged += decision.flags.length;
  return decision;
}

/** A task of one step. */
function taskOf(
  { goal, wordings }: PlannedWork,
  node: PlanNode,
  place: StepPlace,
): Task<null, Result> {
  const asked = { request: goal.request, schema: place.schema };
  const schema = schemaOf(place.schema);
  return {
    name: `step ${place.path}${node.id}`,
    initial: null,
    isDone: () => false,
    wordings,
    prompt: (_state, wording) => stepPrompt(asked, node, { inputs: place.given, wording }),
    parse: text => readMove(text, { node, place, schema }),
    apply: () => null,
    key: result => resultKey(node.type, result),
  };
}

function readMove(
  text: string,
  { node, place, schema }: { node: PlanNode; place: StepPlace; schema: z.ZodType | undefined },
): Move<null, Result> | RedFlag {
  const given = jsonIn(text, hasResult);
  // A list of one object is the object; other keys say nothing that is asked for.
  const [said] = Array.isArray(given) && given.length === 1 ? given : [given];
  if (!hasResult(said)) return { redFlag: 'malformed' };
  const read = readResult(node.type, said.result);
  if ('redFlag' in read) return read;
  const failed = failedCheck(node.check, read.value, place.given);
  if (failed !== undefined) return { redFlag: failed };
  if (schema && !schema.safeParse(read.value).success)
    return { redFlag: 'does not match the JSON schema' };
  return { action: read.value };
}

function hasResult(value: unknown): value is { readonly result: unknown } {
  const [only] = Array.isArray(value) && value.length === 1 ? value : [value];
  return typeof only === 'object' && only !== null && 'result' in only;
}

function schemaOf(schema: Goal['schema']): z.ZodType | undefined {
  if (!schema) return undefined;
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    // A keyword that cannot be checked here: the SDK checks the whole answer again.
    return undefined;
  }
}

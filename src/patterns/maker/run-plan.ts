import { TandemError } from '../../model/errors.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import { addAgreement, noAgreement } from './agreement.ts';
import { chooseResult, hasOpenResult } from './choose-result.ts';
import { type DecidedStep, type StepPlace, type VotedStep, voteOnStep } from './decide-step.ts';
import { badPlan, type Plan, type PlanNode } from './plan.ts';
import type { PlannedWork } from './planned-work.ts';
import type { Goal } from './prompts.ts';
import type { Result } from './result.ts';
import { isSamePlan } from './same-plan.ts';
import { faultIn, unconverged } from './solve/vote-table.ts';
import { votePlan } from './vote-plan.ts';

/**
 * Carries a plan out: every step that the answer depends on, as soon as it has what it needs, those
 * that do not need each other at the same time. @throws TandemError `not_converged` with the votes
 */
export async function runPlan(work: PlannedWork, plan: Plan): Promise<Result> {
  const { schema } = work.goal;
  const place = { path: '', depth: 0, given: new Map(), types: new Map(), schema };
  const { result } = await runGraph(work, plan, { ...place, seen: noAgreement, steps: 1 });
  return result;
}

async function runGraph(work: PlannedWork, plan: Plan, place: StepPlace): Promise<DecidedStep> {
  const byId = new Map(plan.steps.map(step => [step.id, step]));
  const begun = new Map<string, Promise<DecidedStep>>();
  const steps = place.steps - 1 + plan.steps.length;
  const resultOf = (id: string): Promise<DecidedStep> => {
    const known = begun.get(id);
    if (known) return known;
    const step = byId.get(id);
    const given = { result: place.given.get(id)!, seen: noAgreement };
    const result = step ? run(step) : Promise.resolve(given);
    // Handled here too, so that a step nobody waits for any more cannot end the process.
    result.catch(() => {});
    begun.set(id, result);
    return result;
  };
  const run = async (node: PlanNode): Promise<DecidedStep> => {
    const needed = await Promise.all(node.needs.map(async id => [id, await resultOf(id)] as const));
    const types = new Map(
      node.needs.map(id => [id, byId.get(id)?.type ?? place.types.get(id) ?? 'text'] as const),
    );
    const schema = node.id === plan.answer ? place.schema : undefined;
    const given = new Map(needed.map(([id, { result }]) => [id, result] as const));
    const seen = needed.map(([, each]) => each.seen).reduce(addAgreement, place.seen);
    return runNode(work, node, { ...place, given, types, schema, seen, steps });
  };
  return resultOf(plan.answer);
}

async function runNode(work: PlannedWork, node: PlanNode, place: StepPlace): Promise<DecidedStep> {
  // Voted on first, whatever the plan says of it: weak planners call every step too large.
  const first = await voteOnStep(work, work.solvers, { node, place });
  if (first.result !== undefined) return noted(work, { node, place, voted: first });
  const fault = first.candidates.length === 0 && faultIn(first.decision);
  if (fault) work.trail.say(`step "${place.path}${node.id}" has no winner: ${fault}`);
  const second = await escalated(work, node, place);
  if (second?.result !== undefined) {
    work.count.escalated++;
    return noted(work, { node, place, voted: second });
  }
  const isChoice = node.atomic && hasOpenResult(node.type);
  const broken = isChoice ? undefined : await breakDown(work, node, place);
  if (broken) return broken;
  const chosen = await chooseResult(work, { node, place, voted: first });
  if (chosen === undefined) throw unconverged(`"${place.path}${node.id}"`, first.decision);
  work.count.chosen++;
  return noted(work, { node, place, voted: { ...first, result: chosen } });
}

/** Keeps what a step came to, for whoever looks at the plan afterwards. */
function noted(
  { trail }: PlannedWork,
  { node, place, voted }: { node: PlanNode; place: StepPlace; voted: VotedStep },
): DecidedStep {
  const { result, seen } = voted as VotedStep & { readonly result: Result };
  trail.add({ path: place.path, node, result, seen });
  return { result, seen: addAgreement(place.seen, seen) };
}

/** Asks for one answer of the model to escalate to; `undefined` where there is none to be had. */
async function escalated(
  work: PlannedWork,
  node: PlanNode,
  place: StepPlace,
): Promise<VotedStep | undefined> {
  if (!work.escalate) return undefined;
  try {
    return await voteOnStep(work, [work.escalate], { node, place, as: 'escalated ' });
  } catch (error) {
    if (TandemError.isInstance(error) && placeIsClosed(error)) return undefined;
    throw error;
  }
}

/** Breaks a step down; `undefined` where that is not possible any more, or led nowhere. */
async function breakDown(
  work: PlannedWork,
  node: PlanNode,
  place: StepPlace,
): Promise<DecidedStep | undefined> {
  if (place.depth >= work.maxDepth || work.planning.budget.left === 0) return undefined;
  const path = `${place.path}${node.id}/`;
  const goal: Goal = { ...work.goal, step: node, given: place.types };
  const frame = { given: [...place.given.keys()], answerType: node.type };
  try {
    const planned = votePlan(work.ask, work.planning, { goal, frame, path });
    const { plan } = await planned.catch(error => {
      const isGone = TandemError.isInstance(error) && placeIsClosed(error);
      throw isGone && error.code !== 'not_approved'
        ? badPlan(work.planning.planner.modelId, error.code)
        : error;
    });
    // The step said again would be voted on as it was.
    if (isSamePlan(plan, { steps: [node], answer: node.id })) return undefined;
    const decided = await runGraph(work, plan, { ...place, path, depth: place.depth + 1 });
    work.count.replanned++;
    return decided;
  } catch (error) {
    const isLost = TandemError.isInstance(error) && lost.has(error.code);
    if (isLost) return undefined;
    throw error;
  }
}

const lost = new Set<string>(['bad_answer', 'not_converged']);

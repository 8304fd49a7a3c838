import { TandemError } from '../../model/errors.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import { choiceCall, choose } from './choose.ts';
import type { StepPlace, VotedStep } from './decide-step.ts';
import type { PlanNode, ResultType } from './plan.ts';
import type { PlannedWork } from './planned-work.ts';
import { solutionDiscriminatorSystem, solutionText } from './prompts.ts';
import { type Result, resultText } from './result.ts';
import { takeCalls } from './vote-plan.ts';

// So many are shown: a small model loses its way among more.
const mostShown = 5;

/** Tells whether right answers of a type may come in so many words that no two votes are equal. */
export function hasOpenResult(type: ResultType): boolean {
  return type === 'text' || type === 'list' || type === 'object';
}

/**
 * Has one of the answers to a step chosen that no votes agree on (the solution discriminator of
 * MAKER, Algorithm 4). Where nobody can choose, it is the answer with most votes, of equals the
 * first; `undefined` where votes of a type such as numbers contradict each other, or there are
 * none.
 */
export async function chooseResult(
  work: PlannedWork,
  { node, place, voted }: { node: PlanNode; place: StepPlace; voted: VotedStep },
): Promise<Result | undefined> {
  const { candidates } = voted;
  const [first] = candidates;
  if (first === undefined || !hasOpenResult(node.type)) return undefined;
  const shown = candidates.slice(0, mostShown);
  const asked = { request: work.goal.request, step: node.instruction };
  const text = (order: readonly number[]) =>
    solutionText(
      asked,
      order.map(index => resultText(shown[index]!)),
    );
  const { chooser, planning } = work;
  const isPlanner = chooser === planning.discriminator;
  if (shown.length === 1) return first;
  try {
    return await choose(shown, {
      k: planning.k,
      take: wanted => (isPlanner ? takeCalls(planning.budget, wanted) : wanted),
      vote: (n, order) => {
        const call = choiceCall(n, { system: solutionDiscriminatorSystem, text: text(order) });
        return work.ask(chooser, call, { id: `choose ${place.path}${node.id} ${n + 1}` });
      },
    });
  } catch (error) {
    const isNobody =
      TandemError.isInstance(error) && (placeIsClosed(error) || error.code === 'bad_answer');
    if (isNobody) return first;
    throw error;
  }
}

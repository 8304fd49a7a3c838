import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import type { LanguageModel } from '../../model/types.ts';
import { choiceCall, choose } from './choose.ts';
import { badPlan, type Plan, type PlanFrame, readPlan } from './plan.ts';
import {
  choiceText,
  discriminatorSystem,
  type Goal,
  planJsonSchema,
  planLines,
  plannerSystem,
  planText,
} from './prompts.ts';
import { isSamePlan } from './same-plan.ts';

/** How plans are voted on. */
export interface PlanVoting {
  readonly planner: LanguageModel;
  /** Chooses among plans that differ. */
  readonly discriminator: LanguageModel;
  /**
   * Plans that must agree, or votes that choose one: 2k - 1 proposals, and as many choices, at
   * most.
   */
  readonly k: number;
  /** Calls that are left for all plans of a request. */
  readonly budget: CallBudget;
}

/** How many calls may still be made. */
export interface CallBudget {
  left: number;
}

/** Takes so many calls of a budget, or what is left. */
export function takeCalls(budget: CallBudget, wanted: number): number {
  const taken = Math.max(0, Math.min(budget.left, wanted));
  budget.left -= taken;
  return taken;
}

/** Most tokens of a plan: one of a hundred steps is longer, and no small model carries it out. */
export const planTokens = 2000;

/** A plan, and how it was come by. */
export interface VotedPlan {
  readonly plan: Plan;
  readonly proposals: number;
  /** Plans that differ. */
  readonly candidates: number;
}

interface PlanCandidate {
  readonly plan: Plan;
  count: number;
}

/**
 * Has a plan voted (MAKER, appendix F): up to 2k - 1 proposals, of which k that do the same win;
 * where they differ, discriminators vote, first to k. A plan that fails its check is refused, and
 * its fault told with the next proposal. Ends with what there is when no calls are left.
 * @throws TandemError `bad_answer` if no proposal can be used
 */
export async function votePlan(
  ask: Ask,
  voting: PlanVoting,
  { goal, frame, path }: { goal: Goal; frame: PlanFrame; path: string },
): Promise<VotedPlan> {
  const { planner, k, budget } = voting;
  const wanted = 2 * k - 1;
  const ballot = openBallot(frame);
  let drawn = 0;
  while (ballot.most < k && ballot.valid < wanted && drawn < 2 * wanted) {
    const most = Math.min(k - ballot.most, wanted - ballot.valid, 2 * wanted - drawn);
    const wave = takeCalls(budget, most);
    if (wave === 0) break;
    const { fault } = ballot;
    const room = roomFor(goal, ballot);
    const proposals = Array.from({ length: wave }, () =>
      propose(ask, planner, { goal, fault, path, room, n: drawn++ }),
    );
    for (const proposal of await Promise.all(proposals)) ballot.add(proposal);
  }
  const plans = ballot.ranked();
  if (plans.length === 0) {
    throw badPlan(planner.modelId, ballot.fault ?? 'all calls for plans are spent');
  }
  const isAgreed = plans.length === 1 || ballot.most >= k;
  const plan = isAgreed ? plans[0]! : await choosePlan(ask, voting, { goal, path, plans });
  const lines = planLines(plan).split('\n');
  await ask.plan(lines.slice(0, -1));
  return { plan, proposals: drawn, candidates: plans.length };
}

// A weak planner that is drawn from may not come to an end: a short request has a short plan, and
// plans for one request are alike in length. One that was cut may be as long as any.
const roomAtFirst = 800;
const roomLater = 400;

function roomFor(goal: Goal, { longest, isCut }: { longest: number; isCut: boolean }): number {
  if (longest > 0) return Math.min(planTokens, Math.max(roomLater, 3 * longest));
  return isCut ? planTokens : Math.min(planTokens, Math.max(roomAtFirst, goal.request.length));
}

/** What a planner answered, or why that is no plan. */
type Proposal =
  | { readonly text: string; readonly tokens: number }
  | { readonly fault: string; readonly isCut?: boolean };

/** Counts proposals. */
function openBallot(frame: PlanFrame) {
  const candidates: PlanCandidate[] = [];
  let [valid, most, longest] = [0, 0, 0];
  let isCut = false;
  let fault: string | undefined;
  return {
    /** Proposals that can be used. */
    get valid() {
      return valid;
    },
    /** Proposals of the plan that was proposed most. */
    get most() {
      return most;
    },
    /** What was wrong with the last one that cannot be used. */
    get fault() {
      return fault;
    },
    /** Tokens of the longest one that can be used; 0 where there is none. */
    get longest() {
      return longest;
    },
    /** Whether one was longer than it may be. */
    get isCut() {
      return isCut;
    },
    add(proposal: Proposal) {
      const plan = 'text' in proposal ? readPlan(proposal.text, frame) : proposal.fault;
      if ('isCut' in proposal) isCut = true;
      if (typeof plan === 'string') {
        fault = plan;
        return;
      }
      valid++;
      if ('text' in proposal) longest = Math.max(longest, proposal.tokens);
      let candidate = candidates.find(other => isSamePlan(other.plan, plan));
      if (!candidate) {
        candidate = { plan, count: 0 };
        candidates.push(candidate);
      }
      candidate.count++;
      most = Math.max(most, candidate.count);
    },
    /** Most proposed first; of equals the one proposed first. */
    ranked: () => candidates.sort((a, b) => b.count - a.count).map(({ plan }) => plan),
  };
}

// A number in it, or what it counts, comes back from weak planners as a step.
const cutFault = 'it was cut off before its end; plan fewer steps, and no checks';

async function propose(
  ask: Ask,
  planner: LanguageModel,
  asked: { goal: Goal; fault: string | undefined; path: string; room: number; n: number },
): Promise<Proposal> {
  const { goal, fault, path, room, n } = asked;
  const call = userCall(planText(goal, fault), {
    system: plannerSystem,
    temperature: n === 0 ? 0 : 0.5,
    maxOutputTokens: room,
    responseFormat: { type: 'json', schema: planJsonSchema() },
  });
  try {
    const answer = await ask(planner, call, { id: `plan ${path}${n + 1}`, release: true });
    if (answer.finishReason.unified === 'length') return { fault: cutFault, isCut: true };
    return { text: textOf(answer), tokens: answer.usage.outputTokens.total ?? planTokens };
  } catch (error) {
    // A cloud that answers with nothing that can be read may do so in the next proposal.
    if (TandemError.isInstance(error) && error.code === 'bad_answer')
      return { fault: 'the answer cannot be read' };
    throw error;
  }
}

function choosePlan(
  ask: Ask,
  { discriminator, k, budget }: PlanVoting,
  { goal, path, plans }: { goal: Goal; path: string; plans: readonly Plan[] },
): Promise<Plan> {
  const shown = plans.map(planLines);
  return choose(plans, {
    k,
    take: wanted => takeCalls(budget, wanted),
    async vote(n, order) {
      const texts = order.map(index => shown[index]!);
      const call = choiceCall(n, {
        system: discriminatorSystem,
        text: choiceText(goal.request, texts),
      });
      return ask(discriminator, call, { id: `choose plan ${path}${n + 1}`, release: true });
    },
  });
}

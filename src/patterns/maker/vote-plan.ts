import { jsonIn } from '../../algorithms/text/json-in.ts';
import { answerSchema } from '../../config/answer-schema.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import type { LanguageModel } from '../../model/types.ts';
import { badPlan, type Plan, type PlanFrame, planKey, readPlan } from './plan.ts';
import {
  choiceSchema,
  choiceText,
  discriminatorSystem,
  type Goal,
  planJsonSchema,
  plannerSystem,
  planText,
} from './prompts.ts';

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
}

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
 * Has a plan voted (MAKER, appendix F): up to 2k - 1 proposals, of which k equal ones win; where
 * they differ, discriminators vote, first to k. A plan that fails its check is refused, and its
 * fault told with the next proposal.
 * @throws TandemError `bad_answer` if no proposal can be used
 */
export async function votePlan(
  ask: Ask,
  voting: PlanVoting,
  { goal, frame, path }: { goal: Goal; frame: PlanFrame; path: string },
): Promise<VotedPlan> {
  const { planner, k } = voting;
  const wanted = 2 * k - 1;
  const ballot = openBallot(frame);
  let drawn = 0;
  while (ballot.most < k && ballot.valid < wanted && drawn < 2 * wanted) {
    const wave = Math.min(k - ballot.most, wanted - ballot.valid, 2 * wanted - drawn);
    const { fault } = ballot;
    const proposals = Array.from({ length: wave }, () =>
      propose(ask, planner, { goal, fault, path, n: drawn++ }),
    );
    for (const text of await Promise.all(proposals)) ballot.add(text);
  }
  const plans = ballot.ranked();
  if (plans.length === 0) throw badPlan(planner.modelId, ballot.fault ?? 'none');
  const isAgreed = plans.length === 1 || ballot.most >= k;
  const plan = isAgreed ? plans[0]! : await choose(ask, voting, { goal, path, plans });
  return { plan, proposals: drawn, candidates: plans.length };
}

/** Counts proposals. */
function openBallot(frame: PlanFrame) {
  const candidates = new Map<string, PlanCandidate>();
  let [valid, most] = [0, 0];
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
    add(text: string) {
      const plan = readPlan(text, frame);
      if (typeof plan === 'string') {
        fault = plan;
        return;
      }
      valid++;
      const key = planKey(plan);
      const candidate = candidates.get(key) ?? { plan, count: 0 };
      candidate.count++;
      candidates.set(key, candidate);
      most = Math.max(most, candidate.count);
    },
    /** Most proposed first; of equals the one proposed first. */
    ranked: () =>
      [...candidates.values()].sort((a, b) => b.count - a.count).map(({ plan }) => plan),
  };
}

async function propose(
  ask: Ask,
  planner: LanguageModel,
  { goal, fault, path, n }: { goal: Goal; fault: string | undefined; path: string; n: number },
): Promise<string> {
  const call = userCall(planText(goal, fault), {
    system: plannerSystem,
    temperature: n === 0 ? 0 : 0.5,
    responseFormat: { type: 'json', schema: planJsonSchema() },
  });
  return textOf(await ask(planner, call, { id: `plan ${path}${n + 1}`, release: true }));
}

async function choose(
  ask: Ask,
  { discriminator, k }: PlanVoting,
  { goal, path, plans }: { goal: Goal; path: string; plans: readonly Plan[] },
): Promise<Plan> {
  const votes = plans.map(() => 0);
  const most = 2 * k - 1;
  let drawn = 0;
  while (Math.max(...votes) < k && drawn < most) {
    const wave = Math.min(k - Math.max(...votes), most - drawn);
    const asked = Array.from({ length: wave }, () =>
      choice(ask, discriminator, { goal, path, plans, n: drawn++ }),
    );
    for (const index of await Promise.all(asked)) if (index !== undefined) votes[index]!++;
  }
  return plans[votes.indexOf(Math.max(...votes))]!;
}

async function choice(
  ask: Ask,
  discriminator: LanguageModel,
  { goal, path, plans, n }: { goal: Goal; path: string; plans: readonly Plan[]; n: number },
): Promise<number | undefined> {
  // Shown in another order each time: a discriminator that likes the first place chooses none by
  // it.
  const order = plans.map((_, index) => (index + n) % plans.length);
  const call = userCall(
    choiceText(
      goal.request,
      order.map(index => plans[index]!),
    ),
    {
      system: discriminatorSystem,
      temperature: n === 0 ? 0 : 0.1,
      responseFormat: { type: 'json', schema: answerSchema(choiceSchema()) },
    },
  );
  const text = textOf(
    await ask(discriminator, call, { id: `choose plan ${path}${n + 1}`, release: true }),
  );
  const parsed = choiceSchema().safeParse(jsonIn(text));
  return parsed.success ? order[parsed.data.choice - 1] : undefined;
}

import { canonicalJson } from '../../algorithms/text/canonical-answer.ts';
import { textAnswer } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { placeOf, readsTasks } from '../../model/leaf/model/place.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { type Outcome, settle } from '../../model/pattern/define-pattern.ts';
import { degradedBy, mayFallBack, placeIsClosed } from '../../model/pattern/degrade.ts';
import { filesOf, userText } from '../../model/question.ts';
import { sampleSeed } from '../../model/sample-seed.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { mostPlannerCalls } from './foresee.ts';
import type { Count } from './planned-work.ts';
import type { Goal } from './prompts.ts';
import { resultText } from './result.ts';
import { runDeclared } from './run-declared.ts';
import { runPlan } from './run-plan.ts';
import { type MakerSettings, usualLead } from './settings.ts';
import { aheadBy } from './solve/rule.ts';
import type { Task } from './solve/task.ts';
import { openTrail, type PlanTrail } from './trail.ts';
import { type VotedPlan, votePlan } from './vote-plan.ts';

// Votes that are copies of the first agree whatever it says.
function votesAlike(solvers: readonly LanguageModel[], wordings: number): Answer['warnings'] {
  const [only] = solvers;
  if (solvers.length > 1 || wordings > 1 || !only || capabilitiesOf(only).samples !== false)
    return [];
  const message =
    `"${only.modelId}" always gives its likeliest answer, so that its votes say nothing. Give ` +
    '`wordings`, more ' +
    'solvers, or a server that draws samples.';
  return [{ type: 'other', message }];
}

/** A task, and what votes on its steps. */
interface Work<State> {
  readonly settings: MakerSettings<State>;
  readonly call: Call;
  readonly ask: Ask;
  readonly escalate: LanguageModel | undefined;
}

/** Lets the planner write the steps, and votes on them. */
export async function byPlan<State>(
  work: Work<State> & { readonly planner: LanguageModel },
): Promise<Outcome> {
  const { settings, call, ask, planner, escalate } = work;
  const { solvers, wordings, maxDepth } = settings;
  const goal = goalOf(call);
  const frame = { given: [], ...(goal.schema && { answerType: 'object' as const }) };
  const trail = openTrail();
  const count = noCount();
  const planning = { ...settings.planning!, budget: { left: mostPlannerCalls } };
  const voting = { ...settings.drawing, ...seedAndSignal(work), k: settings.k };
  const shared = { ask, goal, files: filesOf(call), solvers, escalate, count, trail };
  let isPlanned = false;
  try {
    const voted = await votePlan(ask, planning, { goal, frame, path: '' });
    isPlanned = true;
    const chooser = settings.chooser ?? solvers[0]!;
    const steps = { ...shared, chooser, planning, voting, wordings, maxDepth };
    const result = await runPlan(steps, voted.plan);
    const isJson = call.responseFormat?.type === 'json';
    const text = isJson ? JSON.stringify(result) : resultText(result);
    const origin = originOf(planner, voted);
    const answerers = escalate && count.escalated > 0 ? [...solvers, escalate] : solvers;
    const warnings = [...votesAlike(solvers, wordings), ...trail.said.map(warningOf)];
    return settle(
      { ...textAnswer(text), warnings },
      {
        answeredBy: foremost(answerers),
        reason: reasonOf(origin, count, solvers),
        converged: count.chosen === 0,
        plan: trail.steps,
      },
    );
  } catch (error) {
    return alone(error, { planner, solver: solvers[0]!, call, trail, isPlanned });
  }
}

// Room for a whole answer of a model that thinks first.
const aloneTokens = 8000;

/**
 * Lets the planner answer by itself where there is no plan, or no answer by it; where it cannot be
 * asked either, the solver.
 */
function alone(error: unknown, asked: Alone): Outcome {
  const { planner, solver } = asked;
  if (!TandemError.isInstance(error) || error.code === 'not_approved') throw error;
  const isLost = error.code === 'bad_answer' || error.code === 'not_converged';
  if (isLost) {
    const recover = (second: TandemError) => bySolver(second, error);
    return oneAnswer(planner, error, { ...asked, recover });
  }
  return bySolver(error, error);

  function bySolver(why: TandemError, first: TandemError): Outcome {
    // What no votes of the solver decided it does not decide alone; and one that is gone is waited
    // for, since what was decided is kept. A reader without a model answers nothing.
    if (asked.isPlanned || readsTasks(solver) || (!placeIsClosed(why) && !mayFallBack(why)))
      throw first;
    const recover = () => {
      throw first;
    };
    const { about, ...rest } = oneAnswer(solver, why, { ...asked, recover });
    return { ...rest, about: { ...about, ...degradedBy(why) } };
  }
}

interface Alone {
  readonly planner: LanguageModel;
  readonly solver: LanguageModel;
  readonly call: Call;
  readonly trail: PlanTrail;
  readonly isPlanned: boolean;
}

function oneAnswer(
  model: LanguageModel,
  error: TandemError,
  { call, trail, recover }: Alone & Pick<Delegated, 'recover'>,
): Delegated {
  // Of a step that nobody decided also what was refused, up to the advice.
  const isOpen = error.code === 'not_converged';
  const end = isOpen ? / (?=Give the step|Use a better)/ : /(?<=[.)])\s/;
  const [why = ''] = error.message.split(end);
  return {
    kind: 'delegate',
    model,
    // What a weak model begins it may not end.
    call: { ...call, maxOutputTokens: call.maxOutputTokens ?? aloneTokens },
    about: {
      reason: `one answer of ${model.modelId}: ${why}`,
      degraded: true,
      converged: false,
      plan: trail.steps,
    },
    recover,
  };
}

type Delegated = Extract<Outcome, { kind: 'delegate' }>;

/** Votes on steps that were declared. */
export async function byDeclaredSteps<State, Action>(
  work: Work<State>,
  task: Task<State, Action>,
): Promise<Outcome> {
  const { settings, call, ask, escalate } = work;
  const { solvers, k = usualLead, maxSteps } = settings;
  const { maxSamples = 10 * k, ...drawing } = settings.drawing;
  const voting = { ...drawing, ...seedAndSignal(work), rule: aheadBy(k), maxSamples };
  const count = noCount();
  const shared = { ask, files: filesOf(call), solvers, escalate, count, voting, maxSteps };
  const state = await runDeclared(shared, task);
  const text = task.answer?.(state) ?? canonicalJson(state);
  return settle(
    { ...textAnswer(text), warnings: votesAlike(solvers, 1) },
    {
      answeredBy: foremost(solvers),
      reason: reasonOf(task.name, count, solvers),
      converged: true,
    },
  );
}

function noCount(): Count {
  return { steps: 0, samples: 0, flagged: 0, escalated: 0, replanned: 0, chosen: 0 };
}

function seedAndSignal<State>({ settings, call, ask }: Work<State>) {
  const seed = sampleSeed({ prompt: call.prompt, seed: call.seed ?? settings.seed }, 0);
  return { seed, signal: ask.signal };
}

function warningOf(message: string): Answer['warnings'][number] {
  return { type: 'other', message };
}

function goalOf(call: Call): Goal {
  const format = call.responseFormat?.type === 'json' ? call.responseFormat : undefined;
  return {
    request: userText(call),
    given: new Map(),
    attachments: filesOf(call).map(part => part.filename ?? part.mediaType),
    ...(format && {
      schema: (format.schema ?? { type: 'object' }) as Readonly<Record<string, unknown>>,
    }),
  };
}

function originOf(planner: LanguageModel, { proposals, candidates }: VotedPlan): string {
  if (proposals === 1) return `planned by ${planner.modelId}`;
  const how = candidates === 1 ? `${proposals} plans agree` : `chosen among ${candidates} plans`;
  return `planned by ${planner.modelId} (${how})`;
}

// Where a cloud voted too, the answer is not called one of this device.
function foremost(solvers: readonly LanguageModel[]): LanguageModel {
  return solvers.find(solver => placeOf(solver) === 'cloud') ?? solvers[0]!;
}

function reasonOf(origin: string, count: Count, solvers: readonly LanguageModel[]): string {
  const { steps, samples, flagged, escalated, replanned, chosen } = count;
  const plural = (count: number) => `${count} ${count === 1 ? 'step' : 'steps'}`;
  const rest = [
    `${flagged} flagged`,
    ...(escalated > 0 ? [`${plural(escalated)} escalated`] : []),
    ...(replanned > 0 ? [`${plural(replanned)} broken down`] : []),
    ...(chosen > 0 ? [`the answer to ${plural(chosen)} chosen among votes that differ`] : []),
  ];
  const voters =
    solvers.length > 1 ? ` of ${solvers.map(solver => solver.modelId).join(' and ')}` : '';
  return `${origin}; ${plural(steps)} decided by ${samples} votes${voters}, ${rest.join(', ')}`;
}

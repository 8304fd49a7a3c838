import type * as z from 'zod';
import { canonicalJson } from '../../algorithms/text/canonical-answer.ts';
import { readOptions } from '../../config/read-options.ts';
import { textAnswer } from '../../model/answer.ts';
import { requireWhole, TandemError } from '../../model/errors.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import { filesOf, userText } from '../../model/question.ts';
import { sampleSeed } from '../../model/sample-seed.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { type MakerOptions, makerOptions } from './options.ts';
import type { Goal } from './prompts.ts';
import { resultText } from './result.ts';
import { runDeclared } from './run-declared.ts';
import { type Count, runPlan } from './run-plan.ts';
import type { Voting } from './solve/decide.ts';
import { aheadBy } from './solve/rule.ts';
import type { Task } from './solve/task.ts';
import { type PlanVoting, type VotedPlan, votePlan } from './vote-plan.ts';

/**
 * Solves a task in small steps, each decided by votes (MAKER, arXiv:2511.09030): an error must win
 * a vote by k to survive. A planner writes the steps as a typed graph, and plans are voted on too;
 * or the task is declared. A step without a winner escalates, is broken down further, or fails;
 * nothing goes on from what nobody voted for.
 * @throws TandemError `not_converged` with the votes, `bad_answer` for a planner without a plan
 * that can be used
 */
export function maker<State = unknown, Action = unknown>(
  options: MakerOptions<State, Action>,
): LanguageModel {
  const checked = readOptions(makerOptions, options, 'maker');
  const { planner, escalate } = checked;
  const settings = settingsOf(checked);
  const { solvers } = settings;
  const discriminator = checked.discriminator === planner ? undefined : checked.discriminator;
  const models = [planner, discriminator, ...solvers, escalate].filter(
    model => model !== undefined,
  );
  return definePattern({
    name: 'maker',
    models,
    ignores: ['tools', 'temperature', 'topP', 'topK', 'stopSequences', 'maxOutputTokens'],
    ...((planner ?? escalate) && { baseline: planner ?? escalate! }),
    async generate(call, ask) {
      const count: Count = { steps: 0, samples: 0, flagged: 0, escalated: 0, replanned: 0 };
      const voting = {
        ...settings.voting,
        seed: sampleSeed({ prompt: call.prompt, seed: call.seed ?? settings.voting.seed }, 0),
        signal: ask.signal,
      };
      const { planning, maxDepth, maxSteps, wordings } = settings;
      const work = { ask, files: filesOf(call), solvers, escalate, voting, count };
      const { text, origin } = planner
        ? await planned({ ...work, planning: planning!, maxDepth, wordings }, call)
        : await declared({ ...work, maxSteps }, options.task!(call));
      const reason = reasonOf(origin, count, solvers);
      const answer = { ...textAnswer(text), warnings: votesAlike(solvers, planner ? wordings : 1) };
      return settle(answer, { answeredBy: foremost(solvers), reason, converged: true });
    },
  });
}

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

interface Said {
  readonly text: string;
  readonly origin: string;
}

async function planned(
  work: Omit<Parameters<typeof runPlan>[0], 'goal'>,
  call: Call,
): Promise<Said> {
  const goal = goalOf(call);
  const frame = { given: [], ...(goal.schema && { answerType: 'object' as const }) };
  const voted = await votePlan(work.ask, work.planning, { goal, frame, path: '' });
  const result = await runPlan({ ...work, goal }, voted.plan);
  const text = call.responseFormat?.type === 'json' ? JSON.stringify(result) : resultText(result);
  return { text, origin: originOf(work.planning.planner, voted) };
}

async function declared<State, Action>(
  work: Parameters<typeof runDeclared<State, Action>>[0],
  task: Task<State, Action>,
): Promise<Said> {
  const state = await runDeclared(work, task);
  return { text: task.answer?.(state) ?? canonicalJson(state), origin: task.name };
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
  const { steps, samples, flagged, escalated, replanned } = count;
  const plural = (count: number) => `${count} ${count === 1 ? 'step' : 'steps'}`;
  const rest = [
    `${flagged} flagged`,
    ...(escalated > 0 ? [`${plural(escalated)} escalated`] : []),
    ...(replanned > 0 ? [`${plural(replanned)} broken down`] : []),
  ];
  const voters =
    solvers.length > 1 ? ` of ${solvers.map(solver => solver.modelId).join(' and ')}` : '';
  return `${origin}; ${plural(steps)} decided by ${samples} votes${voters}, ${rest.join(', ')}`;
}

interface MakerSettings<State> {
  readonly solvers: readonly LanguageModel[];
  readonly wordings: number;
  readonly voting: Omit<Voting<State>, 'samplers' | 'signal'>;
  readonly planning: PlanVoting | undefined;
  readonly maxDepth: number;
  readonly maxSteps: number;
}

function settingsOf<State>(options: z.output<typeof makerOptions>): MakerSettings<State> {
  const { planner, discriminator = planner, solver, k, wordings, maxDepth, maxSteps } = options;
  if (!planner === !options.task) {
    const message =
      '`maker` needs either a `planner` or a `task`, got both or neither. Give exactly one.';
    throw new TandemError('invalid_argument', message);
  }
  const { maxSamples = 10 * k, maxOutputTokens, seed } = options;
  const [first, others] = options.temperatures;
  return {
    solvers: [solver].flat(),
    wordings,
    voting: {
      rule: aheadBy(k),
      maxSamples: requireWhole('maxSamples', maxSamples, k, `It must allow k = ${k} votes.`),
      temperature: vote => (vote === 0 ? first : others),
      maxOutputTokens,
      seed,
    },
    planning: planner && { planner, discriminator: discriminator!, k: options.planK },
    maxDepth,
    maxSteps,
  };
}

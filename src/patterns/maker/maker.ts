import { readOptions } from '../../config/read-options.ts';
import { definePattern } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';
import { askAtMost } from './at-most.ts';
import { foreseenIn } from './foresee.ts';
import { type MakerOptions, makerOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * Solves a task in small steps, each decided by votes (MAKER, arXiv:2511.09030): an error must win
 * a vote by k to survive. A planner writes the steps as a typed graph, and plans are voted on too;
 * or the task is declared. A step without a winner escalates, is broken down further, or fails;
 * nothing goes on from what nobody voted for.
 * @throws TandemError `not_converged` with the votes, `bad_answer` for a planner without a plan
 * that can be used
 * @example
 * ```ts
 * const assistant = maker({ planner: cloud, solver: local });
 * const answer = await assistant.doGenerate(userCall('Convert these 12 dates to ISO format: …'));
 * ```
 */
export function maker<State = unknown, Action = unknown>(
  options: MakerOptions<State, Action>,
): LanguageModel {
  const checked = readOptions(makerOptions, options, 'maker');
  const { planner, escalate } = checked;
  const settings = settingsOf<State>(checked);
  const { solvers } = settings;
  const discriminator = checked.discriminator === planner ? undefined : checked.discriminator;
  const models = [planner, discriminator, ...solvers, escalate].filter(
    model => model !== undefined,
  );
  return definePattern({
    name: 'maker',
    models,
    ignores: [
      ...(['tools', 'temperature', 'topP', 'topK', 'stopSequences', 'maxOutputTokens'] as const),
      ...(['frequencyPenalty', 'presencePenalty', 'reasoning', 'verbosity'] as const),
    ],
    ...((planner ?? escalate) && { baseline: planner ?? escalate! }),
    foresees: foreseenIn(settings, { planner, escalate }),
    // What plans and votes is loaded with the first task.
    async generate(call, ask) {
      const { byDeclaredSteps, byPlan } = await import('./vote-and-answer.ts');
      const work = { settings, call, ask: askAtMost(ask, mostAtOnce), escalate };
      return planner ? byPlan({ ...work, planner }) : byDeclaredSteps(work, options.task!(call));
    },
  });
}

// As many as a local server takes without refusing any, as in MINIONS.
const mostAtOnce = 8;

import type { LanguageModel } from '../../model/types.ts';
import { type MakerSettings, usualLead } from './settings.ts';
import { planTokens } from './vote-plan.ts';

/** Proposals of plans and choices among them; the planner's own answer makes twelve. */
export const mostPlannerCalls = 11;

/** Says how many calls an answer will take, before any is made. */
export function foreseenIn<State>(
  { k, planning, solvers, drawing }: MakerSettings<State>,
  models: {
    readonly planner: LanguageModel | undefined;
    readonly escalate: LanguageModel | undefined;
  },
): string {
  const { planner, escalate } = models;
  const names = solvers.map(solver => solver.modelId).join(' and ');
  const lead = k === undefined && planner ? '3 to 6' : String(k ?? usualLead);
  const most = drawing.maxSamples ?? 10 * (k ?? usualLead);
  return [
    ...(planner && planning
      ? [
          `${planning.k} calls of ${planner.modelId} where its plans agree, ` +
            `${mostPlannerCalls + 1} at most, each plan of ${planTokens} tokens at most`,
        ]
      : []),
    `${lead} votes of ${names} a step where they agree, about ${most} at most`,
    ...(escalate ? [`one answer of ${escalate.modelId} for a step that they leave open`] : []),
  ].join('; ');
}

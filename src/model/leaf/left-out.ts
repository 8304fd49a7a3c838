import { placesText } from '../border/narrow-call.ts';
import { type LeafStep, noteWarnings } from './step.ts';

/** Notes which parts of a conversation did not leave, and what they hold. */
export function noteLeftOut(step: LeafStep, places: readonly string[], what: string): void {
  const { span, scope, model } = step;
  span.leftOut = (span.leftOut ?? 0) + places.length;
  const message =
    `Of the conversation ${placesText(places)} did not go to "${model.modelId}": ` +
    `it holds ${what}. Ask without it.`;
  noteWarnings(scope, [{ type: 'other', message }]);
}

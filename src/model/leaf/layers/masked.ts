import { valuesJudge } from '../../border/known-values.ts';
import { maskKnown } from '../../border/mask-known.ts';
import { narrowCall } from '../../border/narrow-call.ts';
import { saidIn } from '../../border/said.ts';
import { crosses } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import { charactersOf, formCharacters } from '../leaf-call.ts';
import { noteLeftOut } from '../left-out.ts';
import { type MaskedCall, maskCall } from '../masking/mask-call.ts';
import type { Placeholders } from '../masking/placeholders.ts';
import type { LeafStep } from '../step.ts';
import { sentUnderWatch } from '../under-watch.ts';

/**
 * Puts placeholders for personal data into a call that crosses to a cloud. @throws TandemError
 * `egress_denied`
 */
export const masked: Layer = {
  when: 'masker',
  around: next => async (step, call, show) => {
    const { masker, placeholders } = step.scope.run;
    if (!masker || !placeholders || !crosses(step)) return next(step, call, show);
    const safe = await withoutKnown(step, await maskCall(call, masker, placeholders), placeholders);
    step.placeholders = safe.sent;
    step.span.masked = safe.sent.size;
    if (safe.sent.size > 0) step.span.unmasked = step.span.characters;
    step.span.characters = charactersOf(safe.call.prompt) + formCharacters(safe.call);
    if (safe.sent.size === 0) return next(step, safe.call, show);
    const judge = valuesJudge(() => placeholders.entries());
    return sentUnderWatch(step, judge, () => next(step, safe.call, show));
  },
};

// What no detector saw in its place, such as an address beside other letters or in the id of a
// call, is known from elsewhere in the run.
async function withoutKnown(
  step: LeafStep,
  safe: MaskedCall,
  placeholders: Placeholders,
): Promise<MaskedCall> {
  const judge = valuesJudge(() => placeholders.entries());
  if ((await judge(saidIn(safe.call))).length === 0) return safe;
  const again = await maskKnown(safe.call, placeholders);
  const { call, leftOut } = await narrowCall(again.call, judge, step.model.modelId);
  if (leftOut.length > 0) noteLeftOut(step, leftOut, 'a value that is masked');
  return { call, sent: new Set([...safe.sent, ...again.sent]) };
}

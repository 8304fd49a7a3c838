import type { Judge } from '../border/border.ts';
import { currentWatch, watchingRequests } from '../border/watched-requests.ts';
import type { Answer } from '../types.ts';
import { type LeafStep, noteWarnings } from './step.ts';

/**
 * Sends a call whose requests are looked at by one more judge. Where no request passed, since the
 * model has a client that is not ours, the answer says that only the call was looked at.
 */
export function sentUnderWatch(
  step: LeafStep,
  judge: Judge,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const around = currentWatch.getStore();
  return watchingRequests(judge, step.model.modelId, async () => {
    const answer = await send();
    if (currentWatch.getStore()?.seen.bytes === false && isForeign(step.model)) noteUnseen(step);
    // The layers around this one say it no second time.
    if (around) around.seen.bytes = true;
    return answer;
  });
}

function noteUnseen({ model: { modelId }, scope }: LeafStep): void {
  const message =
    `Each text for "${modelId}" was checked before it left, but not the bytes of the request: ` +
    'its client is not one of Tandem. Name the model by a spec to have them checked too.';
  if (scope.warnings.some(each => each.type === 'other' && each.message === message)) return;
  noteWarnings(scope, [{ type: 'other', message }]);
}

/**
 * Tells whether a model or embedder sends its requests by a client that is not ours.
 * @example
 * ```ts
 * if (isForeign(cloud)) console.log('its bytes are not seen');
 * ```
 */
export function isForeign({ provider }: { readonly provider: string }): boolean {
  return !provider.startsWith('tandem');
}

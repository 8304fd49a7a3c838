import { crosses } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import { charactersOf, formCharacters } from '../leaf-call.ts';
import { maskCall } from '../masking/mask-call.ts';

/**
 * Puts placeholders for personal data into a call that crosses to a cloud. @throws TandemError
 * `egress_denied`
 */
export const masked: Layer = {
  when: 'masker',
  around: next => (step, call, show) => {
    const { masker, placeholders } = step.scope.run;
    if (!masker || !placeholders || !crosses(step)) return next(step, call, show);
    return maskCall(call, masker, placeholders).then(safe => {
      step.placeholders = safe.sent;
      step.span.masked = safe.sent.size;
      step.span.characters = charactersOf(safe.call.prompt) + formCharacters(safe.call);
      return next(step, safe.call, show);
    });
  },
};

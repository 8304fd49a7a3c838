import { capabilitiesOf, discover } from '../../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../../model/types.ts';

/** Watches whether a worker can fill in forms, by what it makes of the first ones. */
export interface FormWatch {
  /** Whether it was found unable: further forms are not worth a call. */
  isUnable(): boolean;
  note(isUnderstood: boolean): void;
  /** Keeps what was found out with the model. */
  end(): void;
}

// After so many forms it is judged: more misses than this share, and it is unable.
const leastForms = 2;
const mostMissed = 0.5;

/** Begins to watch a worker, with what is known of it. */
export function formWatch(worker: LanguageModel): FormWatch {
  const known = capabilitiesOf(worker).forms;
  let asked = 0;
  let missed = 0;
  const isUnable = () => asked >= leastForms && missed > mostMissed * asked;
  return {
    isUnable: () => (asked === 0 ? known === false : isUnable()),
    note(isUnderstood) {
      asked++;
      if (!isUnderstood) missed++;
    },
    end() {
      if (asked >= leastForms) discover(worker, { forms: !isUnable() });
    },
  };
}

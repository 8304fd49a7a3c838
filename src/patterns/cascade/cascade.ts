import { textOf } from '../../model/answer.ts';
import { answererOf } from '../../model/answerer.ts';
import type { Ask } from '../../model/ask.ts';
import { definePattern } from '../../model/define-pattern.ts';
import { degradedBy, isAbstention, mayFallBack, placeIsClosed } from '../../model/degrade.ts';
import type { TandemError } from '../../model/errors.ts';
import { withLogprobs } from '../../model/logprobs.ts';
import { handOff, type Outcome, settle } from '../../model/outcome.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';

/** Options of a cascade. */
export interface CascadeOptions {
  /** Drafts every answer. */
  readonly local: LanguageModel;
  /** Answers what the gate refuses. It sees the original call, never the draft. */
  readonly cloud: LanguageModel;
  /** Judges the draft. Default: `defaultGate()`. */
  readonly accept?: Gate;
  /** When the cloud cannot be had: give the refused draft marked `degraded`, or fail. Default: `degrade`. */
  readonly offline?: 'degrade' | 'fail';
}

/**
 * Lets the local model draft, a gate judge, and the cloud answer what was refused.
 * Source: FrugalGPT (arXiv:2305.05176), AutoMix (arXiv:2310.12963).
 */
export function cascade(options: CascadeOptions): LanguageModel {
  const { local, cloud, accept = defaultGate(), offline = 'degrade' } = options;
  return definePattern({
    name: 'cascade',
    models: [local, cloud],
    baseline: cloud,
    async generate(call, ask) {
      if (answererOf(call) === cloud.modelId) {
        return handOff(cloud, call, { about: { reason: 'the tool loop began in the cloud' } });
      }
      const draft = await draftOf(ask, local, accept.needsLogprobs ? withLogprobs(call) : call);
      if ('failure' in draft) return escalateFrom(draft.failure, cloud, call);
      const { score, accepts, reason } = await accept({ call, answer: draft.answer, local, ask });
      const confidence = score === 'unknown' ? {} : { confidence: score };
      if (accepts) return settle(draft.answer, { answeredBy: local, reason, ...confidence });
      return handOff(cloud, call, {
        about: { reason, ...confidence },
        recover: error => {
          if (offline === 'fail' || !placeIsClosed(error) || !isUsable(draft.answer)) throw error;
          const why = `${reason}; cloud: ${error.code}`;
          return settle(draft.answer, { answeredBy: local, reason: why, ...degradedBy(error), ...confidence });
        },
      });
    },
  });
}

type Drafted = { readonly answer: Answer } | { readonly failure: TandemError };

// A local model that fails is a lost place, not the end; a budget or a deadline is.
async function draftOf(ask: Ask, local: LanguageModel, call: Call): Promise<Drafted> {
  try {
    return { answer: await ask(local, call, { name: 'draft' }) };
  } catch (error) {
    if (!mayFallBack(error)) throw error;
    return { failure: error };
  }
}

function escalateFrom(failure: TandemError, cloud: LanguageModel, call: Call): Outcome {
  const about = { reason: `local: ${failure.code}`, degraded: true };
  return handOff(cloud, call, {
    about,
    recover: error => {
      // Both places are closed: the local failure is what the user can mend on this device.
      throw error.code === 'not_configured' ? failure : error;
    },
  });
}

function isUsable(draft: Answer): boolean {
  return draft.finishReason.unified !== 'error' && textOf(draft).trim() !== '' && !isAbstention(draft);
}

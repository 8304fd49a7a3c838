import { readOptions } from '../../../config/read-options.ts';
import { textOf } from '../../../model/answer.ts';
import { logprobsOf } from '../../../model/leaf/logprobs.ts';
import {
  type Capabilities,
  capabilitiesOf,
  signalFor,
} from '../../../model/leaf/model/capabilities.ts';
import { type Draft, type Gate, missingVerdict } from '../gate.ts';
import { type BySignalOptions, bySignalOptions } from '../gate-options.ts';
import { agreement } from './agreement.ts';
import { confident } from './confident.ts';
import { selfCheck } from './self-check.ts';
import { canCheck } from './self-check-probe.ts';

/**
 * Judges a draft by the best signal that its model really gives: log-probabilities where they come,
 * which costs nothing; else the agreement of samples; else, of a model that draws no samples or of
 * prose, which never comes out twice alike, a self-check, if a probe of six calls has shown once
 * that the model can tell right from wrong. The reason says which and why. What is unknown of a
 * model is found out by the draft itself.
 * @example
 * ```ts
 * const support = cascade({ local, cloud, accept: all(complete(), bySignal()) });
 * ```
 */
export function bySignal(options: BySignalOptions = {}): Gate {
  const checked = readOptions(bySignalOptions, options, 'bySignal');
  const gates = {
    'token probability': confident(checked.confident),
    agreement: agreement(checked.agreement),
    'self-check': selfCheck(checked.selfCheck),
  };
  const { samples } = checked.agreement;
  const gate: Gate = async draft => {
    if (logprobsOf(draft.answer)) return gates['token probability'](draft);
    const { signal, why } = instead(draft);
    if (signal === 'self-check' && !(await canCheck(draft)))
      return missingVerdict(`${why}; and self-checks of it tell nothing`);
    const verdict = await gates[signal](draft);
    return { ...verdict, reason: `${why}: ${verdict.reason}` };
  };
  return Object.assign(gate, {
    needsLogprobs: true,
    standsOn: (known: Capabilities) => standsOn(known, samples),
  });
}

const longestName = 60;
// A longer text is worded differently each time, whether it is right or not.
const mostWordsThatAgree = 40;

function instead({ call, answer, local }: Draft): {
  signal: 'agreement' | 'self-check';
  why: string;
} {
  const name = local.modelId.slice(0, longestName);
  const isToolCall = answer.content.some(part => part.type === 'tool-call');
  const why = isToolCall
    ? 'a tool call has no log-probabilities'
    : `no log-probabilities from ${name}`;
  if (capabilitiesOf(local).samples === false)
    return { signal: 'self-check', why: `${why}, nor samples that differ` };
  const isProse =
    call.responseFormat?.type !== 'json' && wordsIn(textOf(answer)) > mostWordsThatAgree;
  if (isProse) return { signal: 'self-check', why: `${why}, and prose does not repeat` };
  return { signal: 'agreement', why: `${why}, so samples are compared` };
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter(word => word !== '').length;
}

function standsOn(known: Capabilities, samples: number): string {
  const signal = signalFor(known);
  if (signal === 'agreement')
    return `agreement of ${samples} samples, since no log-probabilities come`;
  if (signal === 'self-check')
    return 'self-check, since neither log-probabilities nor differing samples come';
  return known.logprobs ? signal : `${signal}; agreement of ${samples} samples where none come`;
}

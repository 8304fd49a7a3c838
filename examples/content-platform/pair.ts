// A pair of models without any model: simulations whose errors are stated here, and called so.
import { type LanguageModel, textOf } from 'tandem';
import { logprobsOf, type PriceByModel, priceOf } from 'tandem/backends';
import { doubleOf, lastUserText, simulatedModel } from 'tandem/testing';
import { type ContentRequest, type Kind, kinds } from './requests.ts';

type AccuracyByKind = Readonly<Record<Kind, number>>;

/** Probability that an answer passes its check, by kind. */
export const stated: Readonly<Record<'local' | 'cloud', AccuracyByKind>> = {
  local: { write: 0.35, translate: 0.55, tag: 0.96, moderate: 0.93, answer: 0.94 },
  cloud: { write: 0.95, translate: 0.97, tag: 0.97, moderate: 0.97, answer: 0.98 },
};

/** Seconds of an answer, as such models need them. */
export const statedSeconds = { local: 0.4, cloud: 1.1 };

/** The simulated cloud is charged as gpt-4.1 is. */
export const prices: PriceByModel = { 'simulated-cloud': priceOf('gpt-4.1')! };

/** Makes the pair for requests that it will be asked. */
export function simulatedPair(requests: readonly ContentRequest[]) {
  const byPrompt = new Map(requests.map(request => [request.prompt, request]));
  return { local: simulated('local', byPrompt), cloud: simulated('cloud', byPrompt) };
}

function simulated(
  role: 'local' | 'cloud',
  byPrompt: ReadonlyMap<string, ContentRequest>,
): LanguageModel {
  const identity = {
    modelId: `simulated-${role}`,
    place: role === 'cloud' ? ('cloud' as const) : ('device' as const),
  };
  // The accuracy of a simulation is one number, so that there is one for each kind.
  const modelOf = (kind: Kind) =>
    simulatedModel({
      ...identity,
      accuracy: stated[role][kind],
      confidence: 0.75,
      truth: prompt => byPrompt.get(prompt)?.right ?? 'I do not know.',
      wrong: () => ['Something else entirely.'],
    });
  const models = new Map(kinds.map(kind => [kind, modelOf(kind)]));
  return doubleOf(identity, async call => {
    const { kind = 'write' } = byPrompt.get(lastUserText(call)) ?? {};
    const answer = await models.get(kind)!.doGenerate(call);
    return { text: textOf(answer), logprobs: logprobsOf(answer) ?? [] };
  });
}

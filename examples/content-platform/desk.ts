// The desk: asks both models a part of the queue once, learns from who was right, and routes the
// rest by that.
import {
  cascade,
  type LanguageModel,
  router,
  run,
  summaryOf,
  TandemError,
  textOf,
  userCall,
} from 'tandem';
import type { PriceByModel } from 'tandem/backends';
import {
  collectOutcome,
  fitRouter,
  type OutcomeRow,
  parseOutcomes,
  type RouterWeights,
} from 'tandem/eval';
import type { ContentRequest } from './requests.ts';

/** The models and what they cost. */
export interface Pair {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly prices: PriceByModel;
}

// A small model may not come to an end by itself; a teaser has 30 words.
const callOf = ({ prompt }: Pick<ContentRequest, 'prompt'>) =>
  userCall(prompt, { maxOutputTokens: 150 });

/** Asks both models and says who was right. */
export async function outcomesOf(
  requests: readonly ContentRequest[],
  { local, cloud, prices }: Pair,
): Promise<OutcomeRow[]> {
  const rows: OutcomeRow[] = [];
  for (const { id, prompt, isRight } of requests) {
    const row = await collectOutcome(
      { id, prompt },
      { local, cloud, signals: [], callOf, run: { prices } },
    );
    const graded = (role: 'local' | 'cloud') => ({
      ...row[role],
      correct: isRight(row[role].answer ?? '') ? 1 : 0,
    });
    rows.push({ ...row, local: graded('local'), cloud: graded('cloud') });
  }
  return rows;
}

/** Of the cloud model's quality, what the router must keep. */
export const keptShare = 0.9;

/** A router of a pair, or the cascade that takes its place. */
export interface Routed {
  readonly model: LanguageModel;
  /** Absent where the outcomes taught nothing. */
  readonly weights?: RouterWeights;
  readonly warnings: readonly string[];
}

/** Trains a router on outcomes of this pair; where nothing can be learned, a cascade decides. */
export function trained(rows: readonly OutcomeRow[], { local, cloud }: Pair): Routed {
  const text = rows.map(row => JSON.stringify(row)).join('\n');
  // Of what the weights cannot tell, the local model tries, and its own doubt decides.
  const unsure = cascade({ local, cloud });
  try {
    const { weights, warnings } = fitRouter(parseOutcomes(text, 'outcomes'), {
      date: new Date().toISOString().slice(0, 10),
      measureLeftOut: false,
      keep: keptShare,
      origin: 'the queue',
    });
    return { weights, warnings, model: router({ local, cloud, unsure, weights, sticky: false }) };
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return { model: unsure, warnings: [`${error.message} The cascade decides meanwhile.`] };
  }
}

/** A request that was worked off. */
export interface Done {
  readonly request: ContentRequest;
  readonly text: string;
  readonly isRight: boolean;
  readonly place: string;
  readonly reason: string;
  readonly costUsd: number;
  readonly seconds: number;
}

/** Works off one request. */
export async function workOff(
  request: ContentRequest,
  model: LanguageModel,
  prices: PriceByModel,
): Promise<Done> {
  const begun = performance.now();
  const answer = await run({ prices }, async () => model.doGenerate(callOf(request)));
  const summary = summaryOf(answer);
  const text = textOf(answer);
  return {
    request,
    text,
    isRight: request.isRight(text),
    place: summary?.place ?? 'device',
    reason: summary?.reason ?? '',
    costUsd: typeof summary?.costUsd === 'number' ? summary.costUsd : 0,
    seconds: (performance.now() - begun) / 1000,
  };
}

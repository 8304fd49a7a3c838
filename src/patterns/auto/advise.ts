import type { ModelSpeed } from '../../algorithms/fit-speed.ts';
import { TandemError } from '../../model/errors.ts';
import { costOf } from '../../model/leaf/cost/prices.ts';
import type { ReadingEstimate, ReadingSizes } from '../../model/pattern/reading-estimate.ts';
import type { Label } from '../../model/run/labels.ts';
import type { Price } from '../../model/run/limits.ts';
import type { PrivacyMode } from '../../model/run/ports.ts';
import type { Usd } from '../../trace/span.ts';
import { breakEven } from './break-even.ts';
import { choose } from './choose.ts';
import { estimateWays, type ReaderEstimates, type WayName } from './ways.ts';

/** A model as advice knows it. */
export interface AdvisedModel {
  readonly modelId: string;
  /** US dollars per million tokens; absent if unknown, never 0 for a cloud. */
  readonly price?: Price;
  /** Context window in tokens; absent if unknown. */
  readonly contextTokens?: number;
  /** Absent if nobody has measured it. */
  readonly speed?: ModelSpeed;
  /** Whether it can fill in a worker's form; absent if nobody has seen it try. */
  readonly fillsForms?: boolean;
}

/** What advice is asked on. */
export interface AdviceRequest {
  readonly question: string;
  readonly sizes: ReadingSizes;
  /** Absent where none is configured: then a reader that is no language model stands in. */
  readonly local?: AdvisedModel;
  readonly cloud: AdvisedModel;
  readonly readers: ReaderEstimates;
  /** What may leave of the documents. Default: `extracts`. */
  readonly label?: Label;
  readonly mode?: PrivacyMode;
}

/** One way, with what is expected of it. */
export interface Way extends ReadingEstimate {
  readonly name: WayName;
  /** Of the calls to the cloud. */
  readonly costUsd: Usd;
  readonly seconds: number | 'unknown';
  /** Why it cannot be taken here; absent if it can. */
  readonly closed?: string;
}

/** What pays on a document, and why. */
export interface ReadingAdvice {
  readonly best: WayName;
  readonly why: string;
  /** The same in a few words. */
  readonly brief: string;
  readonly ways: readonly Way[];
  /**
   * Document length in tokens from which a pattern is cheaper than the whole document; `never` if
   * it is not up to 10 million.
   */
  readonly breakEvenTokens: Readonly<Record<'minions' | 'chain', number | 'never'>>;
  /** What is assumed and what is not known. */
  readonly notes: readonly string[];
}

/**
 * Compares the ways to answer from a document, before any call: calls, tokens, price, time and what
 * leaves; and says which pays. Source of the cost model: MinionS (arXiv:2502.15964).
 * @throws TandemError `invalid_argument`
 */
export function adviseReading(request: AdviceRequest): ReadingAdvice {
  const { sizes, cloud, readers } = request;
  for (const [name, value] of Object.entries(sizes)) requireCount(name, value);
  const estimates = estimateWays(sizes, readers);
  const ways = Object.entries(estimates).map(([name, estimate]): Way => {
    const way = name as WayName;
    const closed = closedBecause(way, estimate, request);
    return {
      ...estimate,
      name: way,
      costUsd: costIn(estimate, cloud.price),
      seconds: secondsOf(estimate, request),
      ...(closed !== undefined && { closed }),
    };
  });
  const breakEvenTokens = {
    minions: breakEven('minions', { sizes, readers, price: cloud.price }),
    chain: breakEven('chain', { sizes, readers, price: cloud.price }),
  };
  const notes = notesOn(request, ways);
  return { ...choose({ ways, breakEvenTokens, request }), ways, breakEvenTokens, notes };
}

// What is assumed, and what is not known.
function notesOn({ sizes, cloud, local }: AdviceRequest, ways: readonly Way[]): string[] {
  return [
    `Assumed: four characters to a token, and an answer of ${sizes.answerTokens} tokens; tokens ` +
      'are expectations.',
    ...(cloud.price
      ? []
      : [
          `The price of ${cloud.modelId} is not known; the break-even takes output at four times ` +
            'input.',
        ]),
    ...(local
      ? []
      : [
          'No local model is configured: the extractive reader, which is no language model, ' +
            'would read.',
        ]),
    ...(local?.fillsForms === false
      ? [
          `${local.modelId} is too weak a worker for MINIONS: it could not fill in a form about ` +
            'a chunk, so it is asked for a few words about the best chunks alone.',
        ]
      : []),
    ...(ways.some(({ seconds }) => seconds === 'unknown')
      ? ['Time is not known: no kept run has measured the models.']
      : []),
    'Retrieval sends what shares words with the question: of long filings its best pages often ' +
      'lack some of the evidence.',
    'The cloud is taken to cache nothing: where it keeps a document cached between questions, ' +
      'the whole gets cheaper.',
  ];
}

/** Prices the cloud's part of an estimate. */
export function costIn({ input, output, calls }: ReadingEstimate, price: Price | undefined): Usd {
  if (calls.cloud === 0) return 0;
  return costOf({ input: input.cloud, cachedInput: 0, output: output.cloud }, price);
}

function secondsOf(estimate: ReadingEstimate, { local, cloud }: AdviceRequest): number | 'unknown' {
  let seconds = 0;
  for (const [place, model] of [['device', local] as const, ['cloud', cloud] as const]) {
    if (estimate.calls[place] === 0) continue;
    if (!model?.speed) return 'unknown';
    seconds +=
      estimate.input[place] / model.speed.input + estimate.output[place] / model.speed.output;
  }
  return seconds;
}

function closedBecause(
  name: WayName,
  estimate: ReadingEstimate,
  request: AdviceRequest,
): string | undefined {
  const { local, cloud, label = 'extracts', mode = 'cloud-allowed' } = request;
  if (estimate.calls.cloud > 0 && mode === 'local-only')
    return 'the mode "local-only" keeps all of it here';
  if (estimate.calls.cloud > 0 && label === 'local-only')
    return 'the label "local-only" keeps all of it here';
  if (name === 'whole') {
    if (label !== 'cloud-allowed') return `the label "${label}" keeps the whole here`;
    if (mode === 'local-preferred') return 'the mode "local-preferred" asks this device first';
    return tooLong(estimate.input.cloud + estimate.output.cloud, cloud);
  }
  if (name === 'retrieval' && mode === 'local-preferred')
    return 'the mode "local-preferred" asks this device first';
  if (name === 'retrieval' && label === 'extracts' && estimate.leavingTokens < leastRetrieved)
    return 'passages of a document so short would be most of it';
  if (!name.endsWith('on-device')) return undefined;
  if (!local) return 'no local model is configured';
  // A window that nobody has told is taken for a small one: a prompt must not be cut in silence.
  return tooLong(estimate.input.device + estimate.output.device, {
    contextTokens: smallWindow,
    ...local,
  });
}

const smallWindow = 8192;
// Of documents shorter than so many tokens, a fifth holds less than two passages.
const leastRetrieved = 1500;

function tooLong(
  tokens: number,
  model: Pick<AdvisedModel, 'modelId' | 'contextTokens'>,
): string | undefined {
  const { contextTokens } = model;
  if (contextTokens === undefined || tokens <= contextTokens) return undefined;
  return `${tokens} tokens do not fit the ${contextTokens} of ${model.modelId}`;
}

function requireCount(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new TandemError(
    'invalid_argument',
    `\`${name}\` must be 0 or more, got ${value}. It is a count of tokens.`,
  );
}

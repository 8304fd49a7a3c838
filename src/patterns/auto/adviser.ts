import type { ModelSpeed } from '../../algorithms/fit-speed.ts';
import { type PriceByModel, priceOf } from '../../model/leaf/cost/prices.ts';
import { estimateTokens } from '../../model/leaf/leaf-call.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { isAbsent } from '../../model/leaf/model/place.ts';
import type { PatternEntry } from '../../model/pattern/pattern-entry.ts';
import { type Label, stricter } from '../../model/run/labels.ts';
import type { PrivacyMode } from '../../model/run/ports.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type AdvisedModel, adviseReading, type ReadingAdvice } from './advise.ts';
import type { ReaderEstimates } from './ways.ts';

/** What advice is asked on: a question, documents by their texts, and the models at hand. */
export interface AdviceOptions {
  readonly question: string;
  readonly documents: readonly { readonly text: string; readonly label?: Label }[];
  /** Default: none; then the extractive reader would read. */
  readonly local?: LanguageModel | undefined;
  readonly cloud: LanguageModel;
  /** Prices beside or instead of the built-in table. */
  readonly prices?: PriceByModel;
  /** Speeds that were measured, by model id, such as a journal's `speeds()`. Default: unknown. */
  readonly speeds?: Readonly<Record<string, ModelSpeed>>;
  /**
   * What may leave of all documents; a document's own label can only be stricter. Default: each
   * one's own.
   */
  readonly label?: Label;
  readonly mode?: PrivacyMode;
  /** Tokens of the final answer. Default: 300. */
  readonly answerTokens?: number;
}

/**
 * Says which way to answer from documents pays, before any call. @throws TandemError
 * `invalid_argument`
 */
export type Adviser = (options: AdviceOptions) => ReadingAdvice;

/** Makes the adviser of the patterns that read documents. */
export function adviserFor(entries: Readonly<Record<'minions' | 'chain', PatternEntry>>): Adviser {
  const readers = readersOf(entries);
  return options => {
    const {
      question,
      documents,
      local,
      cloud,
      prices,
      speeds = {},
      answerTokens = 300,
      mode,
    } = options;
    const characters = documents.reduce((sum, { text }) => sum + text.length, 0);
    const known = (model: LanguageModel) => advised(model, { prices, speeds });
    return adviseReading({
      question,
      readers,
      sizes: {
        documentTokens: estimateTokens(characters),
        questionTokens: estimateTokens(question.length),
        answerTokens,
      },
      cloud: known(cloud),
      label: labelOf(documents, options.label),
      ...(local && { local: known(local) }),
      ...(mode && { mode }),
    });
  };
}

/** Finds the estimates of the reading patterns. */
export function readersOf({
  minions,
  chain,
}: Readonly<Record<'minions' | 'chain', PatternEntry>>): ReaderEstimates {
  return { minions: minions.estimate!, chain: chain.estimate! } as ReaderEstimates;
}

function labelOf(documents: AdviceOptions['documents'], all: Label | undefined): Label {
  return documents
    .map(({ label }) => label ?? all ?? 'extracts')
    .reduce(stricter, all ?? 'cloud-allowed');
}

function advised(
  model: LanguageModel,
  {
    prices,
    speeds,
  }: { prices: PriceByModel | undefined; speeds: Readonly<Record<string, ModelSpeed>> },
): AdvisedModel {
  // One that stands in for a cloud bears the name of the model it is priced as.
  const price = priceOf(model, prices);
  const { contextTokens, forms } = capabilitiesOf(model);
  const speed = isAbsent(model) ? undefined : speeds[model.modelId];
  return {
    modelId: model.modelId,
    ...(price && { price }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(speed && { speed }),
    ...(forms !== undefined && { fillsForms: forms }),
  };
}

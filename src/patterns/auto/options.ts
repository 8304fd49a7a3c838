import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { embedderOption, servedEmbedding } from '../../backends/served-embedder.ts';
import { rerankerData, rerankerOption } from '../../backends/served-reranker.ts';
import { functionOption, modelOption, objectOption } from '../../config/option-kinds.ts';
import { earlierOnly, ownerOnly } from '../../config/strictness.ts';
import type { PriceByModel } from '../../model/leaf/cost/prices.ts';
import type { Adviser } from './adviser.ts';

/** Options of `auto` that are data, as a configuration has them. */
export const autoData = deferred(() =>
  z.strictObject({
    /** Always this way, where it is open. Default: the one that pays. */
    way: earlierOnly(
      z
        .enum(['whole', 'whole-on-device', 'retrieval', 'retrieval-on-device', 'minions', 'chain'])
        .optional(),
      [
        ['whole-on-device', 'retrieval-on-device'],
        ['minions', 'chain'],
        ['retrieval'],
        ['whole', undefined],
      ],
    ),
    /**
     * An embedding model by its server's address, which ranks passages by meaning too, here and in
     * the patterns chosen from: `{ model, endpoint }`. Default: none.
     */
    embedder: ownerOnly(servedEmbedding.optional()),
    /**
     * Reads the first 50 passages again, to order them, here and in the patterns chosen from:
     * `{ model, endpoint }` of what answers `/v1/rerank`, or `local`. Default: none.
     */
    reranker: ownerOnly(rerankerData.optional()),
  }),
);

/** Options of `auto` as a program has them; the patterns come as models, by their part. */
export const autoOptions = deferred(() =>
  autoData.extend({
    /** Answers what stays on this device. */
    local: modelOption,
    /** Answers from the whole document, where that pays. */
    cloud: modelOption,
    /** Reads all chunks at once. */
    minions: modelOption,
    /** Reads part by part. */
    chain: modelOption,
    /** Answers calls without a document. */
    plain: modelOption,
    /** Says which way pays, such as `advise`. */
    adviser: functionOption<Adviser>(),
    /** What models cost, for those that the price list does not know. */
    prices: objectOption<PriceByModel>('prices by model').optional(),
    /**
     * Ranks retrieved passages by meaning too: `embedderOf(model)`, or `{ model, endpoint }` of a
     * server that answers `/v1/embeddings`. Default: none.
     */
    embedder: embedderOption.optional(),
    /**
     * Reads the first 50 retrieved passages again, to order them: a model, `local`, or
     * `{ model, endpoint }` of a server that answers `/v1/rerank`. Default: none.
     */
    reranker: rerankerOption.optional(),
  }),
);

/** Options of `auto`; the patterns come as models, by the part they play. */
export type AutoOptions = Readonly<z.input<typeof autoOptions>>;

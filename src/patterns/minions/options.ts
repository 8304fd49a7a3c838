import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import type { TokenCounter } from '../../algorithms/text/chunk-by-tokens.ts';
import { embedderOption, servedEmbedding } from '../../backends/served-embedder.ts';
import { rerankerData, rerankerOption } from '../../backends/served-reranker.ts';
import { functionOption, modelOption } from '../../config/option-kinds.ts';
import { earlierOnly, lowerOnly, ownerOnly } from '../../config/strictness.ts';
import type { JobPlan } from './plan.ts';

const plans = deferred(() => z.enum(['planned', 'plain']));

/** Options of MINIONS that are data, as a configuration has them. */
export const minionsData = deferred(() =>
  z.strictObject({
    /**
     * `planned`: the cloud writes the jobs. `plain`: the question is asked of every chunk as it is;
     * there is then one round, unless `maxRounds` says more. Default: `planned`.
     */
    plan: earlierOnly(plans.optional(), [['plain'], ['planned', undefined]]),
    /**
     * `jobs`: MINIONS. `chat`: the naive MINION, in which the cloud talks with one reader of the
     * whole text. Default: `jobs`.
     */
    protocol: z.enum(['jobs', 'chat']).default('jobs'),
    /** Jobs at a time. Default: 8. */
    concurrency: z.number().int().min(1).max(1000).default(8),
    /** Characters of extracts in any one call that leaves. Default: 12,000. */
    maxReleased: lowerOnly(z.number().int().min(200).max(1_000_000).default(12_000)),
    /**
     * Rounds of reading; a further one is read only where something is open. Default: 3, or 1 with
     * a declared plan.
     */
    maxRounds: lowerOnly(z.number().int().min(1).max(20).optional(), 3),
    /**
     * Jobs of a round; those least related to their task are left out beyond it. Default: 4,096.
     */
    maxJobs: lowerOnly(z.number().int().min(1).max(1_000_000).default(4096)),
    /**
     * Lets the planner see the headings of documents labelled `extracts`; they are their text.
     * Default: false.
     */
    outline: earlierOnly(z.boolean().default(false), [[false], [true]]),
    /**
     * An embedding model by its server's address, which ranks passages by meaning too, beside BM25:
     * `{ model, endpoint }` of what answers `/v1/embeddings`, such as Ollama. Default: none.
     */
    embedder: ownerOnly(servedEmbedding.optional()),
    /**
     * Reads the first 50 passages again, beside the question, to order them: `{ model, endpoint }`
     * of what answers `/v1/rerank`, or `local`, a call of one token for each. Default: none.
     */
    reranker: ownerOnly(rerankerData.optional()),
    /** Tokens that the worker's window holds, for `chat`. Default: 8,192. */
    windowTokens: z.number().int().min(256).max(2_000_000).default(8192),
  }),
);

/** Options of MINIONS as a program has them. */
export const minionsOptions = deferred(() =>
  minionsData.extend({
    /** Reads the chunks, on this device. */
    local: modelOption,
    /** Writes the jobs and answers from the extracts; it never sees the document. */
    cloud: modelOption,
    /**
     * `planned`: the cloud writes the jobs. `plain`, or a function: a declared plan for a question,
     * instead of the cloud's; there is then one round, unless `maxRounds` says more. Default:
     * `planned`.
     */
    plan: z.union([plans, functionOption<(question: string) => JobPlan>()]).optional(),
    /** Grades the answer from 1 to 5, by the extracts alone. Default: nobody. */
    judge: modelOption.optional(),
    /**
     * Ranks passages by meaning too, beside BM25: `embedderOf(model)`, or `{ model, endpoint }` of
     * a server that answers `/v1/embeddings`. Default: none.
     */
    embedder: embedderOption.optional(),
    /**
     * Reads the first 50 passages again, beside the question, to order them: a model, `local`, or
     * `{ model, endpoint }` of a server that answers `/v1/rerank`. Default: none.
     */
    reranker: rerankerOption.optional(),
    /** Counts tokens where a plan cuts by them. Default: four characters to a token. */
    countTokens: functionOption<TokenCounter>().optional(),
  }),
);

/** Options of MINIONS. */
export type MinionsOptions = Readonly<z.input<typeof minionsOptions>>;

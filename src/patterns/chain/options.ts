import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { embedderOption, servedEmbedding } from '../../backends/served-embedder.ts';
import { rerankerData, rerankerOption } from '../../backends/served-reranker.ts';
import { functionOption, modelOption } from '../../config/option-kinds.ts';
import { earlierOnly, lowerOnly, ownerOnly } from '../../config/strictness.ts';

/** Options of Chain of Agents that are data, as a configuration has them. */
export const chainData = deferred(() =>
  z.strictObject({
    /**
     * What is made of the document: an answer, which needs a question, or a summary or a timeline,
     * for which a question is only a focus. Default: `answer`.
     */
    task: z.enum(['answer', 'summary', 'timeline']).default('answer'),
    /**
     * How the document is walked. `parallel` reads all parts at once with the unit of the round
     * before: as many rounds as a chain of facts has links, each as long as the slowest part.
     * Default: `left-to-right`.
     */
    order: z.enum(['left-to-right', 'right-to-left', 'parallel']).default('left-to-right'),
    /**
     * Most times that the document is read; again only while questions stay open. Default: 2; in
     * parallel 3.
     */
    passes: lowerOnly(z.number().int().min(1).max(10).optional(), 3),
    /**
     * `facts`, checked quotes with their places, or `text`, the free text of the paper, which
     * nobody can check: it leaves for a cloud only from documents labelled `cloud-allowed`.
     * Default: `facts`.
     */
    unit: earlierOnly(z.enum(['facts', 'text']).default('facts'), [['facts'], ['text']]),
    /**
     * The worker's context window in tokens. Default: 8192 (Chain of Agents, §4), or what the
     * worker is known to have, if less.
     */
    windowTokens: z.number().int().min(256).max(10_000_000).optional(),
    /** Most tokens of the communication unit. Default: 1024. */
    unitTokens: lowerOnly(z.number().int().min(50).max(100_000).default(1024)),
    /**
     * Most tokens of a part; less than the window leaves makes small models more exact. Default:
     * what it leaves.
     */
    chunkTokens: z.number().int().min(50).max(10_000_000).optional(),
    /**
     * Most tokens that a worker writes. Default: 1024 (Chain of Agents, §4), at most a quarter of
     * the window.
     */
    outputTokens: z.number().int().min(64).max(100_000).optional(),
    /**
     * Parts at a time where the order is parallel; a pattern as worker bounds itself. Default: 8.
     */
    concurrency: z.number().int().min(1).max(1000).default(8),
    /**
     * Whether what earlier readings of the same document have noted is used, where the run keeps
     * documents. Default: true.
     */
    reuse: z.boolean().default(true),
    /**
     * An embedding model by its server's address, by which the passages shown where no model
     * answers are ranked by meaning too: `{ model, endpoint }`. Default: none.
     */
    embedder: ownerOnly(servedEmbedding.optional()),
    /**
     * Reads the first 50 of those passages again, to order them: `{ model, endpoint }` of what
     * answers `/v1/rerank`, or `local`, a call of one token for each. Default: none.
     */
    reranker: ownerOnly(rerankerData.optional()),
  }),
);

/** Options of Chain of Agents as a program has them. */
export const chainOptions = deferred(() =>
  chainData.extend({
    /** Reads the document part by part, on this device. */
    worker: modelOption,
    /** Answers from the last communication unit; it never sees the document. */
    manager: modelOption,
    /** Counts tokens as the worker does. Default: four characters to a token. */
    countTokens: functionOption<(text: string) => number>().optional(),
    /**
     * Ranks the passages shown where no model answers by meaning too: `embedderOf(model)`, or
     * `{ model, endpoint }` of a server that answers `/v1/embeddings`. Default: none.
     */
    embedder: embedderOption.optional(),
    /**
     * Reads the first 50 of those passages again, to order them: a model, `local`, or
     * `{ model, endpoint }` of a server that answers `/v1/rerank`. Default: none.
     */
    reranker: rerankerOption.optional(),
  }),
);

/** Options of Chain of Agents. */
export type ChainOptions = Readonly<z.input<typeof chainOptions>>;

/** What is made of the document. */
export type ChainTask = z.output<typeof chainData>['task'];

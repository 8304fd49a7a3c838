import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { embedderOption, servedEmbedding } from '../../backends/served-embedder.ts';
import { functionOption, modelOption, objectOption } from '../../config/option-kinds.ts';
import { earlierOnly, lowerOnly, ownerOnly } from '../../config/strictness.ts';
import type { DriftMonitor } from '../../eval/calibration/drift.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import type { Rule } from './rules.ts';
import type { Scorer } from './scorer.ts';

const weightsFile = deferred(() => z.string().min(1));
const scorers = deferred(() => z.enum(['weights', 'embedding', 'hand', 'llm']));

/** Options of a router that are data, as a configuration has them. */
export const routerData = deferred(() =>
  z.strictObject({
    /**
     * A file of `tandem train router`. Default: the weights that come with the package.
     */
    weights: ownerOnly(weightsFile.optional()),
    /**
     * Whether weights of another pair of models may decide; the reason of each decision then says
     * so. Default: false.
     */
    anyPair: earlierOnly(z.boolean().default(false), [[false], [true]]),
    /**
     * With weights: three outcomes (`decided`), two that keep the cloud's quality (`kept`), both as
     * far as the log allowed a promise, or the bare score against `localFrom` and `cloudBelow`,
     * which promises nothing (`guess`). Default: `decided`, else `kept`, whichever is promised.
     */
    aim: z.enum(['decided', 'kept', 'guess']).optional(),
    /**
     * With weights: the share of requests, 0..1, that goes
     * to the cloud, as far as they come as those of training came; it promises no quality. A
     * request may only lower it. Default: what `aim` says.
     */
    cloudShare: lowerOnly(z.number().min(0).max(1).optional(), 0),
    /**
     * `embedding`: weights of `tandem train router --embedder`, which read what `embedder` makes of
     * a request. In place of weights: `hand` takes the hand-written scorer, `llm` asks the role
     * `classifier`, or the local model. Default: `weights`.
     */
    scorer: scorers.optional(),
    /**
     * The embedding model that weights were trained with, by its server's address. It is asked only
     * where mode and label allow; one that fails or is late leaves a request unsure.
     */
    embedder: ownerOnly(servedEmbedding.optional()),
    /** How long a decision waits for the embedder, in milliseconds. Default: 2,000. */
    embedderMs: z.number().int().min(1).max(600_000).default(2000),
    /**
     * For scorers without thresholds of their own, and `aim: guess`: from this score the local
     * model answers. Default: 0.65.
     */
    localFrom: z.number().min(0).max(1).default(0.65),
    /** Below this score the cloud answers. Default: 0.35. */
    cloudBelow: z.number().min(0).max(1).default(0.35),
    /** Whether a conversation that went to the cloud stays there. Default: true. */
    sticky: z.boolean().default(true),
    /**
     * When the chosen place cannot be had: let the other answer, marked `degraded`, or fail.
     * Default: `degrade`.
     */
    offline: z.enum(['degrade', 'fail']).default('degrade'),
  }),
);

/** Options of a router as a program has them. */
export const routerOptions = deferred(() =>
  routerData.extend({
    /** Answers simple requests. */
    local: modelOption,
    /** Answers hard requests. */
    cloud: modelOption,
    /**
     * Answers what the scorer cannot tell. Default: the cloud; with the weights of the package a
     * cascade of both models.
     */
    unsure: modelOption.optional(),
    /** Further models by name, to which rules can send requests. */
    models: z.record(z.string(), modelOption).optional(),
    /**
     * Trained weights, or the path of a file of `tandem train router`. Default: those that come
     * with the package.
     */
    weights: z.union([weightsFile, objectOption<RouterWeights>('trained weights')]).optional(),
    /**
     * `embedding`: weights that read what `embedder` makes of a request. In place of weights:
     * `hand`, `llm` (which asks `classifier`, or the local model), or a function such as
     * `knnScorer(rows)`. Default: `weights`.
     */
    scorer: z.union([scorers, functionOption<Scorer>()]).optional(),
    /**
     * The embedding model that weights were trained with: `embedderOf(model)`, or `{ model,
     * endpoint }` of a server.
     */
    embedder: embedderOption.optional(),
    /** Is asked by `scorer: 'llm'`. Default: the local model. */
    classifier: modelOption.optional(),
    /** Asked in order before the scorer. Default: `[labelled('local-only')]`. */
    rules: z.array(objectOption<Rule>('a rule, such as `longerThan(2000)`')).optional(),
    /** Is told of every decision. */
    drift: objectOption<DriftMonitor>('a monitor of `driftMonitor`').optional(),
  }),
);

/** Options of a router. */
export type RouterOptions = Readonly<z.input<typeof routerOptions>>;

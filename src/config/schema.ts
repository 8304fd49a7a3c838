import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import type { OfSchema } from '../model/of-schema.ts';
import { breaker, budget, localPrice, price, retry } from '../model/run/limits.ts';
import { type PrivacyMode, privacyModes } from '../model/run/ports.ts';

const modelObject = later(() =>
  z
    .custom<object>(
      value => (value as { specificationVersion?: unknown })?.specificationVersion === 'v4',
    )
    .meta({ is: 'a model' }),
);
const providerObject = later(() =>
  z
    .custom<object>(
      value =>
        typeof (value as { languageModel?: unknown } | undefined)?.languageModel === 'function',
    )
    .meta({ is: 'a provider of the AI SDK' }),
);
const specWithSettings = later(() =>
  z.looseObject({ spec: z.string().min(1) }).meta({ is: 'an object with `spec`' }),
);
const callsAtATime = later(() => z.number().int().min(1).max(1024).optional());
const poolMember = later(() =>
  z.union([
    z.string().min(1),
    z
      .looseObject({ spec: z.string().min(1), concurrency: callsAtATime() })
      .meta({ is: 'an object with `spec`' }),
  ]),
);
const poolShape = later(() => ({
  pool: z.array(poolMember()).min(1),
  concurrency: callsAtATime(),
}));
/** Several servers as one model, with every key that such a model may have. */
export const configuredPool = later(() => z.strictObject(poolShape()));
// A key that is not known is told of the pool, beside the names: here it could be any model's.
const poolOfServers = later(() =>
  z.looseObject(poolShape()).meta({ is: 'one with a list of servers as `pool`' }),
);
const configuredModel = later(() =>
  z.union([modelObject(), z.string().min(1), specWithSettings(), poolOfServers()]),
);
const configuredPattern = later(() =>
  z.looseObject({
    /** `cascade`, `router`, `maker`, `minions` or `chain`. */
    pattern: z.string(),
    /** Name of a model or of another pattern, or a spec. Default: the model named `local`. */
    local: z.string().optional(),
    /** As above. Default: the model named `cloud`. */
    cloud: z.string().optional(),
  }),
);

const address = () =>
  z.url({ protocol: /^https?$/ }).meta({ is: 'an address that begins with http:// or https://' });
const findings = () => ({
  scoreThreshold: z.number().min(0).max(1).optional(),
  entities: z.array(z.string().min(1)).min(1).optional(),
});
const finder = later(() =>
  z.union([
    z.literal('names'),
    z.strictObject({ model: z.string().min(1) }).meta({ is: 'an object with `model`' }),
    z
      .strictObject({ presidio: address(), language: z.string().min(2).optional(), ...findings() })
      .meta({ is: 'one with an address as `presidio`' }),
    z
      .strictObject({ tags: address(), ...findings() })
      .meta({ is: 'one with an address as `tags`' }),
  ]),
);
const privacy = later(() =>
  z.strictObject({
    /** Default: `cloud-allowed`. */
    mode: z.enum(privacyModes as [PrivacyMode, ...PrivacyMode[]]).optional(),
    /** Whether personal data is masked in what goes to a cloud. Default: false. */
    mask: z.boolean().optional(),
    /** Words that are masked too, such as names of customers. */
    words: z.array(z.string().min(1)).optional(),
    /**
     * Hosts of the own network that are allowed what this device is, such as `192.168.1.5`.
     * Default: none.
     */
    networkHosts: z.array(z.string().min(1)).optional(),
    /** What looks for names and more, beside the built-in detectors. Default: nothing. */
    finders: z.array(finder()).optional(),
  }),
);
const journal = later(() =>
  z.strictObject({
    /** Whether every run is kept. Default: false. */
    keep: z.boolean().optional(),
    /** Default: `.tandem/tandem.db`. */
    path: z.string().min(1).optional(),
    /** `hashes` keeps figures alone. Default: `full`. */
    content: z.enum(['full', 'hashes']).optional(),
    /** Days after which ended runs are removed, with all their content. Default: never. */
    keepDays: z.number().positive().optional(),
    /** Days after which the record of what left is removed. Default: never. */
    keepEgressDays: z.number().positive().optional(),
    /**
     * Milliseconds that a process holds a run without renewing its lease; after so long another
     * takes the run over from one that is stopped or cut off. At least 200. Default: 8,000.
     */
    leaseMs: z.number().min(200).optional(),
  }),
);
const milliseconds = later(() => z.number().positive().optional());
const timeouts = later(() =>
  z.strictObject({
    /** Until a server lets us in. Default: 2,000 in this network, else 10,000. */
    connectMs: milliseconds(),
    /** Until an answer that is not streamed begins. Default: 600,000. */
    answerMs: milliseconds(),
    /** Until a stream shows its first content. Default: 300,000. */
    firstTokenMs: milliseconds(),
    /** Between two parts of a stream. Default: 60,000. */
    idleMs: milliseconds(),
    /** For a whole run. Default: no limit. */
    runMs: milliseconds(),
  }),
);
/** A named pattern: which pattern, over which models, with which options. */
export type ConfiguredPattern = OfSchema<typeof configuredPattern>;

/** What may leave, for every run; a command can only be stricter. */
export type PrivacyConfig = OfSchema<typeof privacy>;

/**
 * A finder of personal data: names by the package `compromise`, a model of the configuration, a
 * Presidio analyzer, or a server of token classification, each by its address.
 */
export type ConfiguredFinder = OfSchema<typeof finder>;

/** Whether and how runs are kept. */
export type JournalConfig = OfSchema<typeof journal>;

/** How long things may take, in milliseconds. */
export type TimeoutConfig = OfSchema<typeof timeouts>;

const shared = later(() => ({
  $schema: z.string().optional(),
  patterns: z.record(z.string(), configuredPattern()).optional(),
  prices: z.record(z.string(), price()).optional(),
  localPrice: localPrice().optional(),
  privacy: privacy().optional(),
  budgetUsd: z.number().min(0).optional(),
  budget: budget().optional(),
  timeouts: timeouts().optional(),
  retry: retry().partial().optional(),
  breaker: breaker().partial().optional(),
  telemetry: z.boolean().optional(),
  journal: journal().optional(),
  store: z.string().min(1).optional(),
  gateway: z.record(z.string(), z.unknown()).optional(),
}));

/** What a configuration may hold. */
export const configSchema = later(() =>
  z.strictObject({
    ...shared(),
    models: z.record(z.string(), configuredModel()).optional(),
    providers: z.record(z.string(), providerObject()).optional(),
  }),
);

/** What a configuration in text may hold: no objects of a program. */
export const textConfigSchema = later(() =>
  z.strictObject({
    ...shared(),
    models: z
      .record(z.string(), z.union([z.string().min(1), specWithSettings(), configuredPool()]))
      .optional(),
  }),
);

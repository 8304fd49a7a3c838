import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { type PrivacyMode, privacyModes } from '../model/run/ports.ts';

const price = later(() =>
  z.strictObject({
    input: z.number().min(0),
    cachedInput: z.number().min(0).optional(),
    output: z.number().min(0),
  }),
);
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
    pattern: z.string(),
    local: z.string().optional(),
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
    mode: z.enum(privacyModes as [PrivacyMode, ...PrivacyMode[]]).optional(),
    mask: z.boolean().optional(),
    words: z.array(z.string().min(1)).optional(),
    networkHosts: z.array(z.string().min(1)).optional(),
    finders: z.array(finder()).optional(),
  }),
);
const journal = later(() =>
  z.strictObject({
    keep: z.boolean().optional(),
    path: z.string().min(1).optional(),
    content: z.enum(['full', 'hashes']).optional(),
    keepDays: z.number().positive().optional(),
    keepEgressDays: z.number().positive().optional(),
    leaseMs: z.number().min(200).optional(),
  }),
);
const allowance = later(() => ({
  usd: z.number().min(0).optional(),
  tokens: z.number().int().min(0).optional(),
}));
const budget = later(() =>
  z.strictObject({
    ...allowance(),
    perCall: z.strictObject(allowance()).optional(),
    perDay: z.strictObject(allowance()).optional(),
    perModel: z.record(z.string(), z.strictObject(allowance())).optional(),
  }),
);
const localPrice = later(() =>
  z.union([
    z.literal(0),
    z.strictObject({ usdPerHour: z.number().min(0) }),
    z.strictObject({ watts: z.number().min(0), usdPerKwh: z.number().min(0) }),
  ]),
);
const milliseconds = later(() => z.number().positive().optional());
const timeouts = later(() =>
  z.strictObject({
    connectMs: milliseconds(),
    answerMs: milliseconds(),
    firstTokenMs: milliseconds(),
    idleMs: milliseconds(),
    runMs: milliseconds(),
  }),
);
const retry = later(() =>
  z.strictObject({
    tries: z.number().int().min(1).optional(),
    baseMs: z.number().min(0).optional(),
    maxWaitMs: z.number().min(0).optional(),
  }),
);
const breaker = later(() =>
  z.strictObject({
    failures: z.number().int().min(1).optional(),
    coolDownMs: z.number().positive().optional(),
  }),
);

const shared = later(() => ({
  $schema: z.string().optional(),
  patterns: z.record(z.string(), configuredPattern()).optional(),
  prices: z.record(z.string(), price()).optional(),
  localPrice: localPrice().optional(),
  privacy: privacy().optional(),
  budgetUsd: z.number().min(0).optional(),
  budget: budget().optional(),
  timeouts: timeouts().optional(),
  retry: retry().optional(),
  breaker: breaker().optional(),
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

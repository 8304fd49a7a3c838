import type { PriceByModel } from '../model/leaf/cost/prices.ts';
import type { BreakerPolicy, BudgetLimits, LocalPrice, RetryPolicy } from '../model/run/limits.ts';
import type { SpecSettings } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';
import type { ConfiguredPattern, JournalConfig, PrivacyConfig, TimeoutConfig } from './schema.ts';

/** A model of one server in a configuration: its spec and its settings. */
export type ConfiguredServer = { readonly spec: string } & SpecSettings;

/** Several servers of one model as one local model. */
export interface ConfiguredPool {
  /**
   * Its servers: names of models, specs, or specs with settings, of which `concurrency` says how
   * many calls that server takes at a time.
   */
  readonly pool: readonly (string | ConfiguredServer)[];
  /** Calls that each server takes at a time; others wait in the pool. Default: 2. */
  readonly concurrency?: number;
}

/**
 * A model in a configuration: a spec, a spec with settings, several servers as one, or (from
 * TypeScript) a model object.
 */
export type ConfiguredModel = string | ConfiguredServer | ConfiguredPool | LanguageModel;

/**
 * A configuration as a file holds it, in TypeScript, YAML or JSON; what its patterns hold is known
 * to the patterns alone.
 */
export interface AnyConfig {
  /** Path or URL of the JSON Schema, for editors. */
  readonly $schema?: string;
  /** Models by name; `local` and `cloud` are the defaults of every pattern. */
  readonly models?: Readonly<Record<string, ConfiguredModel>>;
  /** Patterns by name. */
  readonly patterns?: Readonly<Record<string, ConfiguredPattern>>;
  /**
   * Providers of the AI SDK by the name that specs begin with; in TypeScript alone. Their models
   * count as cloud.
   */
  readonly providers?: Readonly<Record<string, { languageModel(modelId: string): LanguageModel }>>;
  /** US dollars per million tokens, by model name. */
  readonly prices?: PriceByModel;
  /** What time on this device costs. Default: unknown, and not counted. */
  readonly localPrice?: LocalPrice;
  readonly privacy?: PrivacyConfig;
  /** Most that the cloud calls of one run may cost, in US dollars; short for `budget.usd`. */
  readonly budgetUsd?: number;
  /** What a run, each call, each day and each model may spend. */
  readonly budget?: BudgetLimits;
  readonly timeouts?: TimeoutConfig;
  readonly retry?: Partial<RetryPolicy>;
  readonly breaker?: Partial<BreakerPolicy>;
  readonly journal?: JournalConfig;
  /**
   * Where all is kept: runs, documents, and what a server keeps. The path of a file, or
   * `postgres://user@host/database`. `journal.path` and `gateway.state` stand above it.
   */
  readonly store?: string;
  /**
   * Whether runs are handed to OpenTelemetry, without their content; needs `@opentelemetry/api`.
   * Default: false.
   */
  readonly telemetry?: boolean;
  /** What `tandem serve` is told beside; it checks this section itself. */
  readonly gateway?: Readonly<Record<string, unknown>>;
}

import type { BreakerPolicy } from '../model/leaf/breaker.ts';
import type { BudgetLimits } from '../model/leaf/cost/budget.ts';
import type { LocalPrice, PriceByModel } from '../model/leaf/cost/prices.ts';
import type { PrivacyMode } from '../model/run/ports.ts';
import type { RetryPolicy } from '../model/run/scope.ts';
import type { SpecSettings } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';

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

/** A named pattern: which pattern, over which models, with which options. */
export interface ConfiguredPattern {
  /** `cascade`, `router`, `maker`, `minions` or `chain`. */
  readonly pattern: string;
  /** Name of a model or of another pattern, or a spec. Default: the model named `local`. */
  readonly local?: string;
  /** As above. Default: the model named `cloud`. */
  readonly cloud?: string;
  /** Further roles and the pattern's own options. */
  readonly [key: string]: unknown;
}

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

/** How long things may take, in milliseconds. */
export interface TimeoutConfig {
  /** Until a server lets us in. Default: 2,000 in this network, else 10,000. */
  readonly connectMs?: number;
  /** Until an answer that is not streamed begins. Default: 600,000. */
  readonly answerMs?: number;
  /** Until a stream shows its first content. Default: 300,000. */
  readonly firstTokenMs?: number;
  /** Between two parts of a stream. Default: 60,000. */
  readonly idleMs?: number;
  /** For a whole run. Default: no limit. */
  readonly runMs?: number;
}

/** What may leave, for every run; a command can only be stricter. */
export interface PrivacyConfig {
  /** Default: `cloud-allowed`. */
  readonly mode?: PrivacyMode;
  /** Whether personal data is masked in what goes to a cloud. Default: false. */
  readonly mask?: boolean;
  /**
   * Hosts of the own network that are allowed what this device is, such as `192.168.1.5`. Default:
   * none.
   */
  readonly networkHosts?: readonly string[];
  /** Words that are masked too, such as names of customers. */
  readonly words?: readonly string[];
  /** What looks for names and more, beside the built-in detectors. Default: nothing. */
  readonly finders?: readonly ConfiguredFinder[];
}

/**
 * A finder of personal data: names by the package `compromise`, a model of the configuration, a
 * Presidio analyzer, or a server of token classification, each by its address.
 */
export type ConfiguredFinder =
  | 'names'
  | { readonly model: string }
  | {
      readonly presidio: string;
      readonly language?: string;
      readonly scoreThreshold?: number;
      readonly entities?: readonly string[];
    }
  | {
      readonly tags: string;
      readonly scoreThreshold?: number;
      readonly entities?: readonly string[];
    };

/** Whether and how runs are kept. */
export interface JournalConfig {
  /** Whether every run is kept. Default: false. */
  readonly keep?: boolean;
  /** Default: `.tandem/tandem.db`. */
  readonly path?: string;
  /** Days after which ended runs are removed, with all their content. Default: never. */
  readonly keepDays?: number;
  /** Days after which the record of what left is removed. Default: never. */
  readonly keepEgressDays?: number;
  /** `hashes` keeps figures alone. Default: `full`. */
  readonly content?: 'full' | 'hashes';
  /**
   * Milliseconds that a process holds a run without renewing its lease; after so long another takes
   * the run over from one that is stopped or cut off. At least 200. Default: 8,000.
   */
  readonly leaseMs?: number;
}

import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { notConfigured } from '../backends/none.ts';
import { rolesFromEnvironment } from '../backends/roles.ts';
import { checkConfig } from '../config/check-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { objectOption } from '../config/option-kinds.ts';
import { providerOf, type TandemProvider } from '../config/provider.ts';
import { readOptions } from '../config/read-options.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { runOptionsOf } from '../config/run-options.ts';
import { extractive } from '../documents/extractive.ts';
import { TandemError } from '../model/errors.ts';
import type { Journal } from '../model/run/ports.ts';
import { pool } from '../patterns/pool/pool.ts';
import { openJournal } from '../runs/journal.ts';
import { pruneOld } from '../runs/retention.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import type { Sink } from '../trace/sink.ts';
import type { Config } from './config.ts';
import { configuredMasker } from './configured-masker.ts';
import { embeddingModelsOf } from './embedding-models.ts';
import { model } from './model.ts';
import { patternByName } from './patterns.ts';
import { schemes } from './schemes.ts';

const tandemOptions = later(() =>
  z.strictObject({
    /** What variables are read from. Default: `process.env`. */
    env: objectOption<Readonly<Record<string, string | undefined>>>('variables').optional(),
    /** Keeps every run. Default: what the configuration says. */
    journal: objectOption<Journal>('a journal, such as `openJournal()`').optional(),
    /**
     * Is told of every run, such as `await openTelemetry()`. Default: what the configuration says,
     * with `loadTandem`.
     */
    sink: objectOption<Sink>('a sink, such as `await openTelemetry()`').optional(),
  }),
);
const loadOptions = later(() =>
  tandemOptions().extend({
    file: z.string().min(1).optional(),
    folder: z.string().min(1).optional(),
  }),
);

/** How a provider is made of a configuration. */
export type TandemOptions = Readonly<z.input<ReturnType<typeof tandemOptions>>>;

/**
 * Makes a provider of the AI SDK of a configuration: `tandem('support')` is the pattern of that
 * name, and what the configuration says of privacy, budgets and time-outs holds for every call.
 * Variables go before it: `SLM_BACKEND` and `LLM_BACKEND` take the place of `local` and `cloud`.
 * @throws TandemError for a mistake in the configuration
 * @example
 * ```ts
 * const tandem = createTandem({
 *   models: { local, cloud },
 *   patterns: { support: { pattern: 'cascade' } },
 * });
 * const answer = await tandem('support').doGenerate(userCall('Hello'));
 * ```
 */
export function createTandem(config: Config, options: TandemOptions = {}): TandemProvider {
  checkConfig(config, 'createTandem');
  readOptions(tandemOptions(), options, 'createTandem');
  const { env = process.env } = options;
  const roles = rolesFromEnvironment(env);
  const make = (role: 'local' | 'cloud') => {
    const given = roles[role];
    return given && model(given.spec, { ...given.settings, env });
  };
  const resolved = resolveConfig(config, {
    model: (spec, settings) => model(spec, { ...settings, env }),
    patternByName,
    pool,
    schemes,
    override: { local: () => make('local'), cloud: () => make('cloud') },
    fallback: { local: () => extractive(), cloud: () => notConfigured() },
  });
  const settings = runOptionsOf(config, privacy => configuredMasker(privacy, resolved.find));
  const { keep, keepDays, keepEgressDays, ...kept } = config.journal ?? {};
  const { sink } = options;
  if (config.telemetry && !sink) {
    const message =
      '`telemetry` needs a sink here. Use `loadTandem`, or give `sink: await openTelemetry()`.';
    throw new TandemError('invalid_argument', message);
  }
  let journal = options.journal;
  const runOptions = () => {
    if (!journal && (keep || config.budget?.perDay)) {
      const opened = openJournal(kept);
      // A store that cannot be pruned says so when it is written.
      pruneOld(opened, { keepDays, keepEgressDays }).catch(() => {});
      journal = opened;
    }
    return { ...settings, ...(journal && { journal }), ...(sink && { sink }) };
  };
  const { embeddings } = (config.gateway ?? {}) as { readonly embeddings?: unknown };
  return providerOf(resolved, runOptions, embeddingModelsOf(embeddings, runOptions));
}

/**
 * Reads the configuration of a folder, or the file named, and makes a provider of it. @throws
 * TandemError
 * @example
 * ```ts
 * const tandem = await loadTandem({ folder: '.' });
 * const answer = await tandem('support').doGenerate(userCall('Hello'));
 * ```
 */
export async function loadTandem(
  options: TandemOptions & { readonly file?: string; readonly folder?: string } = {},
): Promise<TandemProvider> {
  readOptions(loadOptions(), options, 'loadTandem');
  const { folder = process.cwd(), file, ...given } = options;
  const { env = process.env } = given;
  // What its patterns hold is checked when the provider is made.
  const config = (await loadConfig({
    folder,
    env,
    ...(file !== undefined && { file }),
  })) as Config;
  const sink = options.sink ?? (config.telemetry ? await openTelemetry() : undefined);
  return createTandem(config, { ...given, ...(sink && { sink }) });
}

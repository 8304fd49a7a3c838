// The models of a job: those that the command line names, or none.
import { parseArgs } from 'node:util';
import { type LanguageModel, model, TandemError } from 'tandem';
import type { PriceByModel } from 'tandem/backends';
import { loadConfig, patternByName, resolveConfig, schemes } from 'tandem/config';
import type { Embedder } from './search.ts';

/** The models that were named. */
export interface NamedPair {
  readonly local: LanguageModel | undefined;
  readonly cloud: LanguageModel | undefined;
  /** What finds by meaning, where one was named. */
  readonly embedder: Embedder | undefined;
  /** What a configuration says of prices. */
  readonly prices: PriceByModel;
  /** Other options and what stands beside them. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * The options of a job that finds by meaning: `--embedder URL --embedding NAME`, such as
 * `http://127.0.0.1:11434/v1` and `nomic-embed-text`.
 */
export const byMeaning = { embedder: 'string', embedding: 'string' } as const;

/**
 * Reads `--local SPEC` and `--cloud SPEC`, such as `ollama:phi4-mini` and `azure:gpt-4.1`, or the
 * models `local` and `cloud` of a `--config FILE`, and the options of a job. What is wrong is
 * said, and the process ends.
 */
export async function readPair(
  more: Readonly<Record<string, 'string' | 'boolean'>> = {},
): Promise<NamedPair> {
  const own = Object.entries(more).map(([name, type]) => [name, { type }] as const);
  const { values, positionals } = parsed({
    local: { type: 'string' },
    cloud: { type: 'string' },
    config: { type: 'string' },
    ...Object.fromEntries(own),
  });
  const options = values as NamedPair['options'];
  // A server that is away is a sentence for whoever started this, not a stack.
  process.on('uncaughtException', error => {
    console.error(TandemError.isInstance(error) ? `${error.code}: ${error.message}` : error);
    process.exit(1);
  });
  try {
    const embedder = embedderIn(options);
    return { ...(await modelsOf(options)), embedder, options, positionals };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function embedderIn({ embedder, embedding }: NamedPair['options']): Embedder | undefined {
  if (embedder === undefined && embedding === undefined) return undefined;
  if (typeof embedder !== 'string' || typeof embedding !== 'string')
    throw new Error('An embedder needs both --embedder URL and --embedding NAME.');
  return { endpoint: embedder, model: embedding };
}

async function modelsOf({ local, cloud, config: file }: NamedPair['options']) {
  const config =
    typeof file === 'string' ? await loadConfig({ file, folder: process.cwd() }) : undefined;
  const configured = config && resolveConfig(config, { model, patternByName, schemes });
  const named = (role: 'local' | 'cloud', spec: string | boolean | undefined) => {
    if (typeof spec === 'string') return model(spec);
    return config?.models && role in config.models ? configured?.find(role) : undefined;
  };
  return {
    local: named('local', local),
    cloud: named('cloud', cloud),
    prices: config?.prices ?? {},
  };
}

function parsed(options: Record<string, { readonly type: 'string' | 'boolean' }>) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    const known = Object.keys(options).map(name => `--${name}`);
    console.error(`${(error as Error).message}\nOptions here: ${known.join(', ')}.`);
    process.exit(2);
  }
}

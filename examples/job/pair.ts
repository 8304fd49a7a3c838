// The models of a job: those that the command line names, or none.
import { parseArgs } from 'node:util';
import { type LanguageModel, model } from 'tandem';

/** The models that were named. */
export interface NamedPair {
  readonly local: LanguageModel | undefined;
  readonly cloud: LanguageModel | undefined;
  /** Other options and what stands beside them. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads `--local SPEC` and `--cloud SPEC`, such as `ollama:phi4-mini` and `azure:gpt-4.1`, and the
 * options of a job. @throws Error for an option that there is not
 */
export function readPair(more: Readonly<Record<string, 'string' | 'boolean'>> = {}): NamedPair {
  const own = Object.entries(more).map(([name, type]) => [name, { type }] as const);
  const { values, positionals } = parsed({
    local: { type: 'string' },
    cloud: { type: 'string' },
    ...Object.fromEntries(own),
  });
  const { local, cloud } = values as { local?: string; cloud?: string };
  return {
    local: local === undefined ? undefined : model(local),
    cloud: cloud === undefined ? undefined : model(cloud),
    options: values as NamedPair['options'],
    positionals,
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

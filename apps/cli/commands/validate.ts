import { openCapabilityCache, pool } from '../../../src/entries/backends.ts';
import {
  type AnyConfig,
  configFileIn,
  configJsonSchema,
  isCode,
  loadConfig,
  patternByName,
  problemsIn,
  resolveConfig,
  schemes,
} from '../../../src/entries/config.ts';
import { extractive, model, notConfigured, TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { table } from '../layout.ts';
import { requireTrust } from '../trusted/require-trust.ts';

/** `tandem validate`: whether a configuration is right, before anything starts. */
export const validate: Command = {
  name: 'validate',
  summary:
    'Check a configuration: keys, names, specs, variables. Nothing is asked and nothing starts.',
  usage: '[FILE] [options]',
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
    schema: { type: 'boolean', help: 'print the JSON Schema of configurations, for editors' },
  },
  examples: [
    ['tandem validate', 'checks the configuration of this folder'],
    ['tandem validate team.yaml --json', 'another one, for programs'],
    ['tandem validate --schema > tandem.schema.json', 'for an editor'],
  ],
  async run(invocation) {
    const { options, positionals, terminal } = invocation;
    if (options.schema) {
      terminal.out(
        `${JSON.stringify(configJsonSchema({ patternByName, schemes }), undefined, 2)}\n`,
      );
      return 0;
    }
    if (positionals.length > 1)
      throw wrongUse('More than one file is given.', 'Give one: tandem validate FILE.');
    const file =
      positionals[0] ?? (options.config as string | undefined) ?? configFileIn(invocation.folder);
    if (file === undefined) {
      throw wrongUse(
        'There is no configuration here.',
        'Write one with `tandem init`, or give a FILE.',
      );
    }
    const { problems, names } = await examine(file, invocation);
    if (options.json)
      terminal.out(
        `${JSON.stringify({ file, isValid: problems.length === 0, problems, names })}\n`,
      );
    else show(file, { problems, names }, invocation);
    return problems.length === 0 ? 0 : 1;
  },
};

interface Finding {
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** Models and patterns that it yields. */
  readonly names: readonly (readonly [name: string, modelId: string])[];
}

async function examine(file: string, invocation: Invocation): Promise<Finding> {
  const { env, folder } = invocation;
  const found: TandemError[] = [];
  const names: (readonly [string, string])[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!TandemError.isInstance(error)) throw error;
      found.push(error);
      return undefined;
    }
  };
  if (isCode(file)) await requireTrust(invocation, file, 'runs code');
  const config = await loadConfig({ folder, file, env }).catch((error: unknown) => {
    if (!TandemError.isInstance(error)) throw error;
    found.push(error);
    return undefined;
  });
  if (config) found.push(...problemsIn(config, { patternByName, schemes }));
  if (config && found.length === 0) {
    const { recall } = openCapabilityCache(env);
    const resolved = resolveConfig(config, {
      model: (spec, settings) => recall(model(spec, { ...settings, env })),
      patternByName,
      pool,
      schemes,
      // What stands in at every start does so here.
      fallback: { local: () => extractive(), cloud: () => notConfigured() },
    });
    for (const name of namesIn(config)) {
      const made = attempt(() => resolved.find(name));
      if (made) names.push([name, made.modelId]);
    }
  }
  const seen = new Map(found.map(({ code, message }) => [message, { code, message }]));
  return { problems: [...seen.values()], names };
}

function namesIn({ models = {}, patterns = {} }: AnyConfig): string[] {
  return [...Object.keys(models), ...Object.keys(patterns)];
}

function show(file: string, { problems, names }: Finding, { terminal }: Invocation): void {
  const { style } = terminal;
  if (problems.length === 0) {
    terminal.out(`${style.good('valid')}  ${file}\n`);
    if (names.length > 0)
      terminal.out(
        `${table(
          names.map(([name, id]) => [style.accent(name), style.dim(id)]),
          style,
          '  ',
        )}\n`,
      );
    return;
  }
  for (const { message } of problems) terminal.note(`${style.bad('error')}  ${message}`);
  terminal.note(`${file}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.`);
}

import {
  type Config,
  type Document,
  extractive,
  type LanguageModel,
  loadConfig,
  loadDocument,
  model,
  notConfigured,
  patternByName,
  type ResolvedConfig,
  resolveConfig,
  rolesFromEnvironment,
  TandemError,
} from '../../src/index.ts';
import type { Invocation } from './command.ts';

/** How much is at hand: from no model at all to a local and a cloud one. */
export type Altitude = 'floor' | 'local only' | 'cloud only' | 'hybrid';

/** What a command works with: the models of flags, environment and configuration, in this order. */
export interface Workspace {
  readonly altitude: Altitude;
  readonly resolved: ResolvedConfig;
  readonly roles: { readonly local: LanguageModel | undefined; readonly cloud: LanguageModel | undefined };
  readonly config: Config;
}

/** Opens the workspace of a command. @throws TandemError */
export async function openWorkspace(invocation: Invocation): Promise<Workspace> {
  const { options, env } = invocation;
  const config = await readConfig(invocation);
  const named = config.models ?? {};
  const fromEnvironment = rolesFromEnvironment(env);
  const roleOf = (role: 'local' | 'cloud'): LanguageModel | undefined => {
    const spec = options[role] as string | undefined;
    if (spec !== undefined) return spec in named ? resolved.find(spec) : model(spec);
    if (Object.hasOwn(named, role)) return resolved.find(role);
    const given = fromEnvironment[role];
    return given && model(given.spec, { ...given.settings, env });
  };
  const resolved = resolveConfig(config, {
    model,
    patternByName,
    // Asked only for a configured pattern whose role nobody fills.
    fallback: { local: () => roleOf('local') ?? extractive(), cloud: () => roleOf('cloud') ?? notConfigured() },
  });
  const roles = { local: roleOf('local'), cloud: roleOf('cloud') };
  return { altitude: altitudeOf(roles), resolved, roles, config };
}

/** Reads the configuration of a command. @throws TandemError */
export function readConfig({ options, folder }: Invocation): Promise<Config> {
  const file = options.config as string | undefined;
  return loadConfig({ folder, ...(file !== undefined && { file }) });
}

/** Loads the documents of `--doc`. @throws TandemError `unreadable_document` */
export async function openDocuments(paths: readonly string[]): Promise<Document[]> {
  return Promise.all(paths.map(path => loadDocument(path)));
}

/** The error of a command that has nothing to answer with. */
export function nothingToAskWith(): TandemError {
  return new TandemError(
    'not_configured',
    'No model is configured and no document given. Set SLM_BACKEND and LLM_BACKEND, give `--local ollama:phi4-mini`, ' +
      'or attach a text with `--doc FILE`, which needs no model.',
  );
}

function altitudeOf({ local, cloud }: Workspace['roles']): Altitude {
  if (local && cloud) return 'hybrid';
  if (local) return 'local only';
  return cloud ? 'cloud only' : 'floor';
}

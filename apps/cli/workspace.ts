import {
  type Candidate,
  discoverLocal,
  isLocalEndpoint,
  openCapabilityCache,
  pool,
  type RoleSpec,
  rolesFromEnvironment,
} from '../../src/entries/backends.ts';
import {
  type AnyConfig,
  configFileIn,
  isCode,
  loadConfig,
  patternByName,
  type ResolvedConfig,
  resolveConfig,
  schemes,
  serversIn,
  startingIn,
} from '../../src/entries/config.ts';
import { withoutPassword } from '../../src/entries/runs.ts';
import {
  extractive,
  type LanguageModel,
  model,
  notConfigured,
  TandemError,
} from '../../src/index.ts';
import { type Invocation, wrongUse } from './command.ts';
import { requireTrust } from './trusted/require-trust.ts';

/** How much is at hand: from no model at all to a local and a cloud one. */
export type Setup = 'no model' | 'local only' | 'cloud only' | 'hybrid';

/** Where the model of a role comes from; the first that gives one holds. */
export type Origin = 'flag' | 'environment' | 'configuration' | 'discovery';

/**
 * What a command works with: the models of flags, environment, configuration and discovery, in this
 * order.
 */
export interface Workspace {
  readonly setup: Setup;
  readonly resolved: ResolvedConfig;
  readonly roles: {
    readonly local: LanguageModel | undefined;
    readonly cloud: LanguageModel | undefined;
  };
  readonly origins: { readonly local?: Origin; readonly cloud?: Origin };
  readonly config: AnyConfig;
}

/**
 * Finds the model of an id in a workspace, since an id alone says nothing of the host by which a
 * price is found; the id itself of one that is not named there.
 */
export function modelOrId({ roles, resolved }: Workspace, modelId: string): LanguageModel | string {
  const isRole = (model?: LanguageModel) => model?.modelId === modelId;
  const role = [roles.cloud, roles.local].find(isRole);
  if (role) return role;
  const named = resolved
    .list()
    .find(({ kind, modelId: each }) => kind === 'model' && each === modelId);
  return named ? resolved.find(named.name) : modelId;
}

type Role = 'local' | 'cloud';
type Found = { readonly model: LanguageModel; readonly origin: Origin };

/** Opens the workspace of a command. @throws TandemError */
export async function openWorkspace(invocation: Invocation): Promise<Workspace> {
  const { options, env } = invocation;
  const config = await readConfig(invocation);
  const named = config.models ?? {};
  const { recall } = openCapabilityCache(env);
  const fromEnvironment = rolesFromEnvironment(env);
  const make = ({ spec, settings }: RoleSpec) => recall(model(spec, { ...settings, env }));
  const overridden = (role: Role): Found | undefined => {
    const spec = options[role] as string | undefined;
    if (spec !== undefined && spec !== role) {
      const isNamed = Object.hasOwn(named, spec) || Object.hasOwn(config.patterns ?? {}, spec);
      return {
        model: isNamed ? resolved.find(spec) : make({ spec, settings: {} }),
        origin: 'flag',
      };
    }
    const given = fromEnvironment[role];
    return given && { model: make(given), origin: 'environment' };
  };
  const found: { [Key in Role]?: Found } = {};
  const override = (role: Role) => () => {
    found[role] ??= overridden(role);
    return found[role]?.model;
  };
  const resolved = resolveConfig(config, {
    model: (spec, settings) => recall(model(spec, { ...settings, env })),
    patternByName,
    pool,
    schemes,
    override: { local: override('local'), cloud: override('cloud') },
    // Asked only for a configured pattern whose role nobody fills.
    fallback: { local: () => found.local?.model ?? extractive(), cloud: () => notConfigured() },
  });
  for (const role of ['local', 'cloud'] as const) {
    found[role] ??= overridden(role);
    if (Object.hasOwn(named, role))
      found[role] ??= { model: resolved.find(role), origin: 'configuration' };
  }
  const discovered =
    found.local || env.TANDEM_DISCOVERY === 'off' ? undefined : await discoverLocal({ env });
  if (discovered) found.local = { model: make(discovered), origin: 'discovery' };
  const { local, cloud } = found;
  const roles = { local: local?.model, cloud: cloud?.model };
  const origins = { ...(local && { local: local.origin }), ...(cloud && { cloud: cloud.origin }) };
  return { setup: setupOf(roles), resolved, roles, origins, config };
}

/**
 * Reads the configuration of a command. What runs code or starts a program is trusted first.
 * @throws TandemError
 */
export async function readConfig(
  invocation: Invocation,
  file = (invocation.options.config as string | undefined) ?? configFileIn(invocation.folder),
): Promise<AnyConfig> {
  if (file === undefined) return {};
  const { folder, env } = invocation;
  if (isCode(file)) await requireTrust(invocation, file, 'runs code');
  const config = forAnyPair(invocation, await loadConfig({ folder, env, file }));
  const [starting] = isCode(file) ? [] : startingIn(config);
  if (starting !== undefined)
    await requireTrust(invocation, file, `starts a program for ${starting}`);
  const [address] = isCode(file) ? [] : storesElsewhere(config);
  if (address !== undefined)
    await requireTrust(invocation, file, `keeps what is asked and answered at ${address}`);
  return config;
}

// Who names a store that is no file could have all that is asked sent to a place of their own.
function storesElsewhere({ store, journal, gateway }: AnyConfig): string[] {
  return [store, journal?.path, gateway?.state]
    .filter(path => typeof path === 'string' && /^[^:]+:\/\//.test(path))
    .map(path => withoutPassword(String(path)));
}

// `--any-pair` is said of all that was made for a pair.
function forAnyPair({ options }: Invocation, config: AnyConfig): AnyConfig {
  if (options['any-pair'] !== true) return config;
  const patterns = Object.entries(config.patterns ?? {}).map(([name, configured]) => {
    const isForPair = configured.weights !== undefined || configured.calibration !== undefined;
    return [name, isForPair ? { ...configured, anyPair: true } : configured] as const;
  });
  return { ...config, patterns: Object.fromEntries(patterns) };
}

/**
 * Reads what a configuration says to a command that needs none, such as one that lists runs: a file
 * that is not trusted or not right is left aside, and that is said.
 */
export async function readConfigIfSound(invocation: Invocation): Promise<AnyConfig> {
  const { options, folder, terminal } = invocation;
  if (options.config !== undefined) return readConfig(invocation);
  const quiet = { ...invocation, terminal: { ...terminal, isInteractive: false } };
  try {
    return await readConfig(quiet);
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    terminal.note(
      `${configFileIn(folder)} was not read (${error.code}); \`--journal\` names another journal.`,
    );
    return {};
  }
}

/**
 * The servers on this machine, or in its network, that a configuration names. @throws TandemError
 */
export async function configuredPlaces(invocation: Invocation): Promise<Candidate[]> {
  return serversIn(await readConfig(invocation)).flatMap(({ spec, settings: { endpoint } }) => {
    if (typeof endpoint !== 'string' || !URL.canParse(endpoint) || !isLocalEndpoint(endpoint))
      return [];
    const scheme = spec.slice(0, spec.indexOf(':'));
    return [{ scheme, origin: new URL(endpoint).origin, source: 'configuration' }];
  });
}

/** The files of weights that a configuration names. @throws TandemError */
export async function configuredFiles(invocation: Invocation): Promise<string[]> {
  return serversIn(await readConfig(invocation)).flatMap(({ spec }) =>
    spec.startsWith('llama-cpp:') ? [spec.slice('llama-cpp:'.length)] : [],
  );
}

/**
 * The models of both roles that environment or configuration name, in the order in which they
 * hold. @throws TandemError
 */
export async function configuredRoles(
  invocation: Invocation,
): Promise<{ local?: RoleSpec; cloud?: RoleSpec }> {
  const { models = {} } = await readConfig(invocation);
  const fromEnvironment = rolesFromEnvironment(invocation.env);
  const named = (role: Role): RoleSpec | undefined => {
    const configured = models[role];
    if (typeof configured === 'string') return { spec: configured, settings: {} };
    if (!configured || !('spec' in configured)) return undefined;
    const { spec, ...settings } = configured;
    return { spec, settings };
  };
  const local = fromEnvironment.local ?? named('local');
  const cloud = fromEnvironment.cloud ?? named('cloud');
  return { ...(local && { local }), ...(cloud && { cloud }) };
}

/**
 * The cloud model of a command, as flags, environment or configuration name it. @throws TandemError
 */
export async function cloudRole(invocation: Invocation): Promise<RoleSpec> {
  const { options, env } = invocation;
  const { models = {} } = await readConfig(invocation);
  const flag = options.cloud as string | undefined;
  if (flag !== undefined && !Object.hasOwn(models, flag)) return { spec: flag, settings: { env } };
  const fromEnvironment = flag === undefined ? rolesFromEnvironment(env).cloud : undefined;
  if (fromEnvironment)
    return { ...fromEnvironment, settings: { ...fromEnvironment.settings, env } };
  const configured = models[flag ?? 'cloud'];
  if (typeof configured === 'string') return { spec: configured, settings: { env } };
  if (configured && 'spec' in configured) {
    const { spec, ...settings } = configured;
    return { spec, settings: { ...settings, env } };
  }
  throw wrongUse(
    'No cloud model is configured.',
    'Give one: tandem doctor --probe-cloud --cloud azure:gpt-4.1',
  );
}

/** The error of a command that has nothing to answer with. */
export function nothingToAskWith(): TandemError {
  return new TandemError(
    'not_configured',
    'No model is configured and no document given. Set SLM_BACKEND and LLM_BACKEND, give ' +
      '`--local ollama:phi4-mini`, ' +
      'or attach a text with `--doc FILE`, which needs no model.',
  );
}

function setupOf({ local, cloud }: Workspace['roles']): Setup {
  if (local && cloud) return 'hybrid';
  if (local) return 'local only';
  return cloud ? 'cloud only' : 'no model';
}

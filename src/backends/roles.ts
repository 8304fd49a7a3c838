import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { SpecSettings } from '../model/spec.ts';
import { localServers } from './local-servers/local-servers.ts';
import { ollamaEndpoint } from './ollama/ollama.ts';

/** A role's model, as a spec with settings. */
export interface RoleSpec {
  readonly spec: string;
  readonly settings: SpecSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface BackendVariables {
  readonly scheme: string;
  /** The variable that says where the server is; absent where there is no server, or the scheme finds it itself. */
  readonly endpoint?: string;
  readonly defaultEndpoint?: string;
  /** The variable that names the model, by role. */
  readonly model: Readonly<Record<Role, string>>;
}

type Role = 'SLM' | 'LLM';

const named = (prefix: string): Record<Role, string> => ({ SLM: `${prefix}_SLM_MODEL`, LLM: `${prefix}_LLM_MODEL` });
const azure: BackendVariables = {
  scheme: 'azure',
  endpoint: 'AZURE_AI_FOUNDRY_ENDPOINT',
  model: { SLM: 'AZURE_AI_SLM_DEPLOYMENT_NAME', LLM: 'AZURE_AI_LLM_DEPLOYMENT_NAME' },
};

const variablesByBackend: Readonly<Record<string, BackendVariables>> = {
  ollama: {
    scheme: 'ollama',
    endpoint: 'OLLAMA_ENDPOINT',
    defaultEndpoint: ollamaEndpoint,
    model: named('OLLAMA'),
  },
  ...Object.fromEntries(
    localServers.map(({ name, variables, endpoint }) => [
      name,
      { scheme: name, endpoint: `${variables}_ENDPOINT`, defaultEndpoint: endpoint, model: named(variables) },
    ]),
  ),
  'foundry-local': { scheme: 'foundry-local', model: named('FOUNDRY_LOCAL') },
  'llama-cpp': { scheme: 'llama-cpp', model: named('LLAMA_CPP') },
  'openai-compatible': {
    scheme: 'openai-compatible',
    endpoint: 'OPENAI_COMPATIBLE_ENDPOINT',
    model: named('OPENAI_COMPATIBLE'),
  },
  openai: { scheme: 'openai', model: named('OPENAI') },
  'azure-ai': azure,
  azure,
};

/**
 * Reads both roles from the environment: `SLM_BACKEND` and `LLM_BACKEND` with the variables of the backend they
 * name. A role whose backend is not set is left out. @throws TandemError `unknown_name`, `missing_setting`
 */
export function rolesFromEnvironment(env: Environment): { readonly local?: RoleSpec; readonly cloud?: RoleSpec } {
  const local = roleOf('SLM', env);
  const cloud = roleOf('LLM', env);
  return { ...(local && { local }), ...(cloud && { cloud }) };
}

function roleOf(role: Role, env: Environment): RoleSpec | undefined {
  const backend = env[`${role}_BACKEND`];
  if (!backend) return undefined;
  if (!Object.hasOwn(variablesByBackend, backend)) throw unknownBackend(role, backend);
  const variables = variablesByBackend[backend]!;
  const { scheme, endpoint, defaultEndpoint, model } = variables;
  const name = env[model[role]];
  if (!name) throw missing(role, backend, model[role]);
  if (endpoint === undefined) return { spec: `${scheme}:${name}`, settings: {} };
  const url = env[endpoint] || defaultEndpoint;
  if (!url) throw missing(role, backend, endpoint);
  return { spec: `${scheme}:${name}`, settings: { endpoint: url } };
}

function unknownBackend(role: Role, backend: string): TandemError {
  const known = Object.keys(variablesByBackend);
  const near = nearest(backend, known);
  const advice = near ? `Did you mean "${near}"?` : `Use one of ${known.join(', ')}.`;
  return new TandemError('unknown_name', `${role}_BACKEND is "${backend}". ${advice}`, { data: { backend } });
}

function missing(role: Role, backend: string, variable: string): TandemError {
  const message = `${role}_BACKEND is "${backend}", but ${variable} is not set. Set it too.`;
  return new TandemError('missing_setting', message, { data: { variable } });
}

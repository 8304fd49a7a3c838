import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { SpecSettings } from '../model/spec.ts';

/** A role's model, as a spec with settings. */
export interface RoleSpec {
  readonly spec: string;
  readonly settings: SpecSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface BackendVariables {
  readonly scheme: string;
  readonly endpoint: string;
  readonly defaultEndpoint?: string;
  /** The variable that names the model, by role. */
  readonly model: Readonly<Record<Role, string>>;
}

type Role = 'SLM' | 'LLM';

const variablesByBackend: Readonly<Record<string, BackendVariables>> = {
  ollama: {
    scheme: 'ollama',
    endpoint: 'OLLAMA_ENDPOINT',
    defaultEndpoint: 'http://127.0.0.1:11434',
    model: { SLM: 'OLLAMA_SLM_MODEL', LLM: 'OLLAMA_LLM_MODEL' },
  },
  'openai-compatible': {
    scheme: 'openai-compatible',
    endpoint: 'OPENAI_COMPATIBLE_ENDPOINT',
    model: { SLM: 'OPENAI_COMPATIBLE_SLM_MODEL', LLM: 'OPENAI_COMPATIBLE_LLM_MODEL' },
  },
  'azure-ai': {
    scheme: 'azure',
    endpoint: 'AZURE_AI_FOUNDRY_ENDPOINT',
    model: { SLM: 'AZURE_AI_SLM_DEPLOYMENT_NAME', LLM: 'AZURE_AI_LLM_DEPLOYMENT_NAME' },
  },
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

import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { SpecSettings } from '../model/spec.ts';
import type { Environment, RoleVariables } from './backend.ts';
import { backends } from './backends.ts';

/** A role's model, as a spec with settings. */
export interface RoleSpec {
  readonly spec: string;
  readonly settings: SpecSettings;
}

type RoleName = keyof RoleVariables['model'];

const named = backends.filter(({ roles }) => roles);

/**
 * Reads both roles from the environment: `SLM_BACKEND` and `LLM_BACKEND` with the variables of the
 * backend they name. A role whose backend is not set is left out. @throws TandemError
 * `unknown_name`, `missing_setting`
 * @example
 * ```ts
 * const { local, cloud } = rolesFromEnvironment(process.env);
 * ```
 */
export function rolesFromEnvironment(env: Environment): {
  readonly local?: RoleSpec;
  readonly cloud?: RoleSpec;
} {
  const local = roleOf('SLM', env);
  const cloud = roleOf('LLM', env);
  return { ...(local && { local }), ...(cloud && { cloud }) };
}

function roleOf(role: RoleName, env: Environment): RoleSpec | undefined {
  const name = backendOf(role, env);
  if (!name) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  const backend =
    named.find(({ scheme }) => scheme.name === name) ??
    named.find(({ scheme }) => scheme.name === plain);
  if (!backend?.roles) throw unknownBackend(role, name);
  const { endpoint, defaultEndpoint, model, otherNames = {} } = backend.roles;
  const read = (variable: string) =>
    env[variable] || otherNames[variable]?.map(other => env[other]).find(Boolean);
  const modelName = read(model[role]) || (role === 'SLM' ? env.LOCAL_MODEL_PATH : undefined);
  if (!modelName) throw missing(role, name, model[role]);
  const spec = `${backend.sameAs ?? backend.scheme.name}:${modelName}`;
  if (endpoint === undefined) return { spec, settings: {} };
  const url = read(endpoint) || defaultEndpoint;
  if (!url) throw missing(role, name, endpoint);
  return { spec, settings: { endpoint: url } };
}

// Samples in Python name the local backend in another way, and no backend of the cloud.
function backendOf(role: RoleName, env: Environment): string | undefined {
  if (role === 'SLM') return env.SLM_BACKEND || env.LOCAL_BACKEND;
  const isSample = env.AZURE_AI_PROJECT_ENDPOINT && env.AZURE_AI_MODEL_DEPLOYMENT_NAME;
  return env.LLM_BACKEND || (isSample ? 'azure' : undefined);
}

function unknownBackend(role: RoleName, backend: string): TandemError {
  const known = named.map(({ scheme }) => scheme.name);
  const near = nearest(backend, known);
  const advice = near ? `Did you mean "${near}"?` : `Use one of ${known.join(', ')}.`;
  return new TandemError('unknown_name', `${role}_BACKEND is "${backend}". ${advice}`, {
    data: { backend },
  });
}

function missing(role: RoleName, backend: string, variable: string): TandemError {
  const message = `${role}_BACKEND is "${backend}", but ${variable} is not set. Set it too.`;
  return new TandemError('missing_setting', message, { data: { variable } });
}

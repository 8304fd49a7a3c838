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
  const name = env[`${role}_BACKEND`];
  if (!name) return undefined;
  const backend = named.find(({ scheme }) => scheme.name === name);
  if (!backend?.roles) throw unknownBackend(role, name);
  const { endpoint, defaultEndpoint, model } = backend.roles;
  const modelName = env[model[role]];
  if (!modelName) throw missing(role, name, model[role]);
  const spec = `${backend.sameAs ?? name}:${modelName}`;
  if (endpoint === undefined) return { spec, settings: {} };
  const url = env[endpoint] || defaultEndpoint;
  if (!url) throw missing(role, name, endpoint);
  return { spec, settings: { endpoint: url } };
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

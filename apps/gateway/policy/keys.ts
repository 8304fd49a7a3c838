import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { GatewayKey, Scope } from '../settings.ts';
import { forbidden, Problem } from '../wire/problem.ts';

/** Who asks. */
export interface Caller {
  /** Name of the key; `local` where none is demanded. */
  readonly name: string;
  readonly key: GatewayKey | undefined;
}

const local: Caller = { name: 'local', key: undefined };
const defaultScopes: readonly Scope[] = ['chat', 'embeddings', 'files', 'runs', 'route', 'options'];

/** Makes a key, and the hash that a configuration holds in its place. */
export function newKey(): { readonly key: string; readonly hash: string } {
  const key = `tdm_${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashOf(key) };
}

/** Hashes a key. Its 256 bits of chance need no slow hash. */
export function hashOf(key: string): string {
  return `sha256:${hash('sha256', key, 'base64url')}`;
}

/** Finds who asks; every key is compared, in constant time. @throws Problem 401 */
export function callerOf(keys: readonly GatewayKey[], headers: Headers): Caller {
  if (keys.length === 0) return local;
  const given =
    /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ??
    headers.get('api-key') ??
    undefined;
  const presented = Buffer.from(hashOf(given ?? ''));
  let found: GatewayKey | undefined;
  for (const key of keys) if (timingSafeEqual(presented, Buffer.from(key.hash))) found = key;
  if (found && given !== undefined) return { name: found.name, key: found };
  throw new Problem(
    { status: 401, type: 'authentication_error', code: 'invalid_api_key' },
    given === undefined
      ? 'This server demands a key. Send it as `authorization: Bearer KEY`.'
      : 'The key is not known here. Check it, or make another with `tandem key NAME`.',
    { 'www-authenticate': 'Bearer' },
  );
}

/** Checks that a caller may use a part of the server. @throws Problem 403 */
export function requireScope({ key }: Caller, scope: Scope): void {
  if (!key || (key.scopes ?? defaultScopes).includes(scope)) return;
  throw forbidden(
    `The key "${key.name}" has no scope "${scope}". Add it, or use another key.`,
    'missing_scope',
  );
}

/** Tells whether a caller may ask a model. */
export function mayAsk({ key }: Caller, model: string): boolean {
  return key?.models?.includes(model) ?? true;
}

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

/** What a key opens that no caller without one may open, not even one of this machine. */
const keyed: ReadonlySet<Scope> = new Set(['studio', 'content', 'label']);
/** What the key of the page begins with: others are not compared with it. */
export const pagePrefix = 'tds_';

/**
 * Finds who asks; every key is compared, in constant time. The page has a key of its own, beside
 * those of the configuration. @throws Problem 401
 */
export function callerOf(
  keys: readonly GatewayKey[],
  headers: Headers,
  page?: GatewayKey | undefined,
): Caller {
  const said = headers.get('authorization');
  const own = said?.startsWith(`Bearer ${pagePrefix}`) ? page : undefined;
  if (keys.length === 0 && !own) return local;
  const given = /^Bearer\s+(\S+)$/i.exec(said ?? '')?.[1] ?? headers.get('api-key') ?? undefined;
  const presented = Buffer.from(hashOf(given ?? ''));
  let found: GatewayKey | undefined;
  for (const key of own ? [own] : keys)
    if (timingSafeEqual(presented, Buffer.from(key.hash))) found = key;
  if (found && given !== undefined) return { name: found.name, key: found };
  throw new Problem(
    { status: 401, type: 'authentication_error', code: 'invalid_api_key' },
    refusalOf(given, own !== undefined),
    { 'www-authenticate': 'Bearer' },
  );
}

function refusalOf(given: string | undefined, isPage: boolean): string {
  if (isPage)
    return (
      'This key of the page is not of this server, which may have been started anew. Open the ' +
      'address that it printed.'
    );
  return given === undefined
    ? 'This server demands a key. Send it as `authorization: Bearer KEY`.'
    : 'The key is not known here. Check it, or make another with `tandem key NAME`.';
}

/** Checks that a caller may use a part of the server. @throws Problem 403 */
export function requireScope({ key }: Caller, scope: Scope): void {
  if (key ? (key.scopes ?? defaultScopes).includes(scope) : !keyed.has(scope)) return;
  throw forbidden(
    key
      ? `The key "${key.name}" has no scope "${scope}". Add it, or use another key.`
      : `This is shown to a key with the scope "${scope}" alone. Open the page at the address ` +
          'that the server printed, or make a key with `tandem key NAME`.',
    'missing_scope',
  );
}

/** Tells whether a caller may ask a model. */
export function mayAsk({ key }: Caller, model: string): boolean {
  return key?.models?.includes(model) ?? true;
}

/** Tells whether a caller may see what others asked: its figures, and with `content` its texts. */
export function maySee({ key }: Caller, scope: 'studio' | 'content' | 'label'): boolean {
  return key?.scopes?.includes(scope) ?? false;
}

import { randomBytes } from 'node:crypto';
import { hashOf, pagePrefix } from '../policy/keys.ts';
import type { GatewayKey } from '../settings.ts';

/** Lets the page in: a key for this start of the server, and codes that fetch it once. */
export interface PageDoor {
  /** The key as callers are compared with it; absent where the page has none of its own. */
  readonly key: GatewayKey | undefined;
  /** The address of the page with its key, behind a `#`, which no browser sends anywhere. */
  address(base: string): string;
  /** The address with a code that is worth the key once: a command line shows it. */
  once(base: string): string;
  /** Changes a code for the key; undefined for one that is not, or no longer, worth it. */
  redeem(code: string): string | undefined;
}

const codeMs = 60_000;
const mostCodes = 16;
const asks = ['chat', 'embeddings', 'files', 'runs', 'route', 'options', 'metrics'] as const;
const looks = ['runs', 'studio', 'content'] as const;

/** Makes the door of a page; without one, the page is entered by the keys of the configuration. */
export function openPageDoor({
  isOwn,
  isAlone,
  now,
}: {
  readonly isOwn: boolean;
  readonly isAlone: boolean;
  now(): number;
}): PageDoor {
  const secret = `${pagePrefix}${randomBytes(32).toString('base64url')}`;
  const endByCode = new Map<string, number>();
  const scopes = isAlone
    ? [...looks]
    : [...asks, 'studio' as const, 'content' as const, 'label' as const];
  const key: GatewayKey = { name: 'page', hash: hashOf(secret), scopes };
  return {
    key: isOwn ? key : undefined,
    address: base => (isOwn ? `${base}/studio/#key=${secret}` : `${base}/studio/`),
    once(base) {
      if (!isOwn) return `${base}/studio/`;
      const code = randomBytes(16).toString('base64url');
      endByCode.set(code, now() + codeMs);
      if (endByCode.size > mostCodes) endByCode.delete(endByCode.keys().next().value!);
      return `${base}/studio/#code=${code}`;
    },
    redeem(code) {
      const endMs = endByCode.get(code);
      endByCode.delete(code);
      return endMs !== undefined && now() <= endMs ? secret : undefined;
    },
  };
}

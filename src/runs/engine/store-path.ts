import { resolve } from 'node:path';

/**
 * Tells whether a path names no file, but an address, or memory.
 * @example
 * ```ts
 * console.log(isStoreAddress('postgres://db.example/tandem')); // true
 * ```
 */
export function isStoreAddress(path: string): boolean {
  return path.startsWith(':') || /^[a-z][a-z\d+.-]+:\/\//i.test(path);
}

/**
 * Where a store is: an address, or `:memory:`, as it is; the path of a file within a folder.
 * @example
 * ```ts
 * const path = storeWithin('/srv/app', '.tandem/tandem.db');
 * ```
 */
export function storeWithin(folder: string, path: string): string {
  return isStoreAddress(path) ? path : resolve(folder, path);
}

/**
 * Shows the address of a store without what would open it.
 * @example
 * ```ts
 * console.log(withoutPassword('postgres://me:secret@db.example/tandem'));
 * ```
 */
export function withoutPassword(path: string): string {
  return path
    .replace(/(:\/\/[^:@/?#]*):.*@/s, '$1@')
    .replace(/([?&](?:password|sslkey)=)[^&]*/gi, '$1…');
}

import { TandemError } from '../model/errors.ts';
import { isPublicHost } from '../model/leaf/model/host-place.ts';
import type { AnyConfig } from './config.ts';
import { type NamedServer, serversIn } from './configured-servers.ts';

/**
 * Refuses what data may not say, since whoever wrote the file need not be whoever runs it: that a
 * public address is this device. @throws TandemError `not_trusted`
 */
export function requireHonest(config: AnyConfig, file: string): void {
  const embedders = Object.entries(config.patterns ?? {}).flatMap(
    ([name, { embedder, reranker }]) => [
      [`the embedder of "${name}"`, embedder] as const,
      [`the reranker of "${name}"`, reranker] as const,
    ],
  );
  const named = serversIn(config).map(each => [titleOf(each), each.settings] as const);
  for (const [name, configured] of [...named, ...embedders]) {
    const { place, endpoint } = Object(configured) as { place?: unknown; endpoint?: unknown };
    if (place !== 'device' && place !== 'network') continue;
    if (typeof endpoint !== 'string' || !isPublicHost(endpoint)) continue;
    throw new TandemError(
      'not_trusted',
      `${file} says \`place: ${place}\` of ${name} at ${new URL(endpoint).host}, ` +
        'and the address is a public one. Leave `place` out, or say it in a program.',
      { data: { model: name, place } },
    );
  }
}

/**
 * Lists what in a configuration starts a program: `the model "local"`, `the gate of "support"`.
 * @example
 * ```ts
 * const started = startingIn(config);
 * if (started.length > 0) console.log(`it starts ${started.join(', ')}`);
 * ```
 */
export function startingIn(config: AnyConfig): string[] {
  const starting = serversIn(config).flatMap(each => {
    const { start } = each.settings;
    return start === undefined || start === false ? [] : [titleOf(each)];
  });
  const judging = Object.entries(config.patterns ?? {}).flatMap(([name, { command }]) =>
    command === undefined ? [] : [`the gate of "${name}"`],
  );
  return [...starting, ...judging];
}

function titleOf({ name, isMember, spec }: NamedServer): string {
  return isMember ? `"${spec}" in the pool "${name}"` : `the model "${name}"`;
}

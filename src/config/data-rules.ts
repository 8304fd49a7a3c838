import { TandemError } from '../model/errors.ts';
import { isPublicHost } from '../model/leaf/model/host-place.ts';
import type { AnyConfig } from './config.ts';

/**
 * Refuses what data may not say, since whoever wrote the file need not be whoever runs it: that a
 * public address is this device. @throws TandemError `not_trusted`
 */
export function requireHonest({ models = {}, patterns = {} }: AnyConfig, file: string): void {
  const embedders = Object.entries(patterns).map(
    ([name, { embedder }]) => [`the embedder of "${name}"`, embedder] as const,
  );
  const named = Object.entries(models).map(
    ([name, each]) => [`the model "${name}"`, each] as const,
  );
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
 */
export function startingIn({ models = {}, patterns = {} }: AnyConfig): string[] {
  const starting = Object.entries(models).flatMap(([name, configured]) => {
    const { start } = (typeof configured === 'string' ? {} : configured) as { start?: unknown };
    return start === undefined || start === false ? [] : [`the model "${name}"`];
  });
  const judging = Object.entries(patterns).flatMap(([name, { command }]) =>
    command === undefined ? [] : [`the gate of "${name}"`],
  );
  return [...starting, ...judging];
}

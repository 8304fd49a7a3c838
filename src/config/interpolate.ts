import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';

/**
 * Puts the environment into the strings of a configuration: `${NAME}`, or `${NAME:-default}`; `$${`
 * stays as `${`.
 * @throws TandemError `missing_setting` with the key and the nearest variable that is set
 */
export function interpolate(
  value: unknown,
  facts: { readonly env: Readonly<Record<string, string | undefined>>; readonly file: string },
  path = '',
): unknown {
  if (typeof value === 'string') return interpolateText(value, facts, path);
  if (Array.isArray(value))
    return value.map((entry, index) => interpolate(entry, facts, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  // A section whose lines are all comments is `null` in YAML: it says nothing.
  const said = Object.entries(value).filter(([, entry]) => entry !== null);
  const entries = said.map(([key, entry]) => [
    key,
    interpolate(entry, facts, path === '' ? key : `${path}.${key}`),
  ]);
  return Object.fromEntries(entries);
}

function interpolateText(
  text: string,
  { env, file }: Parameters<typeof interpolate>[1],
  path: string,
): string {
  return text.replace(
    /\$?\$\{(\w+)(?::-([^}]*))?\}/g,
    (found, name: string, fallback: string | undefined) => {
      if (found.startsWith('$$')) return found.slice(1);
      const given = env[name];
      if (given !== undefined && given !== '') return given;
      if (fallback !== undefined) return fallback;
      const near = nearest(name, Object.keys(env));
      const advice = near
        ? `Did you mean \${${near}}?`
        : `Set it, or give a default: \${${name}:-…}.`;
      throw new TandemError(
        'missing_setting',
        `${file} needs the variable ${name} at "${path}". ${advice}`,
        {
          data: { variable: name, path },
        },
      );
    },
  );
}

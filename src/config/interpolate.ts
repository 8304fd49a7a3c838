import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';

interface PutFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: string;
  /** Variables that a field for credentials uses: they may stand nowhere else. */
  readonly inKeys: ReadonlySet<string>;
}

/**
 * Puts the environment into the strings of a configuration: `${NAME}`, or `${NAME:-default}`; `$${`
 * stays as `${`. A file that came with a folder must not send a credential where it likes: a
 * variable may be a whole URL and no part of one, and one that holds a credential fills fields for
 * credentials alone.
 * @throws TandemError `missing_setting` with the key and the nearest variable that is set,
 * `not_trusted` for a variable that may not stand where it does
 */
export function interpolate(
  value: unknown,
  facts: { readonly env: PutFacts['env']; readonly file: string },
): unknown {
  const inKeys = new Set<string>();
  eachText(value, '', (text, path) => {
    if (isKeyField(path)) for (const [, name = ''] of text.matchAll(variable)) inKeys.add(name);
  });
  return put(value, { ...facts, inKeys }, '');
}

function put(value: unknown, facts: PutFacts, path: string): unknown {
  if (typeof value === 'string') return interpolateText(value, facts, path);
  if (Array.isArray(value))
    return value.map((entry, index) => put(entry, facts, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  // A section whose lines are all comments is `null` in YAML: it says nothing.
  const said = Object.entries(value).filter(([, entry]) => entry !== null);
  const entries = said.map(([key, entry]) => [key, put(entry, facts, under(path, key))]);
  return Object.fromEntries(entries);
}

const variable = /\$?\$\{(\w+)(?::-([^}]*))?\}/g;
const isWhole = /^\$\{\w+(?::-[^}]*)?\}$/;
const secretName = /key|token|secret|passw(or)?d|credential/i;
const keyField = /(^|[._-])(api-?key|key|token|secret|password|authorization|hash)$|apiKey$/i;
const urlField = /(endpoint|url|uri|host|origin|proxy)$/i;

/** Tells whether a field of a configuration holds a credential, by its path. */
export function isKeyField(path: string): boolean {
  return keyField.test(path.replace(/\[\d+\]$/, ''));
}

function eachText(value: unknown, path: string, tell: (text: string, path: string) => void): void {
  if (typeof value === 'string') tell(value, path);
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value)) eachText(entry, under(path, key), tell);
}

function under(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function interpolateText(text: string, facts: PutFacts, path: string): string {
  const { env, file } = facts;
  return text.replace(variable, (found, name: string, fallback: string | undefined) => {
    if (found.startsWith('$$')) return found.slice(1);
    requireAllowed({ name, text, path }, facts);
    const given = env[name];
    if (given !== undefined && given !== '') return given;
    if (fallback !== undefined) return fallback;
    const near = nearest(name, Object.keys(env));
    const advice = near
      ? `Did you mean \${${near}}?`
      : `Set it, or give a default: \${${name}:-…}.`;
    const message = `${file} needs the variable ${name} at "${path}". ${advice}`;
    throw new TandemError('missing_setting', message, { data: { variable: name, path } });
  });
}

function requireAllowed(at: { name: string; text: string; path: string }, facts: PutFacts): void {
  const { name, text, path } = at;
  if (isKeyField(path)) return;
  const data = { variable: name, path };
  if (secretName.test(name) || facts.inKeys.has(name)) {
    throw new TandemError(
      'not_trusted',
      `${facts.file} puts the variable ${name}, which holds a credential, into "${path}". Use it ` +
        'in a field for credentials alone, such as `apiKey`.',
      { data },
    );
  }
  if (isWhole.test(text) || !isUrl(text, path)) return;
  throw new TandemError(
    'not_trusted',
    `${facts.file} makes the variable ${name} a part of the address at "${path}". Let a variable ` +
      `be the whole address: \${${name}}.`,
    { data },
  );
}

function isUrl(text: string, path: string): boolean {
  return /:\/\/|^\/\//.test(text) || urlField.test(path);
}

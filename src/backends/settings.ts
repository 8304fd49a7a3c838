import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import { noteSecret } from '../model/leaf/masking/known-secrets.ts';
import { placeOfHost } from '../model/leaf/model/host-place.ts';
import type { SpecSettings } from '../model/spec.ts';

/**
 * Refuses settings that a scheme does not know. @throws TandemError `unknown_name` with the nearest
 * one
 */
export function checkSettings(
  scheme: string,
  settings: SpecSettings,
  known: readonly string[],
): void {
  const unknown = Object.keys(settings).find(key => key !== 'env' && !known.includes(key));
  requireFetch(`${scheme}:`, settings);
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const advice = near ? `Did you mean "${near}"?` : `It has ${known.join(', ')}.`;
  throw new TandemError('unknown_name', `\`${scheme}:\` has no setting "${unknown}". ${advice}`, {
    data: { unknown },
  });
}

/** Names that others give to what an option holds here. */
const otherNames: Readonly<Record<string, string>> = {
  baseurl: 'endpoint',
  url: 'endpoint',
  host: 'endpoint',
  resourcename: 'endpoint',
  key: 'apiKey',
  token: 'apiKey',
  modelid: 'model',
  modelname: 'model',
  deploymentid: 'deployment',
  deploymentname: 'deployment',
  numctx: 'contextTokens',
  contextlength: 'contextTokens',
};

/**
 * Checks the options of a function that makes a model: their names, and that the one it cannot do
 * without is a text.
 * @throws TandemError `invalid_argument` with the nearest name
 */
export function requireOptions<Options extends object>(
  name: string,
  options: Options,
  facts: {
    readonly known: Readonly<Record<keyof Options, true>>;
    readonly required: readonly (keyof Options)[];
  },
): void {
  const known = Object.keys(facts.known);
  const unknown = Object.keys(options ?? {}).find(key => !known.includes(key));
  if (unknown !== undefined) {
    const other = otherNames[unknown.toLowerCase()];
    const near = other !== undefined && known.includes(other) ? other : nearest(unknown, known);
    const advice = near ? `Did you mean "${near}"?` : `It has ${known.join(', ')}.`;
    throw invalid(`\`${name}\` has no option "${unknown}". ${advice}`, { unknown });
  }
  for (const key of facts.required) {
    const value: unknown = options?.[key];
    if (typeof value === 'string' && value.trim() !== '') continue;
    const shown =
      value === undefined ? 'it is not given' : `got ${JSON.stringify(value) ?? typeof value}`;
    throw invalid(`\`${name}\` needs a text as \`${String(key)}\`; ${shown}. Give one.`, {
      option: String(key),
    });
  }
  requireFetch(name, options);
}

function requireFetch(name: string, options: { readonly fetch?: unknown }): void {
  const { fetch } = options;
  if (fetch === undefined || typeof fetch === 'function') return;
  throw invalid(
    `The \`fetch\` of \`${name}\` must be a function, got ${typeof fetch}. Give one from a ` +
      'program.',
    {},
  );
}

function invalid(message: string, data: Record<string, unknown>): TandemError {
  return new TandemError('invalid_argument', message, { data });
}

/**
 * Copies headers, names in lower case. @throws TandemError `invalid_argument` for what HTTP does
 * not allow
 */
export function requireHeaders(
  ...all: readonly (Readonly<Record<string, string | undefined>> | undefined)[]
) {
  const headers: Record<string, string> = {};
  for (const given of all) {
    for (const name in given) {
      const value = given[name];
      if (value === undefined) continue;
      // The value may be a credential and is not shown.
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        const message =
          `The header "${name}" holds characters that HTTP does not allow. Look ` +
          'for a line break or a letter beyond Latin-1 in it.';
        throw invalid(message, { header: name });
      }
      headers[name.toLowerCase()] = value;
      noteSecret(name, value);
    }
  }
  return headers;
}

/** What of some settings is given. */
export function given<Settings extends object>(
  settings: Settings,
): { [Key in keyof Settings]?: Exclude<Settings[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as never;
}

/** Checks that a spec names a model. @throws TandemError `invalid_argument` */
export function requireModelName(scheme: string, name: string, example: string): string {
  if (name.trim() !== '') return name;
  throw new TandemError(
    'invalid_argument',
    `The spec "${scheme}:" names no model. Write it like \`${example}\`.`,
  );
}

/**
 * Checks an endpoint and takes trailing slashes off. @throws TandemError `invalid_argument`,
 * `missing_setting`
 */
export function requireEndpoint(endpoint: string | undefined, variable: string): string {
  if (endpoint === undefined || endpoint === '') {
    throw new TandemError(
      'missing_setting',
      `No endpoint is set. Set ${variable}, or give the setting \`endpoint\`.`,
      {
        data: { variable },
      },
    );
  }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new TandemError(
      'invalid_argument',
      `The endpoint "${endpoint}" is no URL. Write it like http://127.0.0.1:1234/v1.`,
    );
  }
  return endpoint.replace(/\/{1,9}$/, '');
}

/**
 * Tells whether an endpoint is on this machine or in its own network.
 * @example
 * ```ts
 * console.log(isLocalEndpoint('http://192.168.1.5:8080')); // true
 * ```
 */
export function isLocalEndpoint(endpoint: string): boolean {
  return placeOfHost(endpoint) !== 'cloud';
}

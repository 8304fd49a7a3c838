import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { SpecSettings } from '../model/spec.ts';

/** Refuses settings that a scheme does not know. @throws TandemError `unknown_name` with the nearest one */
export function checkSettings(scheme: string, settings: SpecSettings, known: readonly string[]): void {
  const unknown = Object.keys(settings).find(key => key !== 'env' && !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const advice = near ? `Did you mean "${near}"?` : `It has ${known.join(', ')}.`;
  throw new TandemError('unknown_name', `\`${scheme}:\` has no setting "${unknown}". ${advice}`, { data: { unknown } });
}

/** Checks that a spec names a model. @throws TandemError `invalid_argument` */
export function requireModelName(scheme: string, name: string, example: string): string {
  if (name.trim() !== '') return name;
  throw new TandemError('invalid_argument', `The spec "${scheme}:" names no model. Write it like \`${example}\`.`);
}

/** Checks an endpoint and takes trailing slashes off. @throws TandemError `invalid_argument`, `missing_setting` */
export function requireEndpoint(endpoint: string | undefined, variable: string): string {
  if (endpoint === undefined || endpoint === '') {
    throw new TandemError('missing_setting', `No endpoint is set. Set ${variable}, or give the setting \`endpoint\`.`, {
      data: { variable },
    });
  }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new TandemError(
      'invalid_argument',
      `The endpoint "${endpoint}" is no URL. Write it like http://127.0.0.1:1234/v1.`,
    );
  }
  return endpoint.replace(/\/+$/, '');
}

const privateHost =
  /^(localhost|.*\.local(host)?|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[::1\]|\[f[cd][\da-f:]+\]|host\.docker\.internal)$/i;

/** Tells whether an endpoint is on this machine or in its own network. */
export function isLocalEndpoint(endpoint: string): boolean {
  return privateHost.test(new URL(endpoint).hostname);
}

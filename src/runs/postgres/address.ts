import { TandemError } from '../../model/errors.ts';
import { placeOfHost } from '../../model/leaf/model/host-place.ts';
import { readRegularFile } from '../../model/regular-file.ts';
import type { Place } from '../../trace/span.ts';
import { withoutPassword } from '../engine/store-path.ts';

/** How a connection is encrypted: not at all, or with these settings of TLS. */
type Encryption = false | { readonly rejectUnauthorized: boolean; readonly ca?: string };

/** Where a store is, as its address says. */
export interface StoreAddress {
  /** The address as errors may show it: without a password. */
  readonly shown: string;
  /** The same for all handles on one store. */
  readonly id: string;
  readonly schema: string;
  readonly place: Place;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly ssl: Encryption;
  /** Connections of one process, at most. */
  readonly connections: number;
}

const scheme = /^postgres(?:ql)?:\/\//i;
const settings = ['schema', 'sslmode', 'sslrootcert', 'connections', 'host', 'application_name'];
const modes = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Tells whether a path is the address of a Postgres. */
export function isPostgresAddress(path: string): boolean {
  return scheme.test(path);
}

/** Reads an address. @throws TandemError `invalid_argument` */
export function addressOf(path: string): StoreAddress {
  const url = urlOf(path);
  const { searchParams: query } = url;
  for (const name of query.keys()) if (!settings.includes(name)) throw unknownSetting(path, name);
  const host = query.get('host') ?? (url.hostname || undefined);
  const port = url.port === '' ? undefined : Number(url.port);
  const database = decodeURIComponent(url.pathname.slice(1)) || undefined;
  const schema = schemaOf(path, query);
  const place = placeOf(host);
  return {
    shown: withoutPassword(path),
    id: `postgres://${host}:${port}/${database}?schema=${schema}`,
    schema,
    place,
    host: host?.replace(/^\[|\]$/g, ''),
    port,
    user: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database,
    ssl: encryptionOf(path, query, place),
    connections: connectionsOf(path, query),
  };
}

function schemaOf(path: string, query: URLSearchParams): string {
  const schema = query.get('schema') ?? 'tandem';
  if (/^[a-z_][a-z\d_]{0,47}$/.test(schema) && !schema.startsWith('pg_')) return schema;
  throw wrong(path, `its schema is "${schema}". Use small letters, digits and "_"`);
}

function connectionsOf(path: string, query: URLSearchParams): number {
  const connections = Number(query.get('connections') ?? 8);
  if (Number.isInteger(connections) && connections >= 2 && connections <= 200) return connections;
  throw wrong(path, `\`connections\` is ${query.get('connections')}. Use a number from 2 to 200`);
}

// Without a host, and by a socket, it is this machine's.
function placeOf(host: string | undefined): Place {
  return host === undefined || host.startsWith('/') ? 'device' : placeOfHost(`http://${host}`);
}

function urlOf(path: string): URL {
  try {
    const url = new URL(path.replace(scheme, 'http://'));
    // What cannot be decoded is told here, not where it is read.
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    throw wrong(
      path,
      'it is no URL. Write "@", "/", "#" and "%" in a password as %40, %2F, %23, %25',
    );
  }
}

// Elsewhere than on this device a connection is encrypted and its server proven, unless the address
// says otherwise.
function encryptionOf(path: string, query: URLSearchParams, place: Place): Encryption {
  const mode = query.get('sslmode') ?? (place === 'device' ? 'disable' : 'verify-full');
  if (!modes.includes(mode))
    throw wrong(path, `\`sslmode\` is "${mode}". Use one of ${modes.join(', ')}`);
  if (mode === 'disable') return false;
  const file = query.get('sslrootcert');
  const ca = file === null ? undefined : certificateIn(path, file);
  const isProven = mode.startsWith('verify') || (mode === 'require' && ca !== undefined);
  return { rejectUnauthorized: isProven, ...(ca !== undefined && { ca }) };
}

function certificateIn(path: string, file: string): string {
  try {
    return readRegularFile(file);
  } catch {
    throw wrong(path, `its certificate "${file}" cannot be read. Check \`sslrootcert\``);
  }
}

function unknownSetting(path: string, name: string): TandemError {
  const hint = name === 'password' ? ' Put the password behind the user, or in PGPASSWORD.' : '';
  const known = settings.filter(each => each !== 'application_name').join(', ');
  return wrong(path, `it has the unknown setting "${name}".${hint} Use ${known}`);
}

function wrong(path: string, what: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The address of the store, "${withoutPassword(path)}", cannot be used: ${what}.`,
  );
}

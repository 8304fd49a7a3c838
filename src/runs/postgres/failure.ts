import { TandemError } from '../../model/errors.ts';

/** What is known of a failure of Postgres or of the way to it. */
interface Known {
  readonly code?: unknown;
  readonly message?: unknown;
}

// Codes of Node and of Postgres (appendix A of its manual) of a server that is away for a moment.
const awayCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['57P01', '57P02', '57P03', '08000', '08003', '08006', '08001', '08004', '53300'],
]);
const awayWords = new RegExp(
  'connection (?:terminated|ended|error)|timeout exceeded|query read timeout|server closed' +
    '|not queryable|server_login_retry|query_wait_timeout',
  'i',
);
// Two transactions that met: one was undone, and is done again.
const metCodes = new Set(['40001', '40P01', '55P03']);

/** Tells whether the server, or the way to it, is away: the same may work in a moment. */
export function isAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as Known;
  if (typeof code === 'string' && awayCodes.has(code)) return true;
  return typeof message === 'string' && awayWords.test(message);
}

/** Tells whether a transaction was undone because of another one. */
export function hasMet(error: unknown): boolean {
  const { code } = (error ?? {}) as Known;
  return typeof code === 'string' && metCodes.has(code);
}

/** Tells a failure in the words of a store. The password stands in none of them. */
export function storeFailure(shown: string, error: unknown): TandemError {
  if (TandemError.isInstance(error)) return error;
  const { code, message } = (error ?? {}) as Known;
  const said = String(message ?? error);
  if (isAway(error)) {
    return new TandemError(
      'store_busy',
      `The store ${shown} does not answer (${said}). See whether Postgres is up and can be ` +
        'reached from here.',
      { cause: error, data: { store: shown } },
    );
  }
  const advice = adviceOn(String(code ?? ''), said);
  return new TandemError('journal_failed', `The store ${shown} refuses: ${said}. ${advice}`, {
    cause: error,
    data: { store: shown, ...(typeof code === 'string' && { code }) },
  });
}

const adviceByCode: Readonly<Record<string, string>> = {
  '28P01': 'Check the user and the password (in the address, PGPASSWORD or the password callback)',
  '28000': 'Check the user, the password and pg_hba.conf of the server',
  '3D000': 'Make the database (createdb), or name another one',
  '42501':
    'Let an owner of the database run `tandem store migrate` once, or grant this user the right ' +
    'to create in the database and its schema',
  '42P01': 'Something of the store was removed. Restore it, or name another schema',
  ENOTFOUND: 'Check the name of the host',
  '53100': 'Its disk is full. Make room',
  '25006': 'It is read-only, such as a standby. Name the primary',
};

function adviceOn(code: string, said: string): string {
  const known = adviceByCode[code];
  if (known) return `${known}.`;
  if (/does not support ssl/i.test(said))
    return 'Turn TLS on there, or add `?sslmode=disable` where the network between is your own.';
  if (/certificate|self.signed|altnames/i.test(said))
    return 'Name the certificate of its issuer by `?sslrootcert=FILE`.';
  if (/password must be a string|SASL|SCRAM/i.test(said))
    return 'Give a password: in the address, in PGPASSWORD or by the password callback.';
  return 'See the log of Postgres.';
}

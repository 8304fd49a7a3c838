import { TandemError } from './errors.ts';

// A file of settings, weights or rows that is larger is none.
const mostBytes = 268_435_456;

/**
 * Reads a file whole as text. A named pipe or a device is refused before it is opened: the one
 * waits for its other end, the other has no end.
 * @throws TandemError `invalid_argument` for what is no regular file, too large or unreadable; what
 * `node:fs` throws where nothing is there
 * @example
 * ```ts
 * const text = readRegularFile('questions.txt');
 * ```
 */
export function readRegularFile(path: string | URL): string {
  const { size } = requireRegularFile(path);
  if (size > mostBytes) throw refused(path, `has ${size} bytes, more than ${mostBytes}`);
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'no code' } = cause as { code?: string };
    const message = `"${path}" cannot be read (${code}). Check its permissions.`;
    throw new TandemError('invalid_argument', message, { cause, data: { path: String(path) } });
  }
}

/**
 * Requires that a path leads to a regular file, before anybody opens it. @throws TandemError
 * `invalid_argument`; what `node:fs` throws where nothing is there
 * @example
 * ```ts
 * const { size } = requireRegularFile('questions.txt');
 * ```
 */
export function requireRegularFile(path: string | URL): { readonly size: number } {
  const facts = process.getBuiltinModule('node:fs').statSync(path);
  if (!facts.isFile()) throw refused(path, 'is no regular file');
  return facts;
}

function refused(path: string | URL, why: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `"${path}" ${why}, so it was not opened. Give the path of a regular file.`,
    { data: { path: String(path) } },
  );
}

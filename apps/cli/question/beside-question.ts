import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { requireRegularFile } from '../../../src/entries/config.ts';
import { type Call, TandemError } from '../../../src/index.ts';
import type { Invocation } from '../command.ts';
import type { OptionTable } from '../flags.ts';

type System = Extract<Call['prompt'][number], { role: 'system' }>;
type Image = Extract<
  Extract<Call['prompt'][number], { role: 'user' }>['content'][number],
  { type: 'file' }
>;

/** Options that say what goes with a question. */
export const besideOptions: OptionTable = {
  system: { type: 'string', value: 'TEXT', help: 'what the model is told before the question' },
  image: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'a picture that the question is about (PNG, JPEG, GIF or WebP)',
  },
  schema: {
    type: 'string',
    value: 'FILE',
    help: 'a JSON Schema that the answer, as JSON, must fit',
  },
};

/** What goes with a question, beside its documents. */
interface Beside {
  readonly system: readonly System[];
  readonly images: readonly Image[];
  readonly form: Pick<Call, 'responseFormat'>;
}

/** Reads what goes with the questions of an invocation. @throws TandemError `invalid_argument` */
export async function partsBeside({ options, folder }: Invocation): Promise<Beside> {
  const { system, schema } = options as { readonly system?: string; readonly schema?: string };
  const paths = (options.image as readonly string[] | undefined) ?? [];
  return {
    system: system === undefined ? [] : [{ role: 'system', content: system }],
    images: await Promise.all(paths.map(path => imageAt(path, folder))),
    form: schema === undefined ? {} : { responseFormat: await formAt(schema, folder) },
  };
}

async function bytesIn(path: string): Promise<Buffer> {
  requireRegularFile(path);
  return readFile(path);
}

async function imageAt(path: string, folder: string): Promise<Image> {
  const bytes = await bytesIn(resolve(folder, path)).catch(cause => {
    throw unreadable('picture', path, cause);
  });
  const mediaType = imageTypeOf(bytes);
  if (mediaType !== undefined)
    return { type: 'file', mediaType, data: { type: 'data', data: new Uint8Array(bytes) } };
  throw new TandemError(
    'invalid_argument',
    `"${path}" is no picture that models read. Give a PNG, JPEG, GIF or WebP file; a text or a ` +
      'PDF goes with `--doc`.',
    { data: { path } },
  );
}

// Names of files lie; their first bytes say what they are.
function imageTypeOf(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\u0089PNG\r\n')) return 'image/png';
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  return /^RIFF[\s\S]{4}WEBP/.test(head) ? 'image/webp' : undefined;
}

async function formAt(path: string, folder: string): Promise<Call['responseFormat']> {
  const text = await bytesIn(resolve(folder, path)).catch(cause => {
    throw unreadable('schema', path, cause);
  });
  const schema = parsed(text.toString('utf8'));
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
    return { type: 'json', schema };
  throw new TandemError(
    'invalid_argument',
    `"${path}" holds no JSON Schema. Give a JSON file that holds one object.`,
    { data: { path } },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(what: string, path: string, cause: unknown): TandemError {
  if (TandemError.isInstance(cause)) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  return new TandemError(
    'invalid_argument',
    `The ${what} "${path}" cannot be read (${code}). Check the path and its permissions.`,
    { data: { path }, cause },
  );
}

import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
import { requireRegularFile } from '../../model/regular-file.ts';
import { patientFetch } from '../http.ts';

/** A file of weights: a path, or an address from which it is fetched once. */
export interface ModelFileOptions {
  /** Path, or `https://…/NAME.gguf`. */
  readonly source: string;
  /** Folder in which fetched files are kept. */
  readonly folder: string;
  /** SHA-256 of the file, in hexadecimal; needed for an address. */
  readonly sha256?: string;
  /** Is told how many bytes of how many are there. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Replaces the network. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Gives the path of a file of weights, and fetches it first where it is an address that was not
 * fetched before. A fetch that was cut goes on where it was. @throws TandemError
 * `invalid_argument`, `missing_setting`, `bad_answer`
 * @example
 * ```ts
 * const file = await fetchModelFile({ source: './models/phi-4-mini.gguf', folder: './models' });
 * ```
 */
export async function modelFile(options: ModelFileOptions): Promise<string> {
  const { source, folder, sha256 } = options;
  if (!/^https?:\/\//.test(source)) {
    const path = resolve(source);
    if (existsSync(path)) {
      requireRegularFile(path);
      return path;
    }
    throw new TandemError(
      'invalid_argument',
      `There is no model file "${source}". Check the path.`,
    );
  }
  if (sha256 === undefined || !/^[\da-f]{64}$/i.test(sha256)) {
    throw new TandemError(
      'missing_setting',
      `To fetch "${source}" its checksum must be known. Give the setting \`sha256\`: 64 ` +
        'hexadecimal digits.',
    );
  }
  mkdirSync(folder, { recursive: true });
  const path = join(
    folder,
    `${sha256.slice(0, 12).toLowerCase()}-${basename(new URL(source).pathname)}`,
  );
  if (existsSync(path)) return path;
  await fetchInto(`${path}.part`, options);
  const found = await hashOf(`${path}.part`);
  if (found !== sha256.toLowerCase()) {
    rmSync(`${path}.part`);
    throw new TandemError(
      'bad_answer',
      `The file from "${source}" has the checksum ${found}, not ${sha256}. It was thrown away: ` +
        'check both.',
      { data: { found } },
    );
  }
  renameSync(`${path}.part`, path);
  return path;
}

async function fetchInto(
  path: string,
  { source, onProgress, fetch = patientFetch(false) }: ModelFileOptions,
) {
  const begun = existsSync(path) ? statSync(path).size : 0;
  // Hosts of weights send on to where the bytes lie; no prompt and no key goes along, and the
  // checksum decides.
  const ranged = begun > 0 && { headers: { range: `bytes=${begun}-` } };
  const response = await fetch(source, { redirect: 'follow', ...ranged });
  // What is there already is whole.
  if (response.status === 416) return;
  if (!response.ok || !response.body) {
    throw new TandemError(
      'bad_answer',
      `"${source}" answered with HTTP ${response.status}. Check the address.`,
    );
  }
  const isResumed = response.status === 206;
  let received = isResumed ? begun : 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = Number.isNaN(length) ? undefined : length + received;
  const { Writable } = await import('node:stream');
  const file = Writable.toWeb(createWriteStream(path, { flags: isResumed ? 'a' : 'w' }));
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, to) {
      received += chunk.length;
      onProgress?.(received, total);
      to.enqueue(chunk);
    },
  });
  await response.body.pipeThrough(count).pipeTo(file as WritableStream<Uint8Array>);
}

async function hashOf(path: string): Promise<string> {
  const hash = nodeCrypto().createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { guardedFetch } from '../../model/guarded-fetch.ts';
import {
  type CatalogueFile,
  catalogueAtWork,
  useCatalogue,
} from '../../model/leaf/cost/catalogue.ts';
import { readRegularFile } from '../../model/regular-file.ts';
import type { Environment } from '../backend.ts';
import { cacheFolder } from '../diagnosis/capability-cache.ts';
import { catalogueOf, largeChanges } from './read-catalogue.ts';

/** Where the public list of prices is published, day by day. */
export const pricesAddress =
  'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

const mostBytes = 16_777_216;

/** Where newer prices come from, and where they are kept. */
export interface UpdateOptions {
  readonly env: Environment;
  /** An address, or a file that was fetched from there. Default: `pricesAddress`. */
  readonly from?: string;
  /** The day that the list is of: `2026-09-23`. Default: today, since it is published daily. */
  readonly asOf?: string;
  readonly signal?: AbortSignal;
  /** Replaces the network. */
  readonly fetch?: typeof globalThis.fetch;
  /** The time, in milliseconds since 1970. */
  readonly now?: number;
}

/**
 * Fetches the public list of prices, checks it, keeps it for later runs, and takes it into use. The
 * present list stays where anything is wrong.
 * @throws TandemError `invalid_argument` for a day that is none, is not over or is no newer than
 * the present list; `bad_answer` for a list that cannot be right; `model_failed` where the address
 * cannot be reached
 * @example
 * ```ts
 * await updatePrices({ env: process.env });
 * ```
 */
export async function updatePrices(options: UpdateOptions) {
  const { env, from = pricesAddress, now = Date.now() } = options;
  const today = new Date(now).toISOString().slice(0, 10);
  const { asOf = today } = options;
  const before = catalogueAtWork();
  requireNewer(asOf, { today, present: before.asOf });
  const text = /^https?:\/\//.test(from) ? await fetched(from, options) : fileOf(from);
  const list = catalogueOf(text, { name: from, asOf, before: before.models });
  keep(list, env);
  useCatalogue(list);
  return { asOf, from, was: before.asOf, changes: largeChanges(before.models, list.models) };
}

/**
 * Takes the list that `updatePrices` kept into use, if it is newer than the one that comes along.
 * One that cannot be read is passed over.
 * @example
 * ```ts
 * if (recallPrices(process.env)) console.log(catalogueState().asOf);
 * ```
 */
export function recallPrices(env: Environment): boolean {
  try {
    const kept = JSON.parse(readFileSync(fileIn(env), 'utf8')) as CatalogueFile;
    return isList(kept) && useCatalogue(kept);
  } catch {
    return false;
  }
}

function isList({ source, asOf, models }: CatalogueFile): boolean {
  const isRow = (row: unknown) => typeof row === 'string' && row.split(' | ').length >= 3;
  return (
    typeof source === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(asOf) &&
    Object.values(models).every(rows => Array.isArray(rows) && rows.every(isRow))
  );
}

function fileIn(env: Environment): string {
  return join(cacheFolder(env), 'prices.json');
}

// Written whole or not at all: another process may read it meanwhile.
function keep(list: CatalogueFile, env: Environment): void {
  const file = fileIn(env);
  try {
    mkdirSync(cacheFolder(env), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(list), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch (cause) {
    const message =
      `The prices cannot be kept in "${file}". Set TANDEM_CACHE_DIR to a folder that can be ` +
      'written.';
    throw new TandemError('invalid_argument', message, { cause });
  }
}

function requireNewer(asOf: string, { today, present }: { today: string; present: string }): void {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(asOf) && !Number.isNaN(Date.parse(asOf));
  const wrong = !isDay
    ? 'is no day. Give one such as 2026-09-23.'
    : asOf > today
      ? `is not over yet: today is ${today}. Give the day of the list.`
      : asOf <= present
        ? `is no newer than the present list, which is of ${present}. Nothing was changed.`
        : undefined;
  if (wrong !== undefined)
    throw new TandemError('invalid_argument', `The day of the list, "${asOf}", ${wrong}`);
}

async function fetched(from: string, options: UpdateOptions): Promise<string> {
  const { signal, fetch = globalThis.fetch } = options;
  const send = guardedFetch(fetch, { endpoint: from, mostBytes });
  const response = await send(from, signal ? { signal } : {}).catch((cause: unknown) => {
    if (TandemError.isInstance(cause) || signal?.aborted) throw cause;
    throw unreachable(from, 'it cannot be reached', cause);
  });
  if (!response.ok) throw unreachable(from, `it answered with status ${response.status}`);
  return response.text();
}

function unreachable(from: string, why: string, cause?: unknown): TandemError {
  const message =
    `The list of prices at ${from} was not fetched: ${why}. The present list stays; give a file ` +
    'or another address by `--from`.';
  return new TandemError('model_failed', message, { data: { from }, cause });
}

function fileOf(path: string): string {
  try {
    return readRegularFile(path);
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    const message = `There is no file "${path}" with a list of prices. Check the path.`;
    throw new TandemError('invalid_argument', message, { cause });
  }
}

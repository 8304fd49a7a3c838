import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseJson } from '../algorithms/text/written/bounded-json.ts';
import { repeatedKey } from '../algorithms/text/written/repeated-key.ts';
import { TandemError } from '../model/errors.ts';
import { readRegularFile, requireRegularFile } from '../model/regular-file.ts';
import { checkConfig } from './check-config.ts';
import type { AnyConfig } from './config.ts';
import { requireHonest } from './data-rules.ts';
import { interpolate } from './interpolate.ts';

/** Where a configuration is looked for, in this order. */
export const configFiles: readonly string[] = [
  'tandem.config.ts',
  'tandem.config.yaml',
  'tandem.config.yml',
  'tandem.config.json',
];

/**
 * Finds the configuration of a folder: the first of `configFiles` that is there.
 * @example
 * ```ts
 * const file = configFileIn('.') ?? 'there is none';
 * ```
 */
export function configFileIn(folder: string): string | undefined {
  return configFiles.find(name => existsSync(resolve(folder, name)));
}

/**
 * Reads a configuration: the file named, else the first of `configFiles` in a folder, else none (an
 * empty one).
 * @throws TandemError `invalid_argument`, `unknown_name`, and `not_trusted` for data that calls a
 * public address this device, or sends a variable where it may not go
 * @example
 * ```ts
 * const loaded = await loadConfig({ folder: '.' });
 * ```
 */
export async function loadConfig(options: {
  readonly file?: string;
  readonly folder: string;
  /** What `${NAME}` stands for. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}): Promise<AnyConfig> {
  const file = options.file ?? configFileIn(options.folder);
  if (file === undefined) return {};
  const path = resolve(options.folder, file);
  if (!existsSync(path)) {
    throw new TandemError(
      'invalid_argument',
      `There is no configuration file "${file}". Check the path.`,
    );
  }
  requireRegularFile(path);
  const env = options.env ?? process.env;
  const value = await readValue(path, file);
  if (isCode(file)) return checkConfig(value, file);
  const config = checkConfig(interpolate(value, { env, file }), file);
  requireHonest(config, file);
  return config;
}

/**
 * Tells whether a configuration is a program.
 * @example
 * ```ts
 * console.log(isCode('tandem.config.ts'), isCode('tandem.yaml')); // true false
 * ```
 */
export function isCode(file: string): boolean {
  return !/\.(json|ya?ml)$/.test(file);
}

async function readValue(path: string, file: string): Promise<unknown> {
  if (path.endsWith('.json')) return readText(path, { file, format: 'JSON', parse: parseOnce });
  if (!/\.ya?ml$/.test(path)) return importModule(path, file);
  const { parse } = await import('yaml');
  return readText(path, { file, format: 'YAML', parse });
}

// As YAML is read: what stands first would be lost, such as a mode that is stricter.
function parseOnce(text: string): unknown {
  const value = parseJson(text);
  const key = repeatedKey(text);
  if (key !== undefined) throw new SyntaxError(`the key "${key}" stands twice in one object`);
  return value;
}

interface TextFormat {
  readonly file: string;
  readonly format: string;
  readonly parse: (text: string) => unknown;
}

function readText(path: string, { file, format, parse }: TextFormat): unknown {
  try {
    return parse(readRegularFile(path)) ?? {};
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const [first] = (error as Error).message.split('\n');
    throw new TandemError(
      'invalid_argument',
      `${file} is not ${format}: ${first?.replace(/[.:]$/, '')}. Fix it.`,
      {
        cause: error,
      },
    );
  }
}

// A module is loaded once for each URL: a file that has changed since it was first loaded needs
// another.
const changedMsByPath = new Map<string, number>();

function urlOf(path: string): string {
  const { href } = pathToFileURL(path);
  const changedMs = statSync(path).mtimeMs;
  const before = changedMsByPath.get(path);
  if (before === undefined) changedMsByPath.set(path, changedMs);
  return before === undefined || before === changedMs ? href : `${href}?changed=${changedMs}`;
}

async function importModule(path: string, file: string): Promise<unknown> {
  try {
    const module = (await import(urlOf(path))) as { default?: unknown };
    return module.default;
  } catch (error) {
    const message =
      `${file} cannot be loaded: ${(error as Error).message}. Export the configuration as ` +
      'default; TypeScript needs ' +
      'Node 22.18 or later.';
    throw new TandemError('invalid_argument', message, { cause: error });
  }
}

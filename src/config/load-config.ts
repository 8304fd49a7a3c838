import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TandemError } from '../model/errors.ts';
import { checkConfig } from './check-config.ts';
import type { Config } from './config.ts';

/** Where a configuration is looked for, in this order. */
export const configFiles: readonly string[] = ['tandem.config.ts', 'tandem.config.json'];

/**
 * Reads a configuration: the file named, else the first of `configFiles` in a folder, else none (an empty one).
 * @throws TandemError `invalid_argument`, `unknown_name`
 */
export async function loadConfig(options: { readonly file?: string; readonly folder: string }): Promise<Config> {
  const file = options.file ?? configFiles.find(name => existsSync(resolve(options.folder, name)));
  if (file === undefined) return {};
  const path = resolve(options.folder, file);
  if (!existsSync(path)) {
    throw new TandemError('invalid_argument', `There is no configuration file "${file}". Check the path.`);
  }
  return checkConfig(path.endsWith('.json') ? readJson(path, file) : await importModule(path, file), file);
}

function readJson(path: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new TandemError('invalid_argument', `${file} is not JSON: ${(error as Error).message}. Mend it.`, {
      cause: error,
    });
  }
}

async function importModule(path: string, file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    const message =
      `${file} cannot be loaded: ${(error as Error).message}. Export the configuration as default; TypeScript needs ` +
      'Node 22.18 or later.';
    throw new TandemError('invalid_argument', message, { cause: error });
  }
}

import type { AnyConfig } from './config.ts';
import { readOptions } from './read-options.ts';
import { configSchema } from './schema.ts';

/**
 * Checks what a configuration file holds. @throws TandemError `invalid_argument`, `unknown_name`
 * with the nearest key
 */
export function checkConfig(value: unknown, file: string): AnyConfig {
  return readOptions(configSchema(), value, file) as AnyConfig;
}

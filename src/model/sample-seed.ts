import { nodeCrypto } from './node-crypto.ts';
import type { Call } from './types.ts';

/**
 * Gives the seed of one of several samples of a call: from its prompt and its own seed, so that
 * samples of other prompts draw other numbers, and the same call draws the same. 0 to 2 ** 31 - 1.
 */
export function sampleSeed({ prompt, seed }: Pick<Call, 'prompt' | 'seed'>, index: number): number {
  const asked = JSON.stringify([prompt, seed ?? null, index], withoutBytes);
  return Number.parseInt(nodeCrypto().hash('sha256', asked, 'hex').slice(0, 8), 16) >>> 1;
}

// Of a file its length is enough to tell prompts apart.
function withoutBytes(key: string, value: unknown): unknown {
  if (key === 'providerOptions') return undefined;
  return value instanceof Uint8Array ? value.length : value;
}

import { createHash } from 'node:crypto';

// Of this project alone: the same batch and name are the same run on every machine.
const space = Buffer.from('6f1d5c0e7b4b4c0f9a3e2d8a51c7e9b4', 'hex');

/** Makes the UUID (version 5, RFC 9562) of some names; the same for the same. */
export function namedUuid(...names: readonly string[]): string {
  const sum = createHash('sha1').update(space).update(JSON.stringify(names)).digest();
  sum[6] = (sum[6]! & 0x0f) | 0x50;
  sum[8] = (sum[8]! & 0x3f) | 0x80;
  const hex = sum.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

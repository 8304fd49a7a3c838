let lastMs = 0;
let sequence = 0;
const mostInOneMs = 0xfff;
// Chance for many ids is drawn together.
const drawn = new Uint32Array(256);
let used = drawn.length;

/**
 * Makes the id of a run: a UUID of version 7 (RFC 9562), rising with time within a process. Rows of
 * a journal then stand in the order of their runs; those of random ids are spread over the file,
 * and each costs pages of its own.
 * @example
 * ```ts
 * const runId = newRunId();
 * await run({ runId, isNew: true }, async () => support.doGenerate(userCall('Hello')));
 * ```
 */
export function newRunId(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    sequence = 0;
  } else if (++sequence > mostInOneMs) {
    // More in a millisecond than the counter holds: the next one is lent.
    lastMs++;
    sequence = 0;
  }
  const ms = lastMs.toString(16).padStart(12, '0');
  const counter = sequence.toString(16).padStart(3, '0');
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  // The variant in two bits, and 62 bits of chance.
  const high = (((drawn[used++]! & 0x3fffffff) | 0x80000000) >>> 0).toString(16);
  const low = drawn[used++]!.toString(16).padStart(8, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${counter}-${high.slice(0, 4)}-${high.slice(4)}${low}`;
}

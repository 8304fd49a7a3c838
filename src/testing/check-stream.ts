import { TandemError } from '../model/errors.ts';
import type { StreamPart } from '../model/types.ts';

/** Fails an exam. */
export function fail(what: string): never {
  throw new TandemError('script_violated', `The pattern breaks its contract: ${what}`);
}

/** Fails the exam unless a claim holds. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) fail(what);
}

/** Reads a stream and checks that it is well formed; returns its parts and its text. */
export async function readWellFormed(
  stream: ReadableStream<StreamPart>,
): Promise<{ parts: StreamPart[]; text: string; finish: Extract<StreamPart, { type: 'finish' }> }> {
  const parts: StreamPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
  check(parts[0]?.type === 'stream-start', `the first part is ${parts[0]?.type}, not stream-start`);
  check(
    parts.filter(part => part.type === 'stream-start').length === 1,
    'there is more than one stream-start',
  );
  const finish = parts.at(-1);
  check(finish?.type === 'finish', `the last part is ${finish?.type}, not finish`);
  check(parts.filter(part => part.type === 'finish').length === 1, 'there is more than one finish');
  check(
    !parts.some(part => part.type === 'error'),
    'an error part was sent; a failure must error the stream',
  );
  checkBlocks(parts);
  const text = parts.map(part => (part.type === 'text-delta' ? part.delta : '')).join('');
  return { parts, text, finish };
}

function checkBlocks(parts: readonly StreamPart[]): void {
  const open = new Set<string>();
  const used = new Set<string>();
  for (const part of parts) {
    if (!('id' in part)) continue;
    const [kind, phase] = split(part.type);
    const key = `${kind} block ${part.id}`;
    if (phase === 'start') {
      check(!used.has(key), `${key} was opened twice`);
      used.add(key);
      open.add(key);
    } else if (phase === 'delta') check(open.has(key), `${key} got a delta while closed`);
    else if (phase === 'end') check(open.delete(key), `${key} was closed while not open`);
  }
  check(open.size === 0, `left open: ${[...open].join(', ')}`);
}

function split(type: string): [string, string] {
  const dash = type.lastIndexOf('-');
  return [type.slice(0, dash), type.slice(dash + 1)];
}

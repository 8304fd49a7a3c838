/** Where one of some values stands in a text. */
export interface Occurrence {
  readonly at: number;
  readonly value: string;
}

/** What of the occurrences is wanted. */
export interface OccurrenceWish {
  /** Default: each. */
  readonly is?: (occurrence: Occurrence) => boolean;
  /** Default: all. */
  readonly most?: number;
}

/** Values of one window: the letters by which they are told from others at a look. */
interface ValueGroup {
  readonly window: number;
  readonly values: Set<string>;
  readonly lengthsByHash: Map<number, number[]>;
  bits: Uint32Array;
  shift: number;
}

const windows = [1, 2, 4, 6] as const;
// Of these a millisecond or two are made.
const workOfSlice = 262_144;
const workOfLook = 40;
const base = 0x9e37_79b1;

/**
 * Looks for many values in texts at once, in time that grows with the text and not with their
 * number (Karp and Rabin, 1987). The search is cut into slices: whoever runs the generator may do
 * other things between them.
 */
export function anyOf(values: Iterable<string>) {
  const groups = new Map<number, ValueGroup>();
  for (const value of new Set(values)) {
    const window = windows.findLast(least => value.length >= least);
    if (window === undefined) continue;
    const group = groups.get(window) ?? openGroup(window);
    groups.set(window, group);
    group.values.add(value);
    const hash = hashOf(value, window);
    const lengths = group.lengthsByHash.get(hash) ?? [];
    if (!lengths.includes(value.length)) lengths.push(value.length);
    group.lengthsByHash.set(hash, lengths);
  }
  for (const group of groups.values()) close(group);
  return function* find(text: string, wanted: OccurrenceWish = {}): Generator<void, Occurrence[]> {
    const found: Occurrence[] = [];
    for (const group of groups.values()) {
      if (found.length === wanted.most) break;
      yield* search(text, group, found, wanted);
    }
    return found;
  };
}

function openGroup(window: number): ValueGroup {
  return {
    ...{ window, values: new Set(), lengthsByHash: new Map() },
    ...{ bits: new Uint32Array(0), shift: 0 },
  };
}

function close(group: ValueGroup): void {
  const log = Math.min(24, Math.max(12, Math.ceil(Math.log2(32 * group.lengthsByHash.size))));
  group.bits = new Uint32Array(2 ** (log - 5));
  group.shift = 32 - log;
  for (const hash of group.lengthsByHash.keys()) {
    const bit = Math.imul(hash, base) >>> group.shift;
    group.bits[bit >>> 5]! |= 1 << (bit & 31);
  }
}

function hashOf(text: string, window: number): number {
  let hash = 0;
  for (let at = 0; at < window; at++) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  return hash;
}

function* search(
  text: string,
  group: ValueGroup,
  found: Occurrence[],
  wanted: OccurrenceWish,
): Generator<void, void> {
  const { window, bits, shift } = group;
  if (text.length < window) return;
  let leaving = 1;
  for (let at = 1; at < window; at++) leaving = Math.imul(leaving, base);
  let hash = hashOf(text, window);
  const last = text.length - window;
  for (let at = 0, work = 0; ; at++, work++) {
    const bit = Math.imul(hash, base) >>> shift;
    if (((bits[bit >>> 5]! >>> (bit & 31)) & 1) !== 0)
      work += look(text, { at, hash }, { group, found, wanted });
    if (at === last || found.length === wanted.most) return;
    if (work > workOfSlice) {
      work = 0;
      yield;
    }
    hash = (hash - Math.imul(text.charCodeAt(at), leaving)) | 0;
    hash = (Math.imul(hash, base) + text.charCodeAt(at + window)) | 0;
  }
}

interface LookInGroup {
  readonly group: ValueGroup;
  readonly found: Occurrence[];
  readonly wanted: OccurrenceWish;
}

// Returns how much work it was.
function look(
  text: string,
  { at, hash }: { readonly at: number; readonly hash: number },
  { group: { values, lengthsByHash }, found, wanted: { is, most } }: LookInGroup,
): number {
  let work = 0;
  for (const length of lengthsByHash.get(hash) ?? []) {
    work += workOfLook + length;
    const value = text.slice(at, at + length);
    if (value.length < length || !values.has(value) || is?.({ at, value }) === false) continue;
    found.push({ at, value });
    if (found.length === most) return work;
  }
  return work;
}

/** A folder of a compound file. */
export interface CompoundFolder {
  /** The bytes of a stream by its name; `undefined` where there is none. */
  stream(name: string): Uint8Array | undefined;
  folder(name: string): CompoundFolder | undefined;
  readonly streams: readonly string[];
  readonly folders: readonly string[];
}

const endOfChain = 0xffff_fffa;
const noEntry = 0xffff_ffff;

/**
 * Opens a compound file ([MS-CFB]), in which old Office files and mails of Outlook are kept, such
 * as a disk with its folders. Chains that run in circles end where the file ends.
 * @throws RangeError where the file is broken
 */
export function openCompound(bytes: Uint8Array): CompoundFolder {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = 1 << view.getUint16(30, true);
  const smallSize = 1 << view.getUint16(32, true);
  if (size < 512 || size > 4096 || smallSize > size) throw new RangeError('Its sectors are odd.');
  const sector = (at: number) => bytes.subarray((at + 1) * size, (at + 2) * size);
  const numbersIn = (chunk: Uint8Array) =>
    Array.from({ length: chunk.length >> 2 }, (_, at) =>
      new DataView(chunk.buffer, chunk.byteOffset).getUint32(at * 4, true),
    );
  const fat = tableSectors(view, { size, sector, numbersIn }).flatMap(at => numbersIn(sector(at)));
  const most = Math.ceil(bytes.length / size);
  const joined = (start: number) => concatenated(chain(start, fat, most).map(sector));
  const smallFat = numbersIn(joined(view.getUint32(60, true)));
  const entries = entriesIn(joined(view.getUint32(48, true)));
  const [root] = entries;
  if (!root) throw new RangeError('It has no folder.');
  const small = joined(root.start);
  const smallCutoff = view.getUint32(56, true);
  const streamOf = ({ start, length }: CompoundEntry) => {
    if (length >= smallCutoff) return joined(start).subarray(0, length);
    const parts = chain(start, smallFat, Math.ceil(small.length / smallSize)).map(at =>
      small.subarray(at * smallSize, (at + 1) * smallSize),
    );
    return concatenated(parts).subarray(0, length);
  };
  return folderOf(root, { entries, streamOf });
}

interface Sectors {
  readonly size: number;
  sector(at: number): Uint8Array;
  numbersIn(chunk: Uint8Array): number[];
}

// The sectors that hold the table of chains: 109 in the head, the others in a chain of their own.
function tableSectors(view: DataView, { size, sector, numbersIn }: Sectors): number[] {
  const found = Array.from({ length: 109 }, (_, at) => view.getUint32(76 + at * 4, true));
  let next = view.getUint32(68, true);
  for (let left = view.byteLength / size; next < endOfChain && left > 0; left--) {
    const numbers = numbersIn(sector(next));
    next = numbers.pop() ?? noEntry;
    found.push(...numbers);
  }
  return found.filter(at => at < endOfChain);
}

function chain(start: number, table: readonly number[], most: number): number[] {
  const sectors: number[] = [];
  for (let at = start; at < endOfChain && sectors.length < most; at = table[at] ?? noEntry)
    sectors.push(at);
  return sectors;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

interface CompoundEntry {
  readonly name: string;
  readonly isStream: boolean;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly length: number;
}

function entriesIn(bytes: Uint8Array): CompoundEntry[] {
  return Array.from({ length: bytes.length >> 7 }, (_, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at * 128, 128);
    const letters = Math.max(0, Math.min(62, view.getUint16(64, true) - 2));
    const name = bytes.subarray(at * 128, at * 128 + letters);
    return {
      name: new TextDecoder('utf-16le').decode(name),
      isStream: view.getUint8(66) === 2,
      left: view.getUint32(68, true),
      right: view.getUint32(72, true),
      child: view.getUint32(76, true),
      start: view.getUint32(116, true),
      length: view.getUint32(120, true),
    };
  });
}

interface OpenCompound {
  readonly entries: readonly CompoundEntry[];
  streamOf(entry: CompoundEntry): Uint8Array;
}

function folderOf({ child }: CompoundEntry, file: OpenCompound): CompoundFolder {
  const byName = new Map<string, CompoundEntry>();
  const seen = new Set<number>();
  for (const open = [child]; open.length > 0; ) {
    const at = open.pop()!;
    const entry = file.entries[at];
    if (!entry || seen.has(at)) continue;
    seen.add(at);
    byName.set(entry.name, entry);
    open.push(entry.left, entry.right);
  }
  const named = (isStream: boolean) =>
    [...byName.values()].filter(entry => entry.isStream === isStream).map(({ name }) => name);
  return {
    stream(name) {
      const entry = byName.get(name);
      return entry?.isStream ? file.streamOf(entry) : undefined;
    },
    folder(name) {
      const entry = byName.get(name);
      return entry && !entry.isStream ? folderOf(entry, file) : undefined;
    },
    streams: named(true),
    folders: named(false),
  };
}

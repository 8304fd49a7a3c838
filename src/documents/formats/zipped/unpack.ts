import { TandemError } from '../../../model/errors.ts';
import { decode } from '../decode-text.ts';
import { type XmlElement, xmlTree } from '../markup/xml-tree.ts';
import { unreadable } from '../unreadable.ts';

/** The parts of a file that is an archive, by their paths. */
export interface PackedParts {
  readonly title: string;
  readonly names: readonly string[];
  bytes(path: string): Uint8Array | undefined;
  text(path: string): string | undefined;
  /** A part that is XML; `undefined` if there is none of this path. */
  xml(path: string): XmlElement | undefined;
}

const mostUnpacked = 512 * 1024 * 1024;
const mostParts = 20_000;
// Deflate makes at most about 1,030 bytes of one.
const mostRatio = 1100;

/**
 * Opens an archive that is a document, without unpacking what nobody asks for; what is unpacked is
 * bounded. @throws TandemError `unreadable_document`
 */
export async function unpack(bytes: Uint8Array, title: string): Promise<PackedParts> {
  const { unzipSync } = await import('fflate');
  const names: string[] = [];
  const written = new Map<string, string>();
  let total = 0;
  const broken = (cause: unknown) =>
    unreadable(title, 'Its archive is broken.', 'Open the document and save it anew.', cause);
  try {
    unzipSync(bytes, {
      filter: ({ name }) => {
        const path = name.replaceAll('\\', '/').replace(/^\.?\//, '');
        names.push(path);
        for (const each of [path.toLowerCase(), path]) written.set(each, name);
        return false;
      },
    });
  } catch (error) {
    throw broken(error);
  }
  if (names.length > mostParts)
    throw unreadable(title, `It holds ${names.length} parts.`, 'Save it anew, or as PDF.');
  const take = (path: string) => {
    // Some programs write paths with backslashes, or names in other cases than they call them.
    const own = written.get(path) ?? written.get(path.toLowerCase());
    try {
      const unpacked = unzipSync(bytes, {
        filter: ({ name, size, originalSize }) => {
          if (name !== own) return false;
          total += originalSize;
          if (total > mostUnpacked || originalSize > Math.max(4096, size * mostRatio))
            throw unreadable(
              title,
              `It unpacks to more than ${mostUnpacked} bytes.`,
              'It may be an attack; if it is not, split it.',
            );
          return true;
        },
      });
      return own === undefined ? undefined : unpacked[own];
    } catch (error) {
      throw TandemError.isInstance(error) ? error : broken(error);
    }
  };
  return partsOf({ title, names, bytes: take });
}

function partsOf(packed: Pick<PackedParts, 'title' | 'names' | 'bytes'>): PackedParts {
  const text = (path: string) => {
    const found = packed.bytes(path);
    return found && decode(found)?.text;
  };
  return {
    ...packed,
    text,
    xml(path) {
      const found = text(path);
      return found === undefined ? undefined : xmlTree(found);
    },
  };
}

/** What the relations of a part point to, by id, as paths in the archive. */
export function relationsOf(parts: PackedParts, path: string): Map<string, Relation> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const xml = parts.xml(`${folder}_rels/${path.slice(folder.length)}.rels`);
  const found = new Map<string, Relation>();
  for (const relation of xml?.children ?? [])
    if (typeof relation !== 'string')
      for (const child of relation.children)
        if (typeof child !== 'string') note(found, folder, child);
  return found;
}

/** Where a relation points to, and the last word of its type. */
export interface Relation {
  readonly path: string;
  readonly type: string;
}

function note(found: Map<string, Relation>, folder: string, { attributes }: XmlElement): void {
  const { Id, Target, Type = '', TargetMode } = attributes;
  if (Id === undefined || Target === undefined || TargetMode === 'External') return;
  found.set(Id, { path: resolved(folder, Target), type: Type.slice(Type.lastIndexOf('/') + 1) });
}

/** The path that a target has from a folder of the archive. */
export function resolved(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const path: string[] = [];
  for (const step of `${folder}${target}`.split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return path.join('/');
}

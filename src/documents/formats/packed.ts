import { elementsOf } from './markup/xml-tree.ts';
import { readEpub } from './office/read-epub.ts';
import { odfType, readOdf } from './office/read-odf.ts';
import { readPptx } from './office/read-pptx.ts';
import type { GivenFile, ParsedFile } from './parsed-file.ts';
import { readXlsx } from './sheets/read-xlsx.ts';
import { unreadable } from './unreadable.ts';
import { readDocx } from './word/read-docx.ts';
import { requireBoundedZip } from './zip-bounds.ts';
import { type PackedParts, relationsOf, unpack } from './zipped/unpack.ts';

const names: readonly (readonly [prefix: string, name: string, ending: string])[] = [
  ['word/', 'Word file', 'DOCX'],
  ['xl/', 'workbook', 'XLSX, or its sheets as CSV'],
  ['ppt/', 'presentation', 'PPTX'],
];

/** Reads a document that is an archive, by what it holds. @throws TandemError */
export async function readPacked({ bytes, title }: GivenFile): Promise<ParsedFile> {
  await requireBoundedZip(bytes, title);
  let parts: PackedParts;
  try {
    parts = await unpack(bytes, title);
  } catch (error) {
    throw brokenBy(bytes, { title, error });
  }
  const holds = (prefix: string) => parts.names.some(name => name.toLowerCase().startsWith(prefix));
  const openType = odfType(parts);
  if (openType) return readOdf(parts, openType);
  if (parts.names.includes('META-INF/container.xml')) return readEpub(parts);
  if (holds('word/')) return readDocx(parts);
  if (holds('xl/')) return readXlsx(parts);
  if (holds('ppt/')) return readPptx(parts);
  const main = [...relationsOf(parts, '').values()].find(({ type }) => type === 'officeDocument');
  const byRoot = { document: readDocx, workbook: readXlsx, presentation: readPptx };
  const root = elementsOf(main && parts.xml(main.path))[0]?.name ?? '';
  if (Object.hasOwn(byRoot, root)) return byRoot[root as keyof typeof byRoot](parts);
  throw unreadable(
    title,
    'It is an archive, not a document.',
    'Unpack it, and give what it holds.',
  );
}

// What was cut off still says in its first names what it was.
function brokenBy(
  bytes: Uint8Array,
  { title, error }: { readonly title: string; readonly error: unknown },
): Error {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const [, name, ending] = names.find(([prefix]) => text.includes(prefix)) ?? [];
  if (!name) return unreadable(title, 'It is an archive, and broken.', 'Send it anew.', error);
  return unreadable(
    title,
    `The ${name} is broken.`,
    `Open it and save it anew as ${ending}.`,
    error,
  );
}

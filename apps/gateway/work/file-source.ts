import type { Exchange } from '../exchange.ts';
import type { FileSource, KeptFile } from '../wire/file-part.ts';
import { notFound } from '../wire/problem.ts';

/**
 * The files that a caller has sent before, those that a request names; at once where it names none.
 */
export function fileSource(exchange: Exchange): FileSource | Promise<FileSource> {
  const { bytes, body, catalogue } = exchange;
  const { allowUrls } = catalogue.settings;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"file_id"')
    ? filesNamed(exchange, idsIn(body)).then(files => sourceOf(files, allowUrls))
    : sourceOf(new Map(), allowUrls);
}

async function filesNamed(
  { services, caller }: Exchange,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KeptFile>> {
  const files = new Map<string, KeptFile>();
  for (const id of ids) {
    const file = await services.state.file(caller.name, id);
    if (file) files.set(id, file);
  }
  return files;
}

function sourceOf(files: ReadonlyMap<string, KeptFile>, allowsUrls: boolean): FileSource {
  return {
    allowsUrls,
    find(id, at) {
      const file = files.get(id);
      if (file) return file;
      throw notFound(
        `The file "${id.slice(0, 64)}" does not exist here. Upload it, or list \`/v1/files\`.`,
        'file_not_found',
        at,
      );
    },
  };
}

/** The files that a request names in any part: the depth of a body is bounded where it is read. */
export function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'file_id' && typeof inner === 'string' ? [inner] : idsIn(inner),
  );
}

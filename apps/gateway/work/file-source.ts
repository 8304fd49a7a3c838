import type { Exchange } from '../exchange.ts';
import type { FileSource, KeptFile } from '../wire/file-part.ts';
import { notFound } from '../wire/problem.ts';

/** The files that a caller has sent before, those that a request names. */
export async function fileSource({
  services,
  caller,
  catalogue,
  bytes,
  body,
}: Exchange): Promise<FileSource> {
  const named = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"file_id"')
    ? idsIn(body)
    : [];
  const files = new Map<string, KeptFile>();
  for (const id of named) {
    const file = await services.state.file(caller.name, id);
    if (file) files.set(id, file);
  }
  return {
    allowsUrls: catalogue.settings.allowUrls,
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

// Whatever part of a request names a file: the depth of a body is bounded where it is read.
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'file_id' && typeof inner === 'string' ? [inner] : idsIn(inner),
  );
}

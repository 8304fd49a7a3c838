import type { Exchange } from '../exchange.ts';
import type { FileSource } from '../wire/file-part.ts';
import { notFound } from '../wire/problem.ts';

/** The files that a caller has sent before. */
export function fileSource({ services, caller, catalogue }: Exchange): FileSource {
  return {
    allowsUrls: catalogue.settings.allowUrls,
    find(id, at) {
      const file = services.state.file(caller.name, id);
      if (file) return file;
      throw notFound(
        `The file "${id.slice(0, 64)}" does not exist here. Upload it, or list \`/v1/files\`.`,
        'file_not_found',
        at,
      );
    },
  };
}

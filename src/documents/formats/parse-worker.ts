import { parentPort } from 'node:worker_threads';
import { TandemError } from '../../model/errors.ts';
import { type GivenFile, parseDocument } from './parse-document.ts';

/** What a thread that parses documents says: how far it is, and how it ended. */
export type ParserReply =
  | { readonly kind: 'page'; readonly page: number; readonly pages: number }
  | { readonly kind: 'document'; readonly document: Awaited<ReturnType<typeof parseDocument>> }
  | {
      readonly kind: 'error';
      readonly code: string | undefined;
      readonly message: string;
      readonly data: TandemError['data'];
    };

// The entry of a thread that parses one document after the other.
const say = (reply: ParserReply) => parentPort?.postMessage(reply);

parentPort?.on('message', (file: GivenFile) => {
  parseDocument(file, (page, pages) => say({ kind: 'page', page, pages })).then(
    document => say({ kind: 'document', document }),
    (error: unknown) => {
      const known = TandemError.isInstance(error) ? error : undefined;
      const message = error instanceof Error ? error.message : String(error);
      say({ kind: 'error', code: known?.code, message, data: known?.data ?? {} });
    },
  );
});

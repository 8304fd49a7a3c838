import { parentPort } from 'node:worker_threads';
import { TandemError } from '../../model/errors.ts';
import { parseFile } from './parse-document.ts';
import type { GivenFile, ParsedFile, Parsing } from './parsed-file.ts';
import { kindOf } from './sniff.ts';

/** What a thread that parses documents says: how far it is, and how it ended. */
export type ParserReply =
  | { readonly kind: 'page'; readonly page: number; readonly pages: number }
  | { readonly kind: 'file'; readonly file: ParsedFile }
  | {
      readonly kind: 'error';
      readonly code: string | undefined;
      readonly message: string;
      readonly data: TandemError['data'];
      /** Whether nothing of the reading goes on: that of a PDF may, page by page. */
      readonly isAtRest: boolean;
    };

// The entry of a thread that parses one document after the other.
const say = (reply: ParserReply) => parentPort?.postMessage(reply);

parentPort?.on('message', ({ file, password }: ParseRequest) => {
  const onPage: Parsing['onPage'] = (page, pages) => say({ kind: 'page', page, pages });
  parseFile(file, { onPage, ...(password !== undefined && { password }) }).then(
    parsed => say({ kind: 'file', file: parsed }),
    (error: unknown) => {
      const known = TandemError.isInstance(error) ? error : undefined;
      const message = error instanceof Error ? error.message : String(error);
      const isAtRest = known !== undefined && kindOf(file.bytes) !== 'pdf';
      say({ kind: 'error', code: known?.code, message, data: known?.data ?? {}, isAtRest });
    },
  );
});

interface ParseRequest {
  readonly file: GivenFile;
  readonly password: string | undefined;
}

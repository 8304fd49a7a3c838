import type { TextSpan } from '../algorithms/text/text-span.ts';
import type { Coverage } from '../model/run/summary.ts';
import type { CitedExtract, Passage } from './cited-extract.ts';
import { type Document, pageAt } from './document.ts';
import type { UnreadFile } from './unread.ts';

/** What was read, over all rounds. */
export interface ReadFacts {
  readonly documents: readonly Document[];
  /** The chunks of the first cutting. */
  readonly passages: readonly Passage[];
  readonly read: readonly Passage[];
  /** Chunks that were to be read, and were not. */
  readonly failed: readonly Passage[];
  readonly extracts: readonly CitedExtract[];
  /** Files that could not be read. */
  readonly unread?: readonly UnreadFile[];
}

/** Says how much was read: chunks of the first cutting, and pages; read means all of it. */
export function coverageOf(facts: ReadFacts): Coverage {
  const { documents, passages, read, failed, extracts, unread: files = [] } = facts;
  const readIn = spansByDocument(read);
  const failedIn = spansByDocument(failed);
  const isRead = (document: Document, span: TextSpan) =>
    covers(readIn.get(document.id) ?? [], span, document.text);
  const isFailed = (document: Document, span: TextSpan) =>
    (failedIn.get(document.id) ?? []).some(each => touches(each, span));
  const unread = passages.filter(passage => !isRead(passage.document, passage));
  const skipped = unread.filter(passage => !isFailed(passage.document, passage)).length;
  const pages = { total: 0, read: 0, skipped: 0, cited: 0, withoutText: 0 };
  for (const document of documents) {
    const cited = new Set(
      extracts
        .filter(each => each.document.id === document.id)
        .map(({ start }) => pageAt(document, start)),
    );
    const empty = new Set(document.withoutText);
    pages.total += document.pages.length;
    pages.cited += cited.size;
    pages.withoutText += empty.size;
    for (const [index, page] of document.pages.entries()) {
      if (empty.has(index + 1)) continue;
      if (isRead(document, page)) pages.read++;
      else if (!isFailed(document, page)) pages.skipped++;
    }
  }
  return {
    chunks: passages.length,
    read: passages.length - unread.length,
    skipped,
    cited: extracts.length,
    pages,
    ...(files.length > 0 && { files: filesOf(documents, files) }),
  };
}

const mostNamed = 50;

/** Says which files could not be read, at most 50 of them by name. */
export function filesOf(documents: readonly Document[], unread: readonly UnreadFile[]) {
  return {
    total: documents.length + unread.length,
    read: documents.length,
    unread: unread.slice(0, mostNamed).map(({ title, why }) => ({ title, why })),
  };
}

function spansByDocument(passages: readonly Passage[]): Map<string, TextSpan[]> {
  const byDocument = new Map<string, TextSpan[]>();
  for (const { document, start, end } of passages) {
    const spans = byDocument.get(document.id);
    if (spans) spans.push({ start, end });
    else byDocument.set(document.id, [{ start, end }]);
  }
  for (const [id, spans] of byDocument) byDocument.set(id, joined(spans));
  return byDocument;
}

function joined(spans: readonly TextSpan[]): TextSpan[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

function covers(spans: readonly TextSpan[], { start, end }: TextSpan, text: string): boolean {
  let at = start;
  for (const span of spans) {
    if (span.end <= at) continue;
    if (span.start > at && text.slice(at, Math.min(span.start, end)).trim() !== '') return false;
    at = Math.max(at, span.end);
    if (at >= end) return true;
  }
  return text.slice(at, end).trim() === '';
}

function touches(a: TextSpan, b: TextSpan): boolean {
  return a.start < b.end && a.end > b.start;
}

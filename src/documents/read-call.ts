import { labelIn, stricter } from '../model/run/labels.ts';
import type { DocumentSource } from '../model/run/ports.ts';
import type { Call, FilePart, Message, ProviderOptions, TextPart } from '../model/types.ts';
import { type Document, documentOf, type PlacedLine } from './document.ts';
import { parseDocuments } from './formats/attachments.ts';
import { documentTypes, textDocument } from './formats/parse-document.ts';
import { unreadable } from './formats/unreadable.ts';
import type { UnreadFile } from './unread.ts';

/** A call taken apart. */
export interface ReadCall {
  /** What the last user message asks. */
  readonly question: string;
  readonly documents: readonly Document[];
  /** Files that were given and could not be read. */
  readonly unread: readonly UnreadFile[];
  /** The call without its documents: safe to build further calls on. */
  readonly call: Call;
}

// A text part of this length beside the question is taken for a document.
const longText = 4000;
const longestQuestion = 1000;

// Providers refuse a message without content.
const placeholder: TextPart = { type: 'text', text: '(document)' };

/**
 * Takes the documents out of a call, from every user message: files of text, PDF, Office, mail and
 * others with what they hold,
 * references to documents that `source` keeps, a long text beside a shorter one, and a single long
 * text but for its last paragraph (or its first, where only that asks). The call is not changed.
 * @throws TandemError `unreadable_document`, `missing_package`
 */
export async function readCall(call: Call, source?: DocumentSource): Promise<ReadCall> {
  const documents: Document[] = [];
  const unread: UnreadFile[] = [];
  const last = call.prompt.findLastIndex(message => message.role === 'user');
  let question = '';
  const prompt: Message[] = [];
  for (const [index, message] of call.prompt.entries()) {
    if (message.role !== 'user') {
      prompt.push(message);
      continue;
    }
    const withoutFiles: ReadablePart[] = [];
    for (const part of message.content) {
      if (part.type !== 'file') {
        withoutFiles.push(part);
        continue;
      }
      const read = await readFile(part, source);
      if (read) {
        documents.push(...read.documents);
        unread.push(...read.unread);
      } else withoutFiles.push(part);
    }
    // Earlier messages too: a document pasted at the start of a conversation is read by follow-up
    // questions, and must not stay in a call that goes to the cloud.
    const content = takeLongText(withoutFiles, documents);
    if (index === last) question = textOf(content);
    prompt.push({ ...message, content: content.length > 0 ? content : [placeholder] });
  }
  return { question, documents, unread, call: { ...call, prompt } };
}

type ReadablePart = TextPart | FilePart;

async function readFile(
  part: FilePart,
  source: DocumentSource | undefined,
): Promise<ReadFile | undefined> {
  const { data, filename: title = 'document' } = part;
  const label = labelIn(part.providerOptions);
  if (data.type === 'reference') {
    // A reference to a file kept by some provider is that provider's to read.
    if (!Object.hasOwn(data.reference, 'tandem')) return undefined;
    const kept = await keptDocument(data.reference.tandem!, title, source);
    return {
      documents: [label ? { ...kept, label: stricter(label, kept.label) } : kept],
      unread: [],
    };
  }
  const own = part.providerOptions?.tandem ?? {};
  if (typeof own.unread === 'string')
    return { documents: [], unread: [{ title, why: own.unread }] };
  const mediaType = part.mediaType.split(';', 1)[0]!.trim().toLowerCase();
  if (!isReadable(mediaType) || data.type === 'url') return undefined;
  const plainType = /^text(\/\*)?$/.test(mediaType) ? 'text/plain' : mediaType;
  const facts = { title, mediaType: plainType };
  const { documents, unread } =
    data.type === 'text'
      ? { documents: [await readText(data.text, facts, own)], unread: [] }
      : await parseDocuments({ bytes: bytesOf(data.data), ...facts });
  return { documents: label ? documents.map(each => ({ ...each, label })) : documents, unread };
}

interface ReadFile {
  readonly documents: readonly Document[];
  readonly unread: readonly UnreadFile[];
}

// What was read before it came is not read again.
async function readText(
  text: string,
  facts: { readonly title: string; readonly mediaType: string },
  { readAs, lines }: ProviderOptions[string],
): Promise<Document> {
  if (typeof readAs !== 'string') return textDocument({ text, ...facts });
  return documentOf({ text, title: facts.title, mediaType: readAs, lines: linesIn(lines) });
}

function linesIn(lines: unknown): PlacedLine[] | undefined {
  return Array.isArray(lines) ? lines.filter(isLine) : undefined;
}

function isLine(line: unknown): line is PlacedLine {
  if (typeof line !== 'object' || line === null) return false;
  const own = line as Readonly<Record<string, unknown>>;
  return ['start', 'end', 'x', 'y', 'width', 'height'].every(key => typeof own[key] === 'number');
}

async function keptDocument(
  id: string,
  title: string,
  source: DocumentSource | undefined,
): Promise<Document> {
  const kept = await source?.get(id);
  if (kept) return { ...documentOf({ ...kept, mediaType: kept.mediaType }), ...kept };
  const why = source ? `No document ${id.slice(0, 12)}… is kept.` : 'No store of documents is set.';
  throw unreadable(
    title,
    why,
    'Keep the document first, give `documents` to the run, or attach the text itself.',
  );
}

function takeLongText(content: readonly ReadablePart[], documents: Document[]): ReadablePart[] {
  const texts = content.filter(part => part.type === 'text');
  const long = texts.filter(part => part.text.length >= longText);
  if (long.length > 0 && long.length < texts.length) {
    documents.push(...long.map(part => documentOf({ text: part.text })));
    return content.filter(part => !long.includes(part as TextPart));
  }
  const [only] = texts;
  if (texts.length !== 1 || long.length !== 1 || !only) return [...content];
  const cut = cutQuestion(only.text);
  if (!cut) return [...content];
  documents.push(documentOf({ text: cut.document }));
  return content.map(part => (part === only ? { ...only, text: cut.question } : part));
}

// The question stands at the end; at the start only if that paragraph asks ("…?", "…:") and the
// last one does not.
function cutQuestion(whole: string): { question: string; document: string } | undefined {
  const text = whole.trim();
  // No question is longer: only so much is searched for the blank line, from either end.
  const head = text.slice(0, longestQuestion + 2);
  const tail = text.slice(-longestQuestion - 2);
  const first = /\n[ \t\r]*\n/.exec(head);
  const last = [...tail.matchAll(/\n[ \t\r]*\n/g)].at(-1);
  const opening = first && head.slice(0, first.index).trim();
  const closing = last && tail.slice(last.index).trim();
  if (first && opening && /[?:]$/.test(opening) && !closing?.includes('?')) {
    return { question: opening, document: text.slice(first.index).trim() };
  }
  if (!last || !closing) return undefined;
  return {
    question: closing,
    document: text.slice(0, text.length - tail.length + last.index).trimEnd(),
  };
}

function textOf(content: readonly ReadablePart[]): string {
  return content
    .map(part => (part.type === 'text' ? part.text : ''))
    .join('\n')
    .trim();
}

const formats = new Set(documentTypes);
const textualApplication =
  /^application\/(x-)?(json|jsonl|jsonlines|ndjson|xml|yaml|toml|sql|javascript|typescript)$/;

function isReadable(mediaType: string): boolean {
  return formats.has(mediaType) || isTextual(mediaType);
}

function isTextual(mediaType: string): boolean {
  if (/^text(\/|$)/.test(mediaType) || mediaType.endsWith('+json') || mediaType.endsWith('+xml')) {
    return mediaType !== 'image/svg+xml';
  }
  return textualApplication.test(mediaType);
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : data;
}

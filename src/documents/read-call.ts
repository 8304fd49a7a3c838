import { labelIn, stricter } from '../model/run/labels.ts';
import type { DocumentSource } from '../model/run/ports.ts';
import type { Call, FilePart, Message, ProviderOptions, TextPart } from '../model/types.ts';
import { asks, asksPlainly } from './asks.ts';
import { type Document, documentOf, type PlacedLine } from './document.ts';
import { parseDocuments } from './formats/attachments.ts';
import { documentTypes, textDocument } from './formats/parse-document.ts';
import { kindOf } from './formats/sniff.ts';
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
 * text but for what asks at its start or its end. The call is not changed.
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
      const read = await readFile(part, source, call.abortSignal);
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
  signal: AbortSignal | undefined,
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
  if (data.type === 'url' || !(isReadable(mediaType) || isUnnamed(mediaType, data)))
    return undefined;
  const plainType = /^text(\/\*)?$/.test(mediaType) ? 'text/plain' : mediaType;
  const facts = { title, mediaType: plainType };
  const { documents, unread } =
    data.type === 'text'
      ? { documents: [await readText(data.text, facts, own)], unread: [] }
      : await parseDocuments({ bytes: bytesOf(data.data), ...facts }, { signal });
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

interface Cut {
  readonly question: string;
  readonly document: string;
}

// So many paragraphs, from either end, may belong to what is asked.
const mostAsking = 3;
const blankLine = /\n[ \t\r]*\n/;

// What is asked stands at the start, at the end or at both; what stands between is the document.
function cutQuestion(whole: string): Cut | undefined {
  const text = whole.trim();
  // No question is longer: only so much is searched for blank lines, from either end.
  const opening = openingOf(text.slice(0, longestQuestion + 2));
  const closing = closingOf(text.slice(-longestQuestion - 2));
  // Where the end asks, a start that may be the document's own stays in it.
  const isLeading = closing.asking === 0 || asksPlainly(text.slice(0, opening.asking));
  const start =
    isLeading && opening.asking > 0 ? opening.asking : closing.asking ? 0 : opening.first;
  if (start === 0 && closing.last === 0) return cutFirstLine(text);
  const asked = opening.asking > 0 || closing.asking > 0;
  const end = asked ? closing.asking : isOdder(text, opening.first, closing.last);
  const from = asked || end === 0 ? start : 0;
  const document = text.slice(from, text.length - end).trim();
  const question = [text.slice(0, from), text.slice(text.length - end)];
  return {
    question: question
      .map(each => each.trim())
      .filter(Boolean)
      .join('\n\n'),
    document,
  };
}

/** How many characters at the start ask, and how many the first paragraph has. */
function openingOf(head: string): { readonly asking: number; readonly first: number } {
  const all = head.split(blankLine);
  let [at, asking, first] = [0, 0, 0];
  for (const paragraph of all.slice(0, Math.min(mostAsking, all.length - 1))) {
    at = head.indexOf(paragraph, at) + paragraph.length;
    if (first === 0) first = at;
    if (asks(paragraph)) asking = at;
  }
  return { asking, first };
}

function closingOf(tail: string): { readonly asking: number; readonly last: number } {
  const all = tail.split(blankLine);
  let [end, asking, last] = [tail.length, 0, 0];
  for (const paragraph of all.slice(1).slice(-mostAsking).reverse()) {
    end = tail.lastIndexOf(paragraph, end);
    const length = tail.length - end;
    if (last === 0) last = length;
    if (asks(paragraph)) asking = length;
  }
  return { asking, last };
}

// Neither says that it asks: the one whose length is not that of the document's paragraphs does.
function isOdder(text: string, first: number, last: number): number {
  const inner = text
    .slice(first, text.length - last)
    .slice(0, 20_000)
    .split(blankLine);
  const lengths = inner.map(({ length }) => length).filter(length => length > 0);
  const usual = lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? 1;
  const oddness = (length: number) => Math.abs(Math.log(Math.max(1, length) / usual));
  return first > 0 && oddness(first) > oddness(last) ? 0 : last;
}

// Without a blank line the first line or the last may ask.
function cutFirstLine(text: string): Cut | undefined {
  const lines = text.split('\n', 2);
  if (lines.length < 2) return undefined;
  const [first = ''] = lines;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  if (asks(first)) return { question: first.trim(), document: text.slice(first.length).trim() };
  if (!asks(last)) return undefined;
  return { question: last.trim(), document: text.slice(0, -last.length).trim() };
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

// Whoever does not know what a file is says that it is bytes: what they are shows in them.
function isUnnamed(mediaType: string, data: FilePart['data']): boolean {
  if (mediaType !== 'application/octet-stream' || data.type !== 'data') return false;
  return !/^(?:picture|media)$/.test(kindOf(bytesOf(data.data)));
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

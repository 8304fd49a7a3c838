import { TandemError } from '../model/errors.ts';
import { labelIn } from '../model/labels.ts';
import type { Call, FilePart, Message, TextPart } from '../model/types.ts';
import { type Document, documentOf } from './document.ts';
import { plainTextOf } from './html.ts';
import { decode } from './load-document.ts';

/** A call taken apart. */
export interface ReadCall {
  /** What the last user message asks. */
  readonly question: string;
  readonly documents: readonly Document[];
  /** The call without its documents: safe to build further calls on. */
  readonly call: Call;
}

// A text part of this length beside the question is taken for a document.
const longText = 4000;
const longestQuestion = 1000;

// Providers refuse a message without content.
const placeholder: TextPart = { type: 'text', text: '(document)' };

/**
 * Takes the documents out of a call, from every user message: text files, a long text beside a shorter one, and a single
 * long text but for its last paragraph (or its first, where only that asks). The call is not changed.
 * @throws TandemError `unreadable_document`
 */
export function readCall(call: Call): ReadCall {
  const documents: Document[] = [];
  const last = call.prompt.findLastIndex(message => message.role === 'user');
  let question = '';
  const prompt = call.prompt.map((message, index): Message => {
    if (message.role !== 'user') return message;
    const withoutFiles = message.content.filter(part => !takeFile(part, documents));
    // Earlier messages too: a document pasted at the start of a conversation is read by follow-up questions, and must
    // not stay in a call that goes to the cloud.
    const content = takeLongText(withoutFiles, documents);
    if (index === last) question = textOf(content);
    return { ...message, content: content.length > 0 ? content : [placeholder] };
  });
  return { question, documents, call: { ...call, prompt } };
}

type Part = TextPart | FilePart;

function takeFile(part: Part, documents: Document[]): boolean {
  if (part.type !== 'file') return false;
  const { data, filename: title = 'document' } = part;
  if (data.type === 'reference') {
    // A reference to a file kept by some provider is that provider's to read.
    if (!Object.hasOwn(data.reference, 'tandem')) return false;
    throw unreadable(title, 'References are not resolved yet.', 'Attach the text itself.');
  }
  const mediaType = part.mediaType.split(';', 1)[0]!.trim().toLowerCase();
  if (!isTextual(mediaType) || data.type === 'url') return false;
  const raw = data.type === 'text' ? data.text : decodeData(data.data);
  if (raw === undefined) throw unreadable(title, 'It is binary, not text.', 'Attach a text.');
  const text = isHtml(mediaType) ? plainTextOf(raw) : raw;
  if (text.trim() === '') throw unreadable(title, 'It is empty.', 'Attach a file that holds text.');
  const label = labelIn(part.providerOptions);
  const plainType = /^text(\/\*)?$/.test(mediaType) ? 'text/plain' : mediaType;
  documents.push(documentOf({ text, title, mediaType: plainType, ...(label && { label }) }));
  return true;
}

function takeLongText(content: readonly Part[], documents: Document[]): Part[] {
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

// The question stands at the end; at the start only if that paragraph asks ("…?", "…:") and the last one does not.
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
  return { question: closing, document: text.slice(0, text.length - tail.length + last.index).trimEnd() };
}

function textOf(content: readonly Part[]): string {
  return content
    .map(part => (part.type === 'text' ? part.text : ''))
    .join('\n')
    .trim();
}

function isTextual(mediaType: string): boolean {
  if (/^text(\/|$)/.test(mediaType) || mediaType.endsWith('+json') || mediaType.endsWith('+xml')) {
    return mediaType !== 'image/svg+xml';
  }
  return /^application\/(x-)?(json|jsonl|jsonlines|ndjson|xml|yaml|toml|sql|javascript|typescript)$/.test(mediaType);
}

function isHtml(mediaType: string): boolean {
  return mediaType === 'text/html' || mediaType === 'application/xhtml+xml';
}

function decodeData(data: Uint8Array | string): string | undefined {
  return decode(typeof data === 'string' ? Buffer.from(data, 'base64') : data);
}

function unreadable(title: string, why: string, advice: string): TandemError {
  return new TandemError('unreadable_document', `The document "${title}" cannot be read. ${why} ${advice}`, {
    data: { document: title },
  });
}

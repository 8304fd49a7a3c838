import { TandemError } from '../model/errors.ts';
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

/**
 * Takes the documents out of a call: text files of any user message; in the last one also a long text beside a shorter
 * one, or all but the last paragraph of a single long text. The call is not changed. @throws TandemError
 */
export function readCall(call: Call): ReadCall {
  const documents: Document[] = [];
  const last = call.prompt.findLastIndex(message => message.role === 'user');
  let question = '';
  const prompt = call.prompt.map((message, index): Message => {
    if (message.role !== 'user') return message;
    const withoutFiles = message.content.filter(part => !takeFile(part, documents));
    if (index !== last) return { ...message, content: withoutFiles };
    const content = takeLongText(withoutFiles, documents);
    question = textOf(content);
    return { ...message, content };
  });
  return { question, documents, call: { ...call, prompt } };
}

type Part = TextPart | FilePart;

function takeFile(part: Part, documents: Document[]): boolean {
  if (part.type !== 'file') return false;
  const title = part.filename ?? 'document';
  if (part.data.type === 'reference')
    throw unreadable(title, 'References are not resolved yet.', 'Attach the text itself.');
  if (!isTextual(part.mediaType) || part.data.type === 'url') return false;
  const raw = part.data.type === 'text' ? part.data.text : decodeData(part.data.data);
  if (raw === undefined) throw unreadable(title, 'It is binary, not text.', 'Attach a text.');
  const text = part.mediaType === 'text/html' ? plainTextOf(raw) : raw;
  if (text.trim() === '') throw unreadable(title, 'It is empty.', 'Attach a file that holds text.');
  documents.push(documentOf({ text, title, mediaType: part.mediaType }));
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
  const cut = /\n\s*\n(?=\S)(?![\s\S]*\n\s*\n\S)/.exec(only.text);
  const question = cut ? only.text.slice(cut.index).trim() : '';
  if (!cut || question.length > longestQuestion) return [...content];
  documents.push(documentOf({ text: only.text.slice(0, cut.index) }));
  return content.map(part => (part === only ? { ...only, text: question } : part));
}

function textOf(content: readonly Part[]): string {
  return content
    .map(part => (part.type === 'text' ? part.text : ''))
    .join('\n')
    .trim();
}

function isTextual(mediaType: string): boolean {
  return /^text\/|^application\/(json|jsonl|xml|x-ndjson|yaml)/.test(mediaType);
}

function decodeData(data: Uint8Array | string): string | undefined {
  return decode(typeof data === 'string' ? Buffer.from(data, 'base64') : data);
}

function unreadable(title: string, why: string, advice: string): TandemError {
  return new TandemError('unreadable_document', `The document "${title}" cannot be read. ${why} ${advice}`, {
    data: { document: title },
  });
}

import type { Call } from '../../../src/index.ts';
import { type FileSource, filePartOf, type GivenFile } from './file-part.ts';
import { invalid } from './problem.ts';

type Message = Call['prompt'][number];
type UserPart = Extract<Message, { role: 'user' }>['content'][number];
type ToolPart = Extract<Message, { role: 'tool' }>['content'][number];
type ToolOutput = Extract<ToolPart, { type: 'tool-result' }>['output'];

/** A part of a message, in either interface; of other kinds nothing but the type is known. */
export interface SaidPart {
  readonly type: string;
  readonly text?: unknown;
  readonly refusal?: unknown;
}

interface FileFields {
  readonly file_id?: string | null;
  readonly file_data?: string | null;
  readonly file_url?: string | null;
  readonly filename?: string | null;
}

interface GivenPart extends FileFields {
  readonly image_url?: string | { readonly url: string; readonly detail?: string | null } | null;
  readonly video_url?: { readonly url: string };
  readonly detail?: string | null;
  readonly input_audio?: { readonly data: string; readonly format: string };
  readonly file?: FileFields;
}

/** What of a part is text. */
export const textTypes = ['input_text', 'output_text', 'text', 'refusal'];
/** Parts that are files. */
export const fileTypes = [
  ...['input_image', 'input_file', 'input_audio', 'image_url', 'video_url', 'file'],
];

/** Reads what a user says. @throws Problem where nothing is said */
export function userContent(
  content: string | readonly SaidPart[],
  at: string,
  files: FileSource,
): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const parts = content.flatMap((part, index) => userPart(part, `${at}[${index}]`, files));
  if (parts.length > 0) return parts;
  const why = content.length === 0 ? 'is empty' : 'holds no part of a kind that is read here';
  throw invalid(`\`${at}\` ${why}. Say something.`, at);
}

/** Reads what a tool gave: a text, or texts and files in their order. @throws Problem */
export function toolOutput(
  content: string | readonly SaidPart[],
  at: string,
  files: FileSource,
): ToolOutput {
  if (typeof content === 'string') return { type: 'text', value: content };
  if (!content.some(isEmbedded)) return { type: 'text', value: textOf(content) };
  const value = content.flatMap((part, index) =>
    isReadOfTool(part) ? userPart(part, `${at}[${index}]`, files) : [],
  );
  return { type: 'content', value };
}

/** Tells whether a part of what a tool gave is read: a text, or a file that came along. */
export function isReadOfTool(part: SaidPart): boolean {
  return textTypes.includes(part.type) || isEmbedded(part);
}

function isEmbedded(part: SaidPart): boolean {
  if (!fileTypes.includes(part.type)) return false;
  const { id, url } = givenFile(part, '');
  return id !== undefined || url === undefined || url.startsWith('data:');
}

/** The text of parts, one after the other. */
export function textOf(content: string | readonly SaidPart[]): string {
  if (typeof content === 'string') return content;
  return content
    .map(({ type, text, refusal }) => (textTypes.includes(type) ? String(text ?? refusal) : ''))
    .join('');
}

function userPart(said: SaidPart, at: string, files: FileSource): UserPart[] {
  if (textTypes.includes(said.type)) return [{ type: 'text', text: textOf([said]) }];
  if (!fileTypes.includes(said.type)) return [];
  return [filePartOf(givenFile(said, at), files)];
}

function givenFile(part: SaidPart & GivenPart, at: string): GivenFile {
  const { input_audio: audio, image_url: image, video_url: video, file = part } = part;
  if (audio) {
    const { data: base64, format } = audio;
    return { base64, mediaType: `audio/${format}`, at: `${at}.input_audio.data` };
  }
  if (video) return { url: video.url, mediaType: 'video/*', at: `${at}.video_url.url` };
  if (part.type === 'image_url') {
    const { url, detail } = typeof image === 'object' && image ? image : { url: image };
    return { ...givenUrl(url), mediaType: 'image/*', detail, at: `${at}.image_url.url` };
  }
  if (part.type === 'input_image')
    return {
      ...{ id: file.file_id ?? undefined, mediaType: 'image/*', detail: part.detail, at },
      ...givenUrl(image),
    };
  return { ...givenFields(file), at: part.file ? `${at}.file` : at };
}

function givenFields({ file_id: id, file_data: data, file_url: url, filename }: FileFields) {
  return {
    ...{ id: id ?? undefined, data: data ?? undefined, filename: filename ?? undefined },
    ...givenUrl(data ? undefined : url),
  };
}

function givenUrl(url: unknown): Pick<GivenFile, 'url'> {
  return typeof url === 'string' ? { url } : {};
}

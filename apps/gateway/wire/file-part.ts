import type { Call } from '../../../src/index.ts';
import { invalid } from './problem.ts';

type FilePart = Extract<
  Extract<Call['prompt'][number], { role: 'user' }>['content'][number],
  { type: 'file' }
>;

/** A file that was sent before. */
export interface KeptFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly label?: string | undefined;
}

/** Where file parts come from. */
export interface FileSource {
  /** Finds a kept file of this caller. @throws Problem */
  find(id: string, at: string): KeptFile;
  /** Whether a model may be told to fetch a URL that a request names. */
  readonly allowsUrls: boolean;
}

/** A file as a request gives it: by one of id, data URL, base64 or URL. */
export interface GivenFile {
  readonly id?: string | undefined;
  readonly data?: string | undefined;
  readonly base64?: string | undefined;
  readonly url?: string | undefined;
  readonly filename?: string | undefined;
  readonly mediaType?: string | undefined;
  /** How closely a picture is to be looked at. */
  readonly detail?: string | null | undefined;
  /** The field, for errors. */
  readonly at: string;
}

/**
 * Makes a file part. Nothing is fetched here, and a URL is handed to a model only where the server
 * allows it. @throws Problem
 */
export function filePartOf(given: GivenFile, files: FileSource): FilePart {
  const part = undetailedPart(given, files);
  const { detail } = given;
  if (!detail || detail === 'auto') return part;
  const openaiCompatible = { imageDetail: detail };
  return { ...part, providerOptions: { ...part.providerOptions, openaiCompatible } };
}

function undetailedPart(given: GivenFile, files: FileSource): FilePart {
  const { id, data, base64, url, at } = given;
  if (id !== undefined) return keptPart(files.find(id, at));
  if (base64 !== undefined)
    return dataPart(given, base64, given.mediaType ?? 'application/octet-stream');
  const text = data ?? url;
  if (text === undefined)
    throw invalid(`\`${at}\` holds no file. Give \`file_id\` or \`file_data\`.`, at);
  const embedded = /^data:([^;,]*)((?:;[^;,]*)*),/.exec(text.slice(0, 1024));
  if (embedded) {
    const [head, mediaType = '', options = ''] = embedded;
    if (!options.endsWith(';base64'))
      throw invalid(`\`${at}\` is a data URL without base64. Encode it so.`, at);
    return dataPart(given, text.slice(head.length), mediaType || 'text/plain');
  }
  if (url === undefined) return dataPart(given, text, mediaTypeOf(given.filename));
  if (!given.mediaType?.startsWith('image')) {
    const message =
      `\`${at}\` names a document by its URL, and nothing here fetches one. Send its data, or ` +
      'upload it.';
    throw invalid(message, at, 'urls_not_allowed');
  }
  return urlPart(url, given.mediaType ?? 'application/octet-stream', { at, files });
}

function urlPart(
  url: string,
  mediaType: string,
  { at, files }: { at: string; files: FileSource },
): FilePart {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid(`\`${at}\` is neither a data URL nor an http one. Send the data itself.`, at);
  }
  if (!files.allowsUrls) {
    const message =
      `\`${at}\` names a URL, and this server hands none on. Send the data as a ` +
      'data URL, or upload it.';
    throw invalid(message, at, 'urls_not_allowed');
  }
  return { type: 'file', mediaType, data: { type: 'url', url: new URL(url) } };
}

function keptPart({ name, mediaType, bytes, label }: KeptFile): FilePart {
  return {
    type: 'file',
    mediaType,
    filename: name,
    data: { type: 'data', data: bytes },
    ...(label !== undefined && { providerOptions: { tandem: { label } } }),
  };
}

function dataPart({ filename, at }: GivenFile, base64: string, mediaType: string): FilePart {
  const isBase64 = (text: string) => text !== '' && /^[A-Za-z0-9+/_-]*={0,2}\s*$/.test(text);
  if (!isBase64(base64)) {
    // Some encoders break it into lines.
    const level = base64.replaceAll(/[\r\n]/g, '');
    if (level !== base64 && isBase64(level)) return dataPart({ filename, at }, level, mediaType);
    const fault =
      base64 === ''
        ? 'is empty. Give a file that holds text'
        : 'is not base64. Encode the bytes so';
    throw invalid(`\`${at}\` ${fault}.`, at);
  }
  const type = mediaType === 'application/octet-stream' ? mediaTypeOf(filename) : mediaType;
  return {
    type: 'file',
    mediaType: type,
    ...(filename !== undefined && { filename }),
    data: { type: 'data', data: base64.trim() },
  };
}

const mediaTypeByEnding: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  xml: 'text/xml',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  epub: 'application/epub+zip',
  rtf: 'application/rtf',
  eml: 'message/rfc822',
  msg: 'application/vnd.ms-outlook',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
};

/** Tells the media type of a file by its name. */
export function mediaTypeOf(filename: string | undefined): string {
  const ending = /\.(\w+)$/.exec(filename ?? '')?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(mediaTypeByEnding, ending)
    ? mediaTypeByEnding[ending]!
    : 'application/octet-stream';
}

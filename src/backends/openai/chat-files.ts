/** OpenAI's chat completions: files of a prompt, in the forms that servers take. */
import { Buffer } from 'node:buffer';
import {
  convertToBase64,
  detectMediaType,
  getTopLevelMediaType,
  isFullMediaType,
} from '@ai-sdk/provider-utils';
import { TandemError } from '../../model/errors.ts';
import type { FilePart } from '../../model/types.ts';
import type { Wire } from './wire-values.ts';

type Data = Exclude<FilePart['data'], { type: 'text' | 'reference' }>;

/** What a file is written with. */
export interface FileFacts {
  /** As errors name it. */
  readonly model: string;
  /** The names under which a file that was sent before has its id. */
  readonly names: readonly string[];
  /** How closely a picture is looked at: `low`, `high`. */
  readonly detail?: unknown;
}

const audioFormats: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
};
const textTypes =
  /^application\/(?:(?:[\w.-]+\+)?(?:json|xml|yaml)|x-yaml|toml|javascript|x-ndjson|sql)$/;

/**
 * Writes a file as a part of a message. @throws TandemError of kind `rejected` for what no such
 * server takes
 */
export function filePart(part: FilePart, facts: FileFacts): Wire {
  const { data } = part;
  if (data.type === 'text') return { type: 'text', text: data.text };
  if (data.type === 'reference')
    return { type: 'file', file: { file_id: idIn(data.reference, facts) } };
  const plain = withoutDataUrl(data);
  switch (getTopLevelMediaType(part.mediaType)) {
    case 'image': {
      const { detail } = facts;
      return {
        type: 'image_url',
        image_url: { url: urlOf(part, plain, facts), ...(detail !== undefined && { detail }) },
      };
    }
    case 'video':
      return { type: 'video_url', video_url: { url: urlOf(part, plain, facts) } };
    case 'audio':
      return audioPart(part, plain, facts);
    case 'text':
      return { type: 'text', text: plain.type === 'url' ? plain.url.href : decoded(plain.data) };
    default:
      return documentPart(part, plain, facts);
  }
}

function audioPart(part: FilePart, data: Data, facts: FileFacts): Wire {
  const type = typeOf(part, data, facts);
  if (data.type === 'url')
    throw refused(`the address of a file of type "${type}"`, 'Send its bytes', facts);
  const format = audioFormats[type];
  if (format === undefined)
    throw refused(`a file of type "${type}"`, 'Convert it to WAV or MP3', facts);
  return { type: 'input_audio', input_audio: { data: convertToBase64(data.data), format } };
}

function documentPart(part: FilePart, data: Data, facts: FileFacts): Wire {
  const type = typeOf(part, data, facts);
  if (data.type === 'data' && textTypes.test(type))
    return { type: 'text', text: decoded(data.data) };
  if (type !== 'application/pdf')
    throw refused(`a file of type "${type}"`, 'Send its text, or a PDF', facts);
  if (data.type === 'url')
    throw refused(`the address of a file of type "${type}"`, 'Send its bytes', facts);
  const file_data = `data:${type};base64,${convertToBase64(data.data)}`;
  return { type: 'file', file: { filename: part.filename ?? 'document.pdf', file_data } };
}

function urlOf(part: FilePart, data: Data, facts: FileFacts): string {
  if (data.type === 'url') return data.url.href;
  return `data:${typeOf(part, data, facts)};base64,${convertToBase64(data.data)}`;
}

// A caller may say `image` alone: the bytes tell the rest.
function typeOf({ mediaType }: FilePart, data: Data, facts: FileFacts): string {
  if (isFullMediaType(mediaType)) return mediaType;
  const topLevelType = getTopLevelMediaType(mediaType);
  const found =
    data.type === 'data' ? detectMediaType({ data: data.data, topLevelType }) : undefined;
  if (found === undefined)
    throw refused(
      `a file of type "${mediaType}"`,
      'Say its whole type, such as `image/png`',
      facts,
    );
  return found;
}

// What an address holds itself needs no fetching.
function withoutDataUrl(data: Data): Data {
  if (data.type !== 'url' || data.url.protocol !== 'data:') return data;
  const [head = '', body = ''] = data.url.href.slice(5).split(/,(.*)/s);
  if (head.endsWith(';base64')) return { type: 'data', data: body };
  return { type: 'data', data: Buffer.from(decodeURIComponent(body)) };
}

function decoded(data: string | Uint8Array): string {
  return new TextDecoder().decode(typeof data === 'string' ? Buffer.from(data, 'base64') : data);
}

function idIn(reference: Readonly<Record<string, string>>, facts: FileFacts): string {
  const name = facts.names.find(each => reference[each] !== undefined);
  if (name !== undefined) return reference[name]!;
  throw refused(
    `a file that was sent to ${Object.keys(reference).join(', ') || 'nobody'}`,
    'Send its bytes',
    facts,
  );
}

function refused(what: string, advice: string, { model }: FileFacts): TandemError {
  const message =
    `"${model}" cannot be sent ${what}: chat completions have no form for it. ` +
    `${advice}, or ask a model that takes it.`;
  return new TandemError('model_failed', message, {
    data: { modelId: model, failure: 'rejected' },
  });
}

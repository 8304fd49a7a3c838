import { TandemError } from '../../errors.ts';

/** A file part, as far as its text is concerned. */
interface FileLike {
  readonly type: 'file';
  readonly data: {
    readonly type: string;
    readonly text?: string;
    readonly data?: string | Uint8Array;
  };
  readonly mediaType: string;
}

/**
 * The text of a file part; `undefined` of what is no file. @throws TandemError `egress_denied` for
 * a file that cannot be read as text, since nothing can be known of it
 */
export function textFile(value: object): { part: FileLike; text: string } | undefined {
  if (!isFile(value)) return undefined;
  const text = textOf(value);
  if (text === undefined)
    throw masksNothing(`A file of type ${value.mediaType} cannot be checked.`);
  return { part: value, text };
}

/** The error of what cannot be masked. */
export function masksNothing(what: string, cause?: unknown): TandemError {
  const message = `${what} So nothing leaves. Fix it, or use a local model.`;
  return new TandemError('egress_denied', message, cause === undefined ? {} : { cause });
}

function isFile(value: object): value is FileLike {
  return (value as Partial<FileLike>).type === 'file' && 'mediaType' in value && 'data' in value;
}

function textOf({ data, mediaType }: FileLike): string | undefined {
  if (data.type === 'text') return data.text;
  if (data.type !== 'data' || data.data === undefined || !mediaType.startsWith('text/'))
    return undefined;
  const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** How content lies at rest: answers as JSON, and all of it sealed where there is a key. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { TandemError } from '../model/errors.ts';
import type { Answer } from '../model/types.ts';

/** Encrypts what a journal, or another store, holds of content. */
export interface ContentCipher {
  seal(text: string): string;
  /** @throws TandemError `journal_failed` for another key, or a text that was changed */
  open(text: string): string;
}

const mark = 'aes-256-gcm:';
// The key is stretched with a fixed salt: it must be the same in every process, and has no other place to lie.
const salt = 'tandem journal';

/**
 * Makes a cipher of a pass phrase (AES-256-GCM, key by scrypt); without one, nothing is encrypted. `what` is what an
 * error calls the store.
 */
export function contentCipher(key: string | undefined, what = 'The journal'): ContentCipher {
  const secret = key === undefined ? undefined : scryptSync(key, salt, 32);
  return {
    seal(text) {
      if (!secret) return text;
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return mark + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(text) {
      if (!text.startsWith(mark)) return text;
      const bytes = Buffer.from(text.slice(mark.length), 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret ?? Buffer.alloc(32), bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch (cause) {
        const why = secret ? 'another key' : 'a key, and none was given';
        throw new TandemError('journal_failed', `${what} was written with ${why}. Set TANDEM_JOURNAL_KEY.`, {
          cause,
        });
      }
    },
  };
}

const bytesKey = '$bytes';

/** Writes an answer as JSON, without what belongs to the transport; bytes become base64. */
export function answerToJson(answer: Answer): string {
  const { request: _request, response, ...kept } = answer;
  const { id, modelId } = response ?? {};
  const origin = { ...(id !== undefined && { id }), ...(modelId !== undefined && { modelId }) };
  const written = response ? { ...kept, response: origin } : kept;
  // A replacer is asked about every value, which costs more than the rest; hardly any answer holds bytes.
  if (!answer.content.some(mayHoldBytes)) return JSON.stringify(written);
  return JSON.stringify(written, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [bytesKey]: Buffer.from(value).toString('base64') } : value,
  );
}

function mayHoldBytes({ type }: Answer['content'][number]): boolean {
  return type !== 'text' && type !== 'reasoning' && type !== 'tool-call';
}

/** Reads an answer back. */
export function answerFromJson(json: string): Answer {
  // A reviver costs more than the rest; hardly any answer holds bytes.
  if (!json.includes(bytesKey)) return JSON.parse(json) as Answer;
  return JSON.parse(json, (_key, value: unknown) => {
    const bytes = (value as Record<string, unknown> | null)?.[bytesKey];
    return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : value;
  }) as Answer;
}

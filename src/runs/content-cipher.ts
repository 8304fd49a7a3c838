import { TandemError } from '../model/errors.ts';
import { nodeCrypto } from '../model/node-crypto.ts';

/** Encrypts what a journal, or another store, holds of content. */
export interface ContentCipher {
  seal(text: string): string;
  /** @throws TandemError `journal_failed` for another key, or a text that was changed */
  open(text: string): string;
}

const mark = 'aes-256-gcm:';
// The key is stretched with a fixed salt: it must be the same in every process, and has no other
// place to lie.
const salt = 'tandem journal';

/**
 * Makes a cipher of a pass phrase (AES-256-GCM, key by scrypt); without one, nothing is encrypted.
 * `what` is what an error calls the store.
 * @example
 * ```ts
 * const cipher = contentCipher(process.env.TANDEM_JOURNAL_KEY);
 * ```
 */
export function contentCipher(key: string | undefined, what = 'The journal'): ContentCipher {
  const secret = key === undefined ? undefined : nodeCrypto().scryptSync(key, salt, 32);
  return {
    // Of a text, `String` is that text.
    seal: !secret
      ? String
      : text => {
          const nonce = nodeCrypto().randomBytes(12);
          const cipher = nodeCrypto().createCipheriv('aes-256-gcm', secret, nonce);
          const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
          return mark + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
        },
    open(text) {
      if (!text.startsWith(mark)) return text;
      const bytes = Buffer.from(text.slice(mark.length), 'base64');
      try {
        const decipher = nodeCrypto().createDecipheriv(
          'aes-256-gcm',
          secret ?? Buffer.alloc(32),
          bytes.subarray(0, 12),
        );
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString(
          'utf8',
        );
      } catch (cause) {
        const why = secret ? 'another key' : 'a key, and none was given';
        throw new TandemError(
          'journal_failed',
          `${what} was written with ${why}. Set TANDEM_JOURNAL_KEY.`,
          {
            cause,
          },
        );
      }
    },
  };
}

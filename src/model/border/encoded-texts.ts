import { unescaped } from '../../algorithms/personal/level-text.ts';

const isEscaped = /%[\da-f]{2}|&(?:#|[a-z]{2,8};)|\\[uxnrt]/i;
// Words of base64 or of hexadecimal digits, also over lines, as mails and dumps have them.
const encoded = /(?<![\w+/-])[\w+/-]{60,1000000}(?:\r?\n[\w+/-]{1,1000}){0,20000}/g;
const mostUnread = 0.02;

/** What a text says where it is written otherwise: with escapes, in base64, in hexadecimal digits. */
export function* encodedTexts(text: string): Generator<string> {
  if (isEscaped.test(text)) yield unescaped(text);
  if (text.length < 60) return;
  for (const [word] of text.matchAll(encoded)) {
    const isHex = /^[\da-f\s]+$/i.test(word);
    const plain = Buffer.from(isHex ? word.replace(/\s/g, '') : word, isHex ? 'hex' : 'base64');
    const read = plain.toString('utf8');
    const unread = read.match(/\ufffd|[^\P{Cc}\s]/gu)?.length ?? 0;
    if (read !== '' && unread <= read.length * mostUnread) yield read;
  }
}

import { unescaped } from '../../algorithms/personal/level-text.ts';

const isEscaped = /%[\da-f]{2}|&(?:#|[a-z]{2,8};)|\\[uxnrt]/i;
// Words of base64 or of hexadecimal digits, also over lines, as mails and dumps have them.
const encoded = /(?<![\w+/-])[\w+/-]{60,4096}/g;
const more = {
  hex: /(?:\r?\n)?[\da-f]{2,4096}(?![g-z+/-])/iy,
  base64: /(?:\r?\n)?[\w+/-]{1,4096}/y,
};
const slice = 32_768;
const mostUnread = 0.1;

/**
 * Reads what a text says where it is written otherwise: with escapes, in base64, in hexadecimal
 * digits. In slices.
 */
export function* encodedTexts(text: string): Generator<void, string[]> {
  const found: string[] = [];
  if (isEscaped.test(text)) found.push(yield* inPieces(text, unescaped));
  if (text.length < 60) return found;
  const heads = new RegExp(encoded);
  for (let head = heads.exec(text); head; head = heads.exec(text)) {
    const form = /^[\da-f]+$/i.test(head[0]) ? 'hex' : 'base64';
    const rest = new RegExp(more[form]);
    rest.lastIndex = heads.lastIndex;
    while (rest.test(text)) heads.lastIndex = rest.lastIndex;
    const signs = text.slice(head.index, heads.lastIndex).replace(/\s/g, '');
    const read = yield* inPieces(signs, piece => Buffer.from(piece, form).toString('utf8'));
    const unread = read.match(/\ufffd|[^\P{Cc}\s]/gu)?.length ?? 0;
    if (read !== '' && unread <= read.length * mostUnread) found.push(read);
  }
  return found;
}

function* inPieces(text: string, read: (piece: string) => string): Generator<void, string> {
  let whole = '';
  for (let at = 0; at < text.length; at += slice) {
    if (at > 0) yield;
    whole += read(text.slice(at, at + slice));
  }
  return whole;
}

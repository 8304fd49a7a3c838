import { detectCharset } from './plain/detect-charset.ts';
import { looksLikeUtf7, utf7Text } from './plain/utf7.ts';

/** A text that was decoded from bytes. */
export interface DecodedText {
  readonly text: string;
  /** How it was read, where nothing in it said so for certain. */
  readonly note?: string;
}

/**
 * Decodes bytes as text: by their mark, by the charset that they or their sender declare, as UTF-8
 * where most of them are that, else by what they look like. `undefined` if they are no text.
 */
export function decode(bytes: Uint8Array, said?: string): DecodedText | undefined {
  const wide = wideCharset(bytes);
  if (wide) return wide;
  if (isBinary(bytes)) return padded(bytes) ?? wideByScript(bytes);
  const declared = declaredCharset(bytes) ?? said ?? shiftedCharset(bytes);
  const strict = decoded(bytes, 'utf-8', true);
  if (strict !== undefined && /^(?:unicode-1-1-)?utf-?7$/i.test(declared ?? ''))
    return { text: utf7Text(strict) };
  if (strict !== undefined && looksLikeUtf7(strict))
    return { text: utf7Text(strict), note: 'It declares no charset, and was read as utf-7.' };
  if (strict !== undefined && !isShifted(bytes, declared))
    return { text: strict.replaceAll('\0', '') };
  const byDeclaration = declared === undefined ? undefined : decoded(bytes, declared, true);
  if (byDeclaration !== undefined) return { text: byDeclaration };
  if (isMostlyUtf8(bytes))
    return {
      text: decoded(bytes, 'utf-8', false)!,
      note: 'Some bytes are not UTF-8: they show as �.',
    };
  const charset = detectCharset(bytes);
  return {
    text: decoded(bytes, charset, false)!,
    note: `It declares no charset that fits, and was read as ${charset}.`,
  };
}

function shiftedCharset(bytes: Uint8Array): string | undefined {
  const at = bytes.subarray(0, 4096).indexOf(0x1b);
  if (at < 0 || bytes[at + 1] !== 0x24) return undefined;
  return bytes[at + 2] === 0x42 || bytes[at + 2] === 0x40 ? 'iso-2022-jp' : undefined;
}

// A charset that shifts by escapes is valid UTF-8 all along.
function isShifted(bytes: Uint8Array, declared: string | undefined): boolean {
  return /^iso-2022/i.test(declared ?? '') && bytes.includes(0x1b);
}

function decoded(bytes: Uint8Array, charset: string, fatal: boolean): string | undefined {
  try {
    return new TextDecoder(charset, { fatal }).decode(bytes);
  } catch {
    // A charset that nobody knows, or bytes that are not of it.
    return undefined;
  }
}

function wideCharset(bytes: Uint8Array): DecodedText | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0)
    return { text: utf32(bytes.subarray(4), true) };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff)
    return { text: utf32(bytes.subarray(4), false) };
  if (a === 0xff && b === 0xfe) return { text: decoded(bytes, 'utf-16le', false)! };
  if (a === 0xfe && b === 0xff) return { text: decoded(bytes, 'utf-16be', false)! };
  const charset = wideWithoutMark(bytes);
  if (!charset) return undefined;
  const text = charset.startsWith('utf-32')
    ? utf32(bytes, charset.endsWith('le'))
    : decoded(bytes, charset, false)!;
  if (isStrange(text)) return undefined;
  return { text, note: `It bears no mark of its charset, and was read as ${charset}.` };
}

// Zeros at the end only fill a block.
function padded(bytes: Uint8Array): DecodedText | undefined {
  const end = bytes.findLastIndex(byte => byte !== 0) + 1;
  return end > 0 && end < bytes.length - 1 ? decode(bytes.subarray(0, end)) : undefined;
}

const written = new RegExp(
  String.raw`[\t\n\r -~\u00a0-\u024f\u0370-\u06ff\u0900-\u0e7f\u2010-\u2044\u20ac\u3000-\u30ff` +
    String.raw`\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]`,
  'g',
);

// Of other scripts, nearly all that UTF-16 makes of the bytes is of these; some of it parts words.
function wideByScript(bytes: Uint8Array): DecodedText | undefined {
  if (bytes.length % 2 === 1) return undefined;
  for (const charset of ['utf-16le', 'utf-16be']) {
    const text = decoded(bytes, charset, true) ?? '';
    const sample = text.slice(0, 4096);
    const share = (sample.match(written)?.length ?? 0) / (sample.length || 1);
    if (share > 0.97 && /[\s.,、。，]/.test(sample))
      return { text, note: `It bears no mark of its charset, and was read as ${charset}.` };
  }
  return undefined;
}

// Letters of Latin scripts have a byte of zero beside each in UTF-16, and three in UTF-32.
function wideWithoutMark(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 4096 - (4096 % 4));
  if (sample.length < 4) return undefined;
  const zeros = [0, 0, 0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at % 4]!++;
  const [p, q, r, s] = zeros.map(count => count / (sample.length / 4)) as [
    number,
    number,
    number,
    number,
  ];
  const most = 0.5;
  const few = 0.1;
  if (q > most && r > most && s > most && p < few) return 'utf-32le';
  if (p > most && q > most && r > most && s < few) return 'utf-32be';
  if (q > most && s > most && p < few && r < few) return 'utf-16le';
  if (p > most && r > most && q < few && s < few) return 'utf-16be';
  return undefined;
}

function utf32(bytes: Uint8Array, isLittle: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, isLittle);
    parts.push(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
  }
  return parts.join('');
}

// A log may hold a few bytes of zero; a file of another kind holds control characters throughout.
function isBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 8192);
  let strange = 0;
  for (const byte of sample)
    if (byte < 32 && !(byte >= 7 && byte <= 13) && byte !== 0x1b) strange++;
  return strange > sample.length / 100;
}

function isStrange(text: string): boolean {
  const sample = text.slice(0, 4096);
  let strange = 0;
  for (const letter of sample) {
    const code = letter.codePointAt(0)!;
    if ((code < 32 && !(code >= 9 && code <= 13)) || code === 0xfffd) strange++;
  }
  return strange > sample.length / 100;
}

const xmlCharset = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']/;
const htmlCharset = /<meta\s[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})/i;
const sheetCharset = /^@charset\s+"([\w.:-]{2,40})"/;

function declaredCharset(bytes: Uint8Array): string | undefined {
  const { buffer, byteOffset } = bytes;
  const head = Buffer.from(buffer, byteOffset, Math.min(4096, bytes.length)).toString('latin1');
  return (xmlCharset.exec(head) ?? htmlCharset.exec(head) ?? sheetCharset.exec(head))?.[1];
}

// Letters beyond ASCII that are whole, against bytes that belong to none.
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let whole = 0;
  let broken = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = letterAt(bytes, at);
    if (length > 1) whole++;
    if (length === 0) broken++;
    at += Math.max(1, length);
  }
  return whole > 0 && whole >= 2 * broken;
}

// The bytes of the letter that begins here; 0 if none does.
function letterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (let next = 1; next < length; next++) if ((bytes[at + next]! & 0xc0) !== 0x80) return 0;
  return length;
}

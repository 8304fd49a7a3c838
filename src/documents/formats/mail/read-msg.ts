import { decode } from '../decode-text.ts';
import { plainTextOf } from '../markup/html-text.ts';
import { oneLine } from '../markup/table-text.ts';
import type { GivenFile, ParsedFile } from '../parsed-file.ts';
import { rtfText } from '../plain/read-rtf.ts';
import { unreadable } from '../unreadable.ts';
import { type CompoundFolder, openCompound } from './compound-file.ts';
import { unpackedRtf } from './unpacked-rtf.ts';

/** What a mail of Outlook is called on the wire. */
const msgType = 'application/vnd.ms-outlook';

/**
 * Reads a mail of Outlook ([MS-OXMSG]) as `readMail` does others. @throws TandemError
 * `unreadable_document`
 */
export function readMsg({ bytes, title }: GivenFile): ParsedFile {
  try {
    return { ...mailIn(openCompound(bytes), { depth: 0, head: 32 }), title, mediaType: msgType };
  } catch (error) {
    throw unreadable(title, 'The mail is broken.', 'Save it from Outlook as EML or text.', error);
  }
}

// Names of properties ([MS-OXPROPS]).
const tags = {
  ...{ subject: '0037', body: '1000', html: '1013', rtf: '1009', to: '0E04', cc: '0E03' },
  ...{ sender: '0C1A', address: '5D01', sent: '0039', came: '0E06', charset: '3FDE' },
  ...{
    codePage: '3FFD',
    locale: '3FF1',
    data: '3701',
    longName: '3707',
    shortName: '3704',
    shownName: '3001',
  },
  ...{ mediaType: '370E', isHidden: '7FFE' },
} as const;

const deepest = 3;

interface MsgCharsets {
  readonly charset: string | undefined;
  /** That of a page of HTML. */
  readonly sent: string | undefined;
}

interface MsgPlace {
  readonly depth: number;
  /** Bytes before the fixed properties: 32 of a file, 24 of a mail within, 8 of an attachment. */
  readonly head: number;
}

function mailIn(
  folder: CompoundFolder,
  { depth, head }: MsgPlace,
): Required<Pick<ParsedFile, 'text' | 'attachments'>> {
  const fixed = fixedIn(folder, head);
  const locale = pageByLocale[fixed.number(tags.locale) ?? 0];
  const sent = fixed.number(tags.charset);
  // What a mail was sent in says less of its texts than where it was written.
  const charset = charsetOf(fixed.number(tags.codePage) ?? locale ?? sent);
  const said = (tag: string) => textIn(folder, tag, charset);
  const attachments = folder.folders
    .filter(name => name.startsWith('__attach_version1.0_'))
    .sort()
    .flatMap(name => attached(folder.folder(name)!, { depth, charset }));
  const address = said(tags.address);
  const from = [said(tags.sender), address && `<${address}>`].filter(Boolean).join(' ');
  const heads = [
    ['From', from],
    ['To', said(tags.to)],
    ['Cc', said(tags.cc)],
    ['Date', fixed.time(tags.sent) ?? fixed.time(tags.came)],
    ['Subject', said(tags.subject)],
    ['Attachments', attachments.map(each => each.title).join(', ')],
  ].flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}`] : []));
  const text = [heads.join('\n'), bodyIn(folder, { charset, sent: charsetOf(sent) })]
    .filter(part => part !== '')
    .join('\n\n');
  return { text, attachments };
}

function bodyIn(folder: CompoundFolder, { charset, sent }: MsgCharsets): string {
  const plain = textIn(folder, tags.body, charset).replace(/\r\n?/g, '\n').trim();
  if (plain !== '') return plain;
  const html = folder.stream(`__substg1.0_${tags.html}0102`);
  const page = html
    ? (decode(html, sent ?? charset)?.text ?? '')
    : textIn(folder, tags.html, charset);
  if (page !== '') return plainTextOf(page, { marksHeadings: true });
  const rtf = folder.stream(`__substg1.0_${tags.rtf}0102`);
  const words = rtf ? rtfText(unpackedRtf(rtf)) : '';
  // A mail without words holds a space in some font.
  return /[^\s\ufffd]/.test(words) ? words : '';
}

function attached(
  folder: CompoundFolder,
  { depth, charset }: { readonly depth: number; readonly charset: string | undefined },
): GivenFile[] {
  const said = (tag: string) => textIn(folder, tag, charset);
  if (fixedIn(folder, 8).number(tags.isHidden) === 1) return [];
  const title = said(tags.longName) || said(tags.shownName) || said(tags.shortName) || 'attachment';
  const inner = folder.folder(`__substg1.0_${tags.data}000D`);
  if (inner) {
    if (depth >= deepest) return [];
    // A mail within has no file of its own: its text is one, and what it holds stands beside it.
    const { text, attachments } = mailIn(inner, { depth: depth + 1, head: 24 });
    const bytes = new TextEncoder().encode(text);
    return [{ bytes, title, mediaType: 'text/plain' }, ...attachments];
  }
  const bytes = folder.stream(`__substg1.0_${tags.data}0102`);
  const mediaType = said(tags.mediaType) || 'application/octet-stream';
  return bytes && !mediaType.startsWith('image/') ? [{ bytes, title, mediaType }] : [];
}

function textIn(folder: CompoundFolder, tag: string, charset: string | undefined): string {
  const wide = folder.stream(`__substg1.0_${tag}001F`);
  const bytes = wide ?? folder.stream(`__substg1.0_${tag}001E`);
  if (!bytes) return '';
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const text = wide
    ? new TextDecoder('utf-16le').decode(wide)
    : decode(bytes.subarray(0, end), charset)?.text;
  let last = text?.length ?? 0;
  while (last > 0 && text?.[last - 1] === '\0') last--;
  return text?.slice(0, last) ?? '';
}

// Properties of a fixed size lie in a list: type and name, flags, then eight bytes of value.
function fixedIn(folder: CompoundFolder, head: number) {
  const bytes = folder.stream('__properties_version1.0') ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = (tag: string) => {
    for (let at = head; at + 16 <= bytes.length; at += 16)
      if (view.getUint16(at + 2, true) === Number.parseInt(tag, 16)) return at + 8;
    return undefined;
  };
  return {
    number(tag: string): number | undefined {
      const at = found(tag);
      return at === undefined ? undefined : view.getUint32(at, true);
    },
    /** A time is counted in tenths of microseconds since 1601. */
    time(tag: string): string | undefined {
      const at = found(tag);
      if (at === undefined) return undefined;
      const ms = Number(view.getBigUint64(at, true) / 10_000n) - 11_644_473_600_000;
      return Number.isNaN(new Date(ms).getTime()) ? undefined : new Date(ms).toUTCString();
    },
  };
}

const pageByLocale: Readonly<Record<number, number>> = {
  ...{ 1041: 932, 2052: 936, 1042: 949, 1028: 950, 1049: 1251, 1032: 1253, 1055: 1254 },
  ...{ 1037: 1255, 1025: 1256, 1045: 1250, 1029: 1250, 1038: 1250, 1054: 874 },
};
const charsetByPage: Readonly<Record<number, string>> = {
  ...{ 65001: 'utf-8', 932: 'shift_jis', 936: 'gb18030', 949: 'euc-kr', 950: 'big5' },
  ...{
    20866: 'koi8-r',
    21866: 'koi8-u',
    50220: 'iso-2022-jp',
    51932: 'euc-jp',
    874: 'windows-874',
  },
};

function charsetOf(page: number | undefined): string | undefined {
  if (page === undefined) return undefined;
  if (page >= 1250 && page <= 1258) return `windows-${page}`;
  if (page >= 28_592 && page <= 28_606) return `iso-8859-${page - 28_590}`;
  return charsetByPage[page];
}

import { type Document, documentOf } from '../document.ts';
import kinds from './kinds.json' with { type: 'json' };
import type { GivenFile, ParsedFile, Parsing } from './parsed-file.ts';
import {
  beginningOf,
  type FileKind,
  isWholeElement,
  kindOf,
  markupOf,
  oldOfficeKind,
} from './sniff.ts';
import { unreadable } from './unreadable.ts';

/**
 * Reads files of a kind: the bytes alone, and plain data out of them. Readers are loaded when the
 * first file of their kind comes.
 */
type FormatReader = (file: GivenFile, parsing: Parsing) => Promise<ParsedFile>;

const readers: Readonly<Record<FileKind, FormatReader>> = {
  pdf: readPdfOrText,
  zip: async file => (await import('./packed.ts')).readPacked(file),
  rtf: async ({ bytes, title }) => {
    const { rtfText } = await import('./plain/read-rtf.ts');
    const rtf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return { text: rtfText(rtf), title, mediaType: 'application/rtf' };
  },
  mail: async file => {
    // Some programs write before a mail how long it is, and what they know of it behind.
    const [counted = '', length] = /^(\d{1,9}) *\n/.exec(beginningOf(file.bytes)) ?? [];
    const end = length === undefined ? undefined : counted.length + Number(length);
    const bytes = file.bytes.subarray(counted.length, end);
    return (await import('./mail/read-mail.ts')).readMail({ ...file, bytes });
  },
  office: async file => {
    const kind = oldOfficeKind(file.bytes);
    if (kind === 'msg') return (await import('./mail/read-msg.ts')).readMsg(file);
    const [why = '', advice = ''] = oldOfficeWhy[kind] ?? [];
    throw unreadable(file.title, why, advice);
  },
  picture: async ({ title }) => {
    throw unreadable(title, 'It is a picture (binary), not text.', recognise);
  },
  media: async ({ title }) => {
    const advice = 'Give a transcript, such as one by whisper.';
    throw unreadable(title, 'It is a recording: binary, not text.', advice);
  },
  packed: async ({ title }) => {
    throw unreadable(
      title,
      'It is an archive, not a document.',
      'Unpack it, and give what it holds.',
    );
  },
  other: readText,
};

/** Every kind of file that there is a reader of, or a refusal. */
export const readableKinds = Object.keys(readers) as readonly FileKind[];

const recognise = 'Recognise its text first: ocrmypdf --image-dpi 300 PICTURE WITH-TEXT.pdf';
const oldOfficeWhy: Readonly<Record<string, readonly string[]>> = kinds.oldOffice;

/**
 * Reads a file from its bytes: PDF, Office and OpenDocument files, books, mails, RTF, HTML, XML,
 * subtitles, or any text. What it is shows in its bytes, whatever its name says.
 * @throws TandemError `unreadable_document`
 */
export async function parseFile(file: GivenFile, parsing: Parsing = {}): Promise<ParsedFile> {
  const { bytes, title } = file;
  if (bytes.length === 0) throw unreadable(title, 'It is empty.', 'Give a file that holds text.');
  const parsed = await readers[kindOf(bytes, file.mediaType)](file, parsing);
  if (parsed.text.trim() !== '') return parsed;
  const isPlain = parsed.mediaType.startsWith('text/');
  throw isPlain
    ? unreadable(title, 'It is empty.', 'Give a file that holds text.')
    : unreadable(title, 'It holds no text.', 'Give a file that holds text, not pictures alone.');
}

interface TitledText {
  readonly text: string;
  readonly title: string;
  readonly mediaType: string;
}

/**
 * Makes a document of a text that may be HTML or other markup. @throws TandemError
 * `unreadable_document` if it is empty
 */
export async function textDocument(given: TitledText): Promise<Document> {
  const parsed = await textFile(given);
  if (parsed.text.trim() === '')
    throw unreadable(given.title, 'It is empty.', 'Give a file that holds text.');
  return documentOf(parsed);
}

async function readText({ bytes, title, mediaType }: GivenFile): Promise<ParsedFile> {
  const { decode } = await import('./decode-text.ts');
  const decoded = decode(bytes, charsetIn(mediaType));
  if (!decoded)
    throw unreadable(title, binaryWhy(mediaType), 'Give a text, PDF, Office, HTML or mail file.');
  const plainType = mediaType.split(';', 1)[0]!.trim();
  if (/^\s*-----BEGIN PGP MESSAGE-----/.test(decoded.text))
    throw unreadable(title, 'It is encrypted (PGP).', 'Decrypt it, and give what it holds.');
  const text = withoutSigns(decoded.text);
  const { withoutEncodedFiles } = await import('./plain/uuencoded.ts');
  const held = withoutEncodedFiles(text);
  const parsed = {
    ...(await textFile({ text: held.text, title, mediaType: plainType })),
    ...(held.attachments.length > 0 && { attachments: held.attachments }),
  };
  return decoded.note ? { ...parsed, notes: [decoded.note] } : parsed;
}

const signs = new RegExp(
  [
    // Colours and places of a terminal, and its title.
    String.raw`\x1b\[[\d;?]{0,40}[A-Za-z]`,
    String.raw`\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)`,
    // What a printer strikes twice or underlines.
    String.raw`[^\n]\x08`,
    String.raw`\x07`,
  ].join('|'),
  'g',
);

function withoutSigns(text: string): string {
  return text.replace(signs, '');
}

function charsetIn(mediaType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(mediaType)?.[1];
}

// A text may speak of PDF files in its first words.
async function readPdfOrText(file: GivenFile, parsing: Parsing): Promise<ParsedFile> {
  try {
    const { readPdf } = await import('./pdf/read-pdf.ts');
    return await readPdf(file, parsing);
  } catch (error) {
    const { bytes } = file;
    const { decode } = await import('./decode-text.ts');
    const text = bytes.length < 1_000_000 ? decode(bytes)?.text : undefined;
    // A file that was cut off has objects; a text has a sentence in its first line.
    const isProse =
      text !== undefined &&
      /^\s*%PDF-\S*[ \t]+\S+[^\n]*\s\S/.test(text) &&
      !/\d{1,10} \d{1,5} obj\b|\bxref\b/.test(text);
    if (!isProse) throw error;
    return textFile({ text, title: file.title, mediaType: 'text/plain' });
  }
}

const ownTexts =
  /^(?:application\/(?:pdf|rtf|zip|epub\+zip|octet-stream|vnd\..*)|message\/rfc822)$/;

async function textFile({ text, title, mediaType }: TitledText): Promise<ParsedFile> {
  const markup = markupFor(text, mediaType);
  if (markup === 'html') {
    const { plainTextOf } = await import('./markup/html-text.ts');
    return { text: plainTextOf(text, { marksHeadings: true }), title, mediaType: 'text/html' };
  }
  if (markup === 'xml') {
    if (/<office:document\s/.test(text.slice(0, 4096))) {
      const { readFlatOdf } = await import('./office/read-odf.ts');
      return readFlatOdf(text, title);
    }
    const { xmlText } = await import('./markup/xml-text.ts');
    return { text: xmlText(text), title, mediaType: 'text/xml' };
  }
  const { isSubtitles, subtitlesText } = await import('./plain/read-subtitles.ts');
  const plain = text.replace(/^\ufeff/, '');
  if (isSubtitles(plain)) return { text: subtitlesText(plain), title, mediaType: 'text/vtt' };
  if (/^\s*\{/.test(plain) && /"nbformat"\s*:/.test(plain)) {
    const { notebookText } = await import('./plain/read-notebook.ts');
    const notebook = notebookText(plain);
    if (notebook !== undefined) return { text: notebook, title, mediaType: 'text/markdown' };
  }
  // Long lines of calendars and cards go on behind a blank.
  if (/^BEGIN:V(?:CALENDAR|CARD)\b/i.test(plain))
    return {
      text: withoutQuotedBytes(plain)
        .replace(/\r?\n[ \t]/g, '')
        .replace(/\\([,;\\n])/gi, (_, sign) => (/n/i.test(sign) ? '\n' : sign)),
      ...{ title, mediaType },
    };
  if (/^text\/(?:csv|tab-separated-values)$/.test(mediaType))
    return { text: rowsOnLines(plain), title, mediaType };
  const isMisnamed = ownTexts.test(mediaType) || /html|xml$/.test(mediaType);
  const { asMeant } = await import('./plain/inner-markup.ts');
  return { text: asMeant(plain), title, mediaType: isMisnamed ? 'text/plain' : mediaType };
}

// Older cards write letters as bytes in hexadecimal, and end lines that go on by "=".
function withoutQuotedBytes(text: string): string {
  if (!quotedBytes.test(text)) return text;
  let goesOn = false;
  const parts = text.split('\n').map(line => {
    const isQuoted = goesOn || quotedBytes.test(line);
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
    goesOn = isQuoted && bare.endsWith('=');
    return goesOn ? bare.slice(0, -1) : `${line}\n`;
  });
  return parts.join('').slice(0, -1).split('\n').map(unquoted).join('\n');
}

const quotedBytes = /;ENCODING=QUOTED-PRINTABLE\b/i;

function unquoted(line: string): string {
  const at = line.indexOf(':');
  const name = line.slice(0, at);
  if (!quotedBytes.test(name)) return line;
  const words = line.slice(at).replace(/(?:=[\da-f]{2})+/gi, found => {
    try {
      return decodeURIComponent(found.replaceAll('=', '%'));
    } catch {
      return found;
    }
  });
  return `${name.replace(quotedBytes, '').replace(/;CHARSET=UTF-8/i, '')}${words}`;
}

// A row is a line: a cell in quotation marks may hold line breaks, but no more than a page of text.
const quotedCell = /(?<=^|[,;|\t])"(?:[^"]|""){0,2000}"(?=[,;|\t]|\r?$)/gm;

function rowsOnLines(text: string): string {
  return text.replace(quotedCell, cell =>
    cell
      .split(/\n\s{0,99}/)
      .map(part => part.trimEnd())
      .join(' '),
  );
}

// Code and Markdown may begin with a tag, and stay as they are.
function markupFor(text: string, mediaType: string): 'html' | 'xml' | undefined {
  const own = markupOf(text);
  if (/^(?:text\/html|application\/xhtml\+xml)$/.test(mediaType))
    return own === 'xml' && isOtherThanPage(text) ? 'xml' : 'html';
  const isXml = /^(?:text|application)\/(?:[\w.-]+\+)?xml$/.test(mediaType);
  if (own === 'html' && mediaType !== 'text/markdown') return 'html';
  const isWhole = mediaType !== 'text/markdown' && isWholeElement(text);
  return own === 'xml' || (isXml && /^\s*</.test(text)) || isWhole ? 'xml' : undefined;
}

// What declares a type beside HTML is none, though its elements are called as those of pages.
function isOtherThanPage(text: string): boolean {
  const [prolog, type] = /^\s*<\?xml[^>]*>\s*(<!doctype)?/i.exec(text.slice(0, 2000)) ?? [''];
  return type !== undefined || (prolog !== '' && isWholeElement(text.slice(prolog.length)));
}

function binaryWhy(mediaType: string): string {
  if (mediaType.startsWith('image/')) return 'It is a picture, not text.';
  return 'It is binary, not text.';
}

/** The media types of documents that are read beside texts. */
export const documentTypes: readonly string[] = kinds.documents;

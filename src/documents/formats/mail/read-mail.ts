import { decode } from '../decode-text.ts';
import { plainTextOf } from '../markup/html-text.ts';
import { oneLine } from '../markup/table-text.ts';
import type { GivenFile, ParsedFile } from '../parsed-file.ts';
import { utf7Text } from '../plain/utf7.ts';
import { withoutEncodedFiles } from '../plain/uuencoded.ts';
import { unreadable } from '../unreadable.ts';

/** What a mail is called on the wire. */
const mailType = 'message/rfc822';

/**
 * Reads a mail: who wrote to whom, when and about what, then its text. What is attached comes as
 * files of its own, and so do the further mails of a mailbox. @throws TandemError
 * `unreadable_document`
 */
export async function readMail(given: GivenFile): Promise<ParsedFile> {
  const { title } = given;
  const [bytes, ...further] = mailsIn(given.bytes);
  const { default: PostalMime } = await import('postal-mime');
  let mail: Awaited<ReturnType<typeof PostalMime.parse>>;
  try {
    mail = await PostalMime.parse(inUtf8(bytes), {
      attachmentEncoding: 'arraybuffer',
      forceRfc822Attachments: true,
    });
  } catch (error) {
    throw unreadable(title, 'The mail is broken.', 'Open it and save its text.', error);
  }
  // A page that was saved brings its pictures and styles.
  const type = mail.headers.find(({ key }) => key === 'content-type')?.value ?? '';
  const isPage = /^multipart\/related/i.test(type);
  const body = withoutEncodedFiles(bodyOf(mail, bytes));
  const named = mail.attachments
    .filter(({ mimeType }) => !(isPage && /^(?:image|font)\/|css|script/.test(mimeType)))
    .filter(
      ({ related, mimeType, filename }) =>
        !(related && mimeType.startsWith('image/')) || filename?.endsWith('.pdf'),
    )
    .map(({ filename, mimeType, content }, index) => ({
      bytes: bytesOf(content),
      title: filename || nameOf(mimeType, index),
      mediaType: mimeType,
    }));
  const attachments = [...named, ...body.attachments];
  const heads = [
    ['From', addressesOf(mail.from ? [mail.from] : [])],
    ['To', addressesOf(mail.to)],
    ['Cc', addressesOf(mail.cc)],
    ['Date', mail.headers.find(({ key }) => key === 'date')?.value ?? mail.date],
    ['Subject', mail.subject],
    ['Attachments', attachments.map(each => each.title).join(', ')],
    ['Further mails', further.length > 0 ? String(further.length) : ''],
  ].flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}`] : []));
  const text = [heads.join('\n'), body.text].filter(part => part !== '').join('\n\n');
  const mails = further.map((each, n) => ({
    ...{ bytes: each, title: `mail-${n + 2}.eml`, mediaType: mailType },
  }));
  return { text, title, mediaType: mailType, attachments: [...attachments, ...mails] };
}

// Old programs declared no charset at all.
function inUtf8(bytes: Uint8Array): Uint8Array {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isTold = ['charset', 'Charset', 'CHARSET'].some(word => raw.includes(word));
  const text = isTold ? undefined : decode(bytes)?.text;
  return text === undefined ? bytes : new TextEncoder().encode(text);
}

// So many are read of one file; what is left is told as unread, in one.
const mostMails = 250;

// A mailbox (mbox) begins each mail with a line of its own: who sent it, and when.
function mailsIn(bytes: Uint8Array): [Uint8Array, ...Uint8Array[]] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.startsWith('From ')) return [bytes];
  const starts = [0];
  for (const { index } of text.matchAll(/(?<=\n\r?\n)From /g)) {
    const [line = '', field = ''] = text.slice(index, index + 600).split(/\r?\n/, 2);
    if (/\d:\d\d/.test(line) && /^[A-Za-z-]{1,60}:/.test(field)) starts.push(index);
    if (starts.length === mostMails) break;
  }
  const mails = starts.map((start, n) => bytes.subarray(start, starts[n + 1]));
  return [mails[0]!, ...mails.slice(1)];
}

interface Address {
  readonly name?: string;
  readonly address?: string | undefined;
  readonly group?: readonly Address[] | undefined;
}

function addressesOf(addresses: readonly Address[] | undefined): string {
  return (addresses ?? [])
    .map(({ name, address, group }) => {
      if (group) return `${name}: ${addressesOf(group)}`;
      return name && address ? `${name} <${address}>` : name || address || '';
    })
    .join(', ');
}

// Where both are there, the plain text is what the writer wrote; a stub that points to the other,
// and says nearly none of its numbers, is not.
function bodyOf(mail: { text?: string; html?: string }, bytes: Uint8Array): string {
  const isUtf7 = /charset\s*=\s*"?(?:unicode-1-1-)?utf-7\b/i.test(
    Buffer.from(bytes).toString('latin1'),
  );
  const [text = '', html = ''] = [mail.text, mail.html].map(part =>
    isUtf7 ? part && utf7Text(part) : part,
  );
  const plain = text.replace(/\r\n?/g, '\n').trim();
  if (html === '') return plain;
  const shown = plainTextOf(html, { marksHeadings: true });
  const numbers = shown.match(/\d[\d.,]*/g) ?? [];
  const isStub = numbers.filter(each => plain.includes(each)).length * 3 < numbers.length;
  return isStub || plain.length * 3 < shown.length ? shown : plain;
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function nameOf(mimeType: string, index: number): string {
  const ending = mimeType === mailType ? 'eml' : (mimeType.split('/')[1] ?? 'bin');
  return `attachment-${index + 1}.${ending}`;
}

import { plainTextOf } from '../markup/html-text.ts';
import { oneLine } from '../markup/table-text.ts';
import type { GivenFile, ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';

/** What a mail is called on the wire. */
const mailType = 'message/rfc822';

/**
 * Reads a mail: who wrote to whom, when and about what, then its text. What is attached comes as
 * files of its own. @throws TandemError `unreadable_document`
 */
export async function readMail({ bytes, title }: GivenFile): Promise<ParsedFile> {
  const { default: PostalMime } = await import('postal-mime');
  let mail: Awaited<ReturnType<typeof PostalMime.parse>>;
  try {
    mail = await PostalMime.parse(bytes, {
      attachmentEncoding: 'arraybuffer',
      forceRfc822Attachments: true,
    });
  } catch (error) {
    throw unreadable(title, 'The mail is broken.', 'Open it and save its text.', error);
  }
  const attachments = mail.attachments
    .filter(
      ({ related, mimeType, filename }) =>
        !(related && mimeType.startsWith('image/')) || filename?.endsWith('.pdf'),
    )
    .map(({ filename, mimeType, content }, index) => ({
      bytes: bytesOf(content),
      title: filename || nameOf(mimeType, index),
      mediaType: mimeType,
    }));
  const heads = [
    ['From', addressesOf(mail.from ? [mail.from] : [])],
    ['To', addressesOf(mail.to)],
    ['Cc', addressesOf(mail.cc)],
    ['Date', mail.headers.find(({ key }) => key === 'date')?.value ?? mail.date],
    ['Subject', mail.subject],
    ['Attachments', attachments.map(each => each.title).join(', ')],
  ].flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}`] : []));
  const body = bodyOf(mail);
  const text = [heads.join('\n'), body].filter(part => part !== '').join('\n\n');
  return { text, title, mediaType: mailType, attachments };
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

// Where both are there, the plain text is what the writer wrote; a stub that points to the other
// is not.
function bodyOf({ text = '', html = '' }: { text?: string; html?: string }): string {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  if (html === '') return plain;
  const shown = plainTextOf(html, { marksHeadings: true });
  return plain.length * 3 < shown.length ? shown : plain;
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function nameOf(mimeType: string, index: number): string {
  const ending = mimeType === mailType ? 'eml' : (mimeType.split('/')[1] ?? 'bin');
  return `attachment-${index + 1}.${ending}`;
}

import names from './markup/element-names.json' with { type: 'json' };

/** What a file is, by its bytes. */
export type FileKind =
  | 'pdf'
  | 'zip'
  | 'office'
  | 'rtf'
  | 'mail'
  | 'picture'
  | 'media'
  | 'packed'
  | 'other';

/**
 * Tells what a file is by its first bytes. Whether a text is a mail, HTML or XML shows in its first
 * lines.
 */
export function kindOf(bytes: Uint8Array, mediaType = ''): FileKind {
  const head = latin(bytes.subarray(0, 1024));
  if (/^(?:\u00ef\u00bb\u00bf|\s)*%PDF-/.test(head)) return 'pdf';
  if (/^\s*\{\\rtf/.test(head)) return 'rtf';
  const found = beginnings.find(([marks]) => marks.some(mark => head.startsWith(mark)));
  if (found) return found[1];
  const inner = head.slice(4, 12);
  if (/^ftyp(?:heic|heix|mif1|avif)/.test(inner)) return 'picture';
  if (inner.startsWith('ftyp')) return 'media';
  if (head.startsWith('RIFF')) return inner.endsWith('WEBP') ? 'picture' : 'media';
  // A mail in a mail is called one, and may lack what only machines write.
  if (mediaType === 'message/rfc822' && mailField.test(head)) return 'mail';
  return isMail(beginningOf(bytes).replace(/^\d{1,9} *\n/, '')) ? 'mail' : 'other';
}

const beginnings: readonly (readonly [marks: readonly string[], kind: FileKind])[] = [
  [['PK\u0003\u0004', 'PK\u0005\u0006'], 'zip'],
  [['\u00d0\u00cf\u0011\u00e0'], 'office'],
  [['\u0089PNG', '\u00ff\u00d8\u00ff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*'], 'picture'],
  [['ID3', 'OggS', 'fLaC', '\u001aE\u00df\u00a3', '\u00ff\u00fb', '\u00ff\u00f3'], 'media'],
  [
    [
      '\u001f\u008b',
      'BZh',
      '7z\u00bc\u00af',
      'Rar!',
      '\u00fd7zXZ',
      '\u0028\u00b5\u002f\u00fd',
      'x\u009f>"',
    ],
    'packed',
  ],
];

const mailField = new RegExp(
  '^(?:from|to|cc|date|subject|message-id|mime-version|received|return-path|delivered-to' +
    '|content-type|content-transfer-encoding|reply-to|sender|in-reply-to|references' +
    '|authentication-results|dkim-signature|list-[a-z-]+|x-[a-z-]+|arc-[a-z-]+):',
  'i',
);
const proof = new RegExp(
  '^(?:message-id|mime-version|received|return-path|delivered-to|content-type):' +
    String.raw`|^date: (?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d|=\?[\w-]+\?[bq]\?`,
  'im',
);

// Fields and their folded lines alone, down to a blank line; some of them only machines write, or
// the line that begins a mail of a mailbox stands above them.
function isMail(head: string): boolean {
  const end = head.search(/\r?\n\r?\n/);
  const written = end < 0 ? head : head.slice(0, end);
  const lines = written.replace(/^From [^\n]*\n/, '').split(/\r?\n/);
  const isBoxed = /^From \S{1,200} [^\n]{0,60}\d:\d\d/.test(written);
  const least = isBoxed ? 2 : 3;
  if (lines.length < least || !mailField.test(lines[0]!)) return false;
  const whole = end < 0 ? lines.slice(0, -1) : lines;
  const fields = whole.filter(line => /^[\w-]{1,60}:/.test(line));
  const isAll = whole.every(line => /^(?:[\w-]{1,60}:|[ \t])/.test(line));
  const known = fields.filter(line => mailField.test(line)).length;
  const all = whole.join('\n');
  if (!isAll || known < least || !(isBoxed || proof.test(all))) return false;
  return /^(?:from|sender|received|to|date):/im.test(all);
}

/** The first bytes of a file, each as a letter. */
export function beginningOf(bytes: Uint8Array): string {
  return latin(bytes.subarray(0, 16_384));
}

const pageNames = new Set(`${names.htmlBlocks} ${names.htmlInline}`.split(' '));

/** Whether a text is one element, from its first sign to its last, that is none of HTML. */
export function isWholeElement(text: string): boolean {
  const [, name] = /^\s*<([a-z][\w:.-]*)[\s>]/i.exec(text.slice(0, 400)) ?? [];
  if (name === undefined || pageNames.has(name.toLowerCase())) return false;
  return text.slice(-400).trimEnd().endsWith(`</${name}>`);
}

/** What a text that is markup says of itself in its first lines. */
export function markupOf(text: string): 'html' | 'xml' | undefined {
  const head = text
    .slice(0, 4096)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!head.startsWith('<')) return undefined;
  if (/^(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype )?(?:html|svg)[\s>]/is.test(head))
    return 'html';
  return /^<(?:\?xml|!doctype)\s/i.test(head) ? 'xml' : undefined;
}

/** The old kinds of Office file, told apart by the names in their directory. */
export function oldOfficeKind(bytes: Uint8Array): string {
  const names = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const holds = (name: string) => names.includes([...name].join('\0'));
  if (holds('EncryptedPackage')) return 'encrypted';
  if (holds('__substg1.0_')) return 'msg';
  if (holds('WordDocument')) return 'doc';
  if (holds('PowerPoint Document')) return 'ppt';
  return holds('Workbook') || holds('Book') ? 'xls' : 'office';
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf } from '../document.ts';
import { plainTextOf } from './html.ts';
import { unreadable } from './unreadable.ts';
import { requireBoundedZip } from './zip-bounds.ts';

/** What a DOCX file is called on the wire. */
export const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/**
 * Reads the text of a Word file by the optional package `mammoth`: headings marked with `#`, table
 * cells parted by tabs. The format knows no pages. @throws TandemError `missing_package`,
 * `unreadable_document`
 */
export async function readDocx(bytes: Uint8Array, title: string): Promise<Document> {
  await requireBoundedZip(bytes, title);
  const { convertToHtml, images } = await loadReader();
  let html: string;
  try {
    // Pictures would come as base64, many times as long as the text.
    const convertImage = images.imgElement(async () => ({ src: '' }));
    html = (await convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage })).value;
  } catch (error) {
    throw unreadable(title, 'The Word file is broken.', 'Open it and save it anew as DOCX.', error);
  }
  const text = plainTextOf(html, { marksHeadings: true });
  if (text === '')
    throw unreadable(
      title,
      'It holds no text.',
      'Give a file that holds text, not pictures alone.',
    );
  return documentOf({ text, title, mediaType: docxType });
}

async function loadReader(): Promise<typeof import('mammoth')> {
  try {
    const loaded = await import('mammoth');
    return loaded.default ?? loaded;
  } catch (error) {
    const message =
      'Reading DOCX needs a package: npm install mammoth. Or convert the file to text.';
    throw new TandemError('missing_package', message, {
      cause: error,
      data: { package: 'mammoth' },
    });
  }
}

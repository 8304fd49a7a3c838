import { TandemError } from '../../../model/errors.ts';
import { unreadable } from '../unreadable.ts';

/** Why a PDF cannot be read, and what to do. */
export function pdfFailure(title: string, error: unknown, hasPassword: boolean): TandemError {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  if (name === 'PasswordException') {
    const why = hasPassword ? 'It is encrypted, and its password is another.' : 'It is encrypted.';
    const advice =
      'Give its password by --password-file or TANDEM_DOCUMENT_PASSWORD, or save it without: ' +
      'qpdf --decrypt --password=… FILE.pdf OPEN.pdf';
    const { code, message: said, data, cause } = unreadable(title, why, advice, error);
    return new TandemError(code, said, { data: { ...data, isEncrypted: true }, cause });
  }
  if (/encryption|security handler/i.test(message)) {
    const why = 'It is encrypted by a method that only some readers know.';
    return unreadable(title, why, 'Open it in its own reader, and print it to a PDF.', error);
  }
  const advice = 'Open and save it anew, or run: qpdf FILE.pdf MENDED.pdf';
  return unreadable(title, 'The PDF is broken.', advice, error);
}

/** Why a PDF whose text makes no sense cannot be read. */
export const whyUnusable: [why: string, advice: string] = [
  'Its fonts do not say which letters they show.',
  'Recognise the text instead: ocrmypdf --force-ocr FILE.pdf WITH-TEXT.pdf',
];

/** Why a PDF that holds no text holds none. */
export function whyWithoutText(pages: number): [why: string, advice: string] {
  const what = pages === 1 ? 'Its page is a picture' : `Its ${pages} pages are pictures`;
  return [`${what} without text.`, 'Recognise the text first: ocrmypdf FILE.pdf WITH-TEXT.pdf'];
}

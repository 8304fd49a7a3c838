import { readRegularFile } from '../../src/entries/config.ts';
import type { Document, LoadedDocuments, LoadingOptions } from '../../src/entries/runs.ts';
import { loadDocuments, TandemError } from '../../src/index.ts';
import type { Invocation } from './command.ts';
import type { OptionTable } from './flags.ts';

/** The option of commands that read documents. */
export const documentOptions: OptionTable = {
  'password-file': {
    type: 'string',
    value: 'FILE',
    help: 'a file with the password of encrypted PDFs (or TANDEM_DOCUMENT_PASSWORD)',
  },
};

/**
 * Loads the documents of `--doc`, files and folders, and says what could not be read and how the
 * others were. @throws TandemError
 */
export async function openDocuments(
  paths: readonly string[],
  invocation: Invocation,
): Promise<LoadedDocuments> {
  const { terminal, options } = invocation;
  const loaded = await loadDocuments(paths, {
    ...(!options.quiet && { onFile: title => terminal.progress(`reading ${title} …`) }),
    ...(await passwordsOf(invocation)),
  });
  terminal.clearProgress();
  for (const { why } of loaded.unread) terminal.note(why);
  for (const document of loaded.documents) noteOn(document, text => terminal.note(text));
  return loaded;
}

function noteOn({ title, withoutText, notes = [] }: Document, note: (text: string) => void): void {
  for (const each of notes) note(`${title}: ${each}`);
  if (withoutText) note(`${title}: no text on ${pagesLine(withoutText)}; they are not read.`);
}

/**
 * How encrypted files are opened: by a file, a variable, or whoever sits at the terminal; never by
 * an argument, which every process of the machine sees. @throws TandemError
 */
export async function passwordsOf(
  invocation: Invocation,
): Promise<Pick<LoadingOptions, 'password' | 'askPassword'>> {
  const { terminal, signal } = invocation;
  const password = passwordOf(invocation);
  if (!terminal.isInteractive) return { password };
  const askPassword = async (title: string) => {
    const question = `Password of ${title} [empty: it stays unread]: `;
    return (await terminal.ask(question, signal, { isHidden: true })) || undefined;
  };
  return { password, askPassword };
}

function passwordOf({ options, env }: Invocation): string | undefined {
  const path = options['password-file'] as string | undefined;
  if (path === undefined) return env.TANDEM_DOCUMENT_PASSWORD || undefined;
  try {
    return readRegularFile(path).replace(/\r?\n$/, '');
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new TandemError(
      'invalid_argument',
      `The password file "${path}" cannot be read (${code}). Check the path and its permissions.`,
      { cause: error },
    );
  }
}

function pagesLine(pages: readonly number[]): string {
  const shown = pages.slice(0, 12).join(', ');
  return (
    `page${pages.length > 1 ? 's' : ''} ` +
    `${shown}${pages.length > 12 ? ` and ${pages.length - 12} more` : ''}`
  );
}

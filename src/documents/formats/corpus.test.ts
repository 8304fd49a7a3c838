import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from './attachments.ts';

const folder = new URL('./corpus/', import.meta.url);
const expected = JSON.parse(
  readFileSync(new URL('./corpus.expected.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, ExpectedFile>>;

interface ExpectedFile {
  /** The whole text of each document, by its title. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly unread?: readonly string[];
  readonly withoutText?: readonly number[];
  /** What is said of a file that cannot be read. */
  readonly error?: string;
}

async function read(name: string): Promise<ExpectedFile> {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  const mediaType = /\.x?html$/.test(name) ? 'text/html' : 'text/plain';
  try {
    const { documents, unread } = await parseDocuments({ bytes, title: name, mediaType });
    const [{ notes, withoutText }] = documents as [(typeof documents)[number]];
    return {
      texts: Object.fromEntries(documents.map(({ title, text }) => [title, text])),
      ...(notes && { notes }),
      ...(unread.length > 0 && { unread: unread.map(({ title }) => title) }),
      ...(withoutText && { withoutText }),
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('the corpus', () => {
  it('has an expected text for every file', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(expected).sort());
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.keys(expected))('%s is read as it stands', async name => {
    expect(await read(name)).toEqual(expected[name]);
  });

  it.each(Object.keys(expected))('%s is known by its bytes, whatever it is called', async name => {
    const isTold = /\.(?:x?html|xml)$/.test(name) || expected[name]!.error !== undefined;
    const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
    if (isTold) return;
    const other = { bytes, title: `${basename(name)}.dat`, mediaType: 'application/octet-stream' };
    const { documents } = await parseDocuments(other);
    expect(documents[0]!.text).toBe(Object.values(expected[name]!.texts!)[0]);
  });
});

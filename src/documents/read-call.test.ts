import { describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import type { Call, FilePart, Message } from '../model/types.ts';
import { docxOf } from '../testing/docx.ts';
import { pdfOf } from '../testing/pdf.ts';
import { documentOf } from './document.ts';
import { readCall } from './read-call.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });
const file = (data: FilePart['data'], more: Partial<FilePart> = {}): FilePart => ({
  type: 'file',
  mediaType: 'text/plain',
  data,
  ...more,
});
const user = (...content: Extract<Message, { role: 'user' }>['content']): Message => ({
  role: 'user',
  content,
});
const callOf = (...prompt: Message[]): Call => ({ prompt });
const long = `${'The refund takes thirty days. '.repeat(150)}\n\nMore of the document.`;

describe('readCall', () => {
  it.each([
    ['text', file({ type: 'text', text: 'A text.' })],
    ['base64', file({ type: 'data', data: Buffer.from('A text.').toString('base64') })],
    ['bytes', file({ type: 'data', data: Buffer.from('A text.') })],
    [
      'bytes that nobody names',
      file(
        { type: 'data', data: Buffer.from('A text.') },
        { mediaType: 'application/octet-stream', filename: 'a.dat' },
      ),
    ],
    [
      'HTML with a charset',
      file({ type: 'text', text: '<p>A text.</p>' }, { mediaType: 'text/html; charset=utf-8' }),
    ],
    ['a top-level media type', file({ type: 'text', text: 'A text.' }, { mediaType: 'text' })],
    [
      'JSON of a vendor',
      file({ type: 'text', text: 'A text.' }, { mediaType: 'application/ld+json' }),
    ],
  ])('takes a file given as %s', async (_name, part) => {
    const read = await readCall(callOf(user(part, text('What is it?'))));
    expect(read.documents.map(document => document.text)).toEqual(['A text.']);
    expect(read.question).toBe('What is it?');
    expect(read.call.prompt).toEqual([user(text('What is it?'))]);
  });

  it('leaves what is not a text, what has a URL and what another provider keeps', async () => {
    const kept = [
      file({ type: 'data', data: 'AAEC' }, { mediaType: 'image/png' }),
      file({ type: 'url', url: new URL('https://example.com/a.txt') }),
      file({ type: 'reference', reference: { openai: 'file-1' } }),
    ];
    const read = await readCall(callOf(user(...kept, text('What is it?'))));
    expect(read.documents).toEqual([]);
    expect(read.call.prompt[0]!.content).toEqual([...kept, text('What is it?')]);
  });

  it.each([
    [
      'a reference to a stored document',
      file({ type: 'reference', reference: { tandem: 'ab' } }),
      /No store of documents/,
    ],
    ['a binary file', file({ type: 'data', data: Buffer.from([0, 1]) }), /binary/],
    ['an empty file', file({ type: 'text', text: ' ' }), /empty/],
  ])('refuses %s', async (_name, part, message) => {
    await expect(readCall(callOf(user(part)))).rejects.toMatchObject({
      code: 'unreadable_document',
      message: expect.stringMatching(message),
    });
  });

  it('takes a long text beside a shorter one', async () => {
    const read = await readCall(callOf(user(text(long), text('How long?'))));
    expect(read.documents[0]!.text).toBe(long);
    expect(read.question).toBe('How long?');
  });

  it('takes the last paragraph of a single long text for the question', async () => {
    const read = await readCall(userCall(`${long}\r\n\r\nHow long?\n`));
    expect(read.question).toBe('How long?');
    expect(read.documents[0]!.text).toBe(long);
  });

  it('takes the first paragraph where only that asks', async () => {
    const read = await readCall(userCall(`How long does a refund take?\n\n${long}`));
    expect(read.question).toBe('How long does a refund take?');
    expect(read.documents[0]!.text).toBe(long);
  });

  it('takes no document from a short text or a single paragraph', async () => {
    for (const words of [
      'Short.\n\nHow long?',
      'x'.repeat(9000),
      '',
      `${'x'.repeat(4000)}\n\n${'y'.repeat(1001)}`,
    ]) {
      const read = await readCall(userCall(words));
      expect(read.documents).toEqual([]);
      expect(read.question).toBe(words);
    }
  });

  it('takes documents out of earlier messages, and keeps those messages', async () => {
    const earlier = user(text(long), text('How long?'));
    const attached = user(file({ type: 'text', text: 'Attached.' }));
    const answer: Message = { role: 'assistant', content: [text('Thirty days.')] };
    const system: Message = { role: 'system', content: 'Be brief.' };
    const read = await readCall(
      callOf(system, earlier, answer, attached, answer, user(text('Are you sure?'))),
    );
    expect(read.documents.map(document => document.text)).toEqual([long, 'Attached.']);
    expect(read.question).toBe('Are you sure?');
    expect(read.call.prompt).toEqual([
      system,
      user(text('How long?')),
      answer,
      user(text('(document)')),
      answer,
      user(text('Are you sure?')),
    ]);
  });

  it('takes a document by reference from a store, and says what a store lacks', async () => {
    const kept = documentOf({ text: 'A text.', title: 'kept.txt', label: 'local-only' });
    const source = { get: (id: string) => (id === kept.id ? kept : undefined) };
    const part = file({ type: 'reference', reference: { tandem: kept.id } });
    const read = await readCall(callOf(user(part, text('What is it?'))), source);
    expect(read.documents[0]).toMatchObject({
      text: 'A text.',
      title: 'kept.txt',
      label: 'local-only',
    });
    const absent = file({ type: 'reference', reference: { tandem: 'f00' } });
    await expect(readCall(callOf(user(absent)), source)).rejects.toThrow('No document f00');
  });

  it('takes PDF and Word files, and says which cannot be read', async () => {
    const part = (data: Uint8Array, mediaType: string) =>
      file({ type: 'data', data }, { mediaType, filename: 'a' });
    const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    const read = await readCall(
      callOf(
        user(
          part(pdfOf([[{ text: 'A page.' }]]), 'application/pdf'),
          part(docxOf(['A line.']), word),
          text('What?'),
        ),
      ),
    );
    expect(read.documents.map(document => document.text)).toEqual(['A page.\n', 'A line.']);
    expect(read.call.prompt).toEqual([user(text('What?'))]);
    const locked = part(pdfOf([[{ text: 'A page.' }]], { isEncrypted: true }), 'application/pdf');
    await expect(readCall(callOf(user(locked)))).rejects.toThrow('is encrypted');
  });

  it('does not change the call', async () => {
    const call = callOf(
      user(file({ type: 'text', text: 'A text.' }), text(long), text('What is it?')),
    );
    const before = structuredClone(call);
    expect((await readCall(call)).documents).toHaveLength(2);
    expect(call).toEqual(before);
  });

  it('reads a megabyte of short paragraphs in linear time', async () => {
    const started = performance.now();
    expect((await readCall(userCall(`${'One.\n\n'.repeat(170_000)}How long?`))).question).toBe(
      'How long?',
    );
    expect(performance.now() - started).toBeLessThan(500);
  });
});

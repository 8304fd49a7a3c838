import { describe, expect, it } from 'vitest';
import { openBorder } from './border.ts';
import { saidIn } from './said.ts';

const document =
  'The harbour master of Quay Seven keeps the list of berths that were let in spring. ' +
  'Nobody may enter there. Each berth has a number, a price, and the name of whoever ' +
  'pays for it.\n' +
  'berth,price,payer\n' +
  '12,450,Acme Harbour Company\n';

async function found(text: string, label: 'extracts' | 'local-only' = 'extracts') {
  const border = openBorder();
  border.watch({ text: document, label });
  await border.ready();
  return (await border.breachesIn([{ at: 'here', text }])).length;
}

describe('what counts as leaving', () => {
  it('is a run of twelve words, wherever it begins and however it is written', async () => {
    const run = 'keeps the list of berths that were let in spring. Nobody may';
    expect(await found(`He said: ${run}, I think.`)).toBe(1);
    expect(await found(run.toUpperCase().replaceAll(' ', '\n  '))).toBe(1);
    expect(await found(run.replaceAll(' ', '\u00a0').replace('list', 'li\u00adst'))).toBe(1);
    expect(await found('keeps the list of berths that were let in spring nobody')).toBe(0);
    expect(await found('The master keeps a list. The list of berths is long in spring.')).toBe(0);
  });

  it('is a whole line, row or sentence of four words', async () => {
    expect(await found('nobody may enter there!')).toBe(1);
    expect(await found('| 12 | 450 | Acme Harbour Company |')).toBe(1);
    expect(await found('berth price payer')).toBe(0);
    expect(await found('may enter there')).toBe(0);
  });

  it('is 24 characters of a script without spaces', async () => {
    const border = openBorder();
    const text = '港湾局は毎年春に全ての係留場所の一覧表を作成し料金と支払者の名前を記録している。';
    border.watch({ text, label: 'extracts' });
    await border.ready();
    const said = async (part: string) =>
      (await border.breachesIn([{ at: 'x', text: part }])).length;
    expect(await said(`答え: ${text.slice(3, 27)}`)).toBe(1);
    expect(await said(text.slice(3, 20))).toBe(0);
  });

  it('is found where it is cut over several places, and in both', async () => {
    const border = openBorder();
    border.watch({ text: document, label: 'extracts' });
    await border.ready();
    const breaches = await border.breachesIn([
      { at: 'one', text: 'keeps the list of berths' },
      { at: 'two', text: 'that were let in spring nobody may' },
      { at: 'three', text: 'something else' },
    ]);
    expect(breaches.map(({ said }) => said.at)).toEqual(['one', 'two']);
  });

  it('stands in keys, numbers, arguments inside JSON, bytes and addresses alike', async () => {
    const border = openBorder();
    border.watch({ text: document, label: 'extracts' });
    await border.ready();
    const run = 'keeps the list of berths that were let in spring. Nobody may';
    const parts: readonly object[] = [
      { type: 'tool-call', toolCallId: 'c', toolName: 't', input: { [run]: 1 } },
      { type: 'tool-call', toolCallId: 'c', toolName: 't', input: { a: JSON.stringify([run]) } },
      { type: 'tool-call', toolCallId: run, toolName: 't', input: {} },
      { type: 'text', text: 'x', providerOptions: { other: { note: run } } },
      {
        type: 'file',
        mediaType: 'text/plain',
        data: { type: 'data', data: Buffer.from(run).toString('base64') },
      },
      { type: 'file', mediaType: 'text/x', data: { type: 'data', data: Buffer.from(run) } },
      {
        type: 'file',
        mediaType: 'image/png',
        data: { type: 'url', url: new URL(`https://a.example/?q=${encodeURIComponent(run)}`) },
      },
      {
        type: 'tool-result',
        toolCallId: 'c',
        toolName: 't',
        output: { type: 'json', value: [{ berth: 12, price: 450, payer: 'Acme Harbour Company' }] },
      },
    ];
    for (const part of parts) {
      const prompt = [{ role: 'assistant', content: [part] }] as never;
      expect([part, (await border.breachesIn(saidIn({ prompt }))).length]).toEqual([part, 1]);
    }
  });
});

describe('what is written otherwise', () => {
  const run = 'keeps the list of berths that were let in spring. Nobody may';
  const escaped = (write: (code: number) => string) =>
    [...run].map(letter => write(letter.charCodeAt(0))).join('');
  it.each([
    ['percent signs', encodeURIComponent(run)],
    ['percent signs of percent signs', encodeURIComponent(encodeURIComponent(run))],
    ['entities', escaped(code => `&#${code};`)],
    ['escapes of JSON', `log: ${escaped(code => `\\u${code.toString(16).padStart(4, '0')}`)}`],
    ['lines that are escaped', `log: ${run.replaceAll(' ', String.raw`\n`)}`],
    ['base64', `data ${Buffer.from(run).toString('base64')} end`],
    ['base64 for addresses', Buffer.from(run).toString('base64url')],
    [
      'base64 in lines',
      Buffer.from(`${run} enter there`).toString('base64').replace(/.{76}/, '$&\r\n'),
    ],
    ['hexadecimal digits', Buffer.from(run).toString('hex')],
  ])('is found: %s', async (_, text) => {
    const border = openBorder();
    border.watch({ text: document, label: 'extracts' });
    await border.ready();
    const prompt = [{ role: 'assistant', content: [{ type: 'text', text }] }] as never;
    expect((await border.breachesIn(saidIn({ prompt }))).length).toBe(1);
  });

  it('reads letters with an accent that are entities', async () => {
    const text = 'Die Geschäftsführung prüft die Überträge über größere Beträge für März';
    const border = openBorder();
    border.watch({ text, label: 'extracts' });
    await border.ready();
    const written = text.replace(/[äöü]/gi, letter => `&${letter.normalize('NFD')[0]}uml;`);
    const prompt = [{ role: 'user', content: [{ type: 'text', text: written }] }] as never;
    expect((await border.breachesIn(saidIn({ prompt }))).length).toBe(1);
  });
});

describe('what may leave', () => {
  const question = 'What does "Nobody may enter there." mean?';

  it('is what was released, in any arrangement, and what was typed with few quotes', async () => {
    const border = openBorder();
    border.watch({ text: document, label: 'extracts' });
    await border.ready();
    const said = async (text: string) => (await border.breachesIn([{ at: 'x', text }])).length;
    expect(await said(question)).toBe(1);
    border.type(question);
    expect(await said(question)).toBe(0);
    const sentences = document.slice(0, 180);
    expect(await said(sentences)).toBe(1);
    border.release([sentences.slice(0, 83), sentences.slice(83)]);
    expect(await said(sentences)).toBe(0);
    expect(await said(document)).toBe(1);
  });

  it('is nothing typed that quotes more than 60 words', async () => {
    const border = openBorder();
    const long = Array.from({ length: 70 }, (_, n) => `word${n}`).join(' ');
    border.watch({ text: long, label: 'extracts' });
    border.type(`What is this: ${long}?`);
    await border.ready();
    expect((await border.breachesIn([{ at: 'x', text: long }])).length).toBe(1);
    border.watch({ text: 'other', label: 'extracts' });
    expect((await border.breachesIn([{ at: 'x', text: 'word1 word2 word3' }])).length).toBe(0);
  });

  it('is nothing of a text that is local-only, typed or released', async () => {
    const border = openBorder();
    border.watch({ text: document, label: 'extracts' });
    border.watch({ text: document, label: 'local-only' });
    border.release([document]);
    border.type(question);
    await border.ready();
    expect((await border.breachesIn([{ at: 'x', text: question }]))[0]?.label).toBe('local-only');
  });
});

import { expect, it } from 'vitest';
import { userCall } from '../index.ts';
import { readCall } from './read-call.ts';

const paragraphs = Array.from(
  { length: 60 },
  (_, index) =>
    `Paragraph ${index}. In the year ${1800 + index} the harbour of Vell moved ${index * 3} ` +
    'crates of tea and copper, and the keeper wrote it down in the long book.',
);
const prose = paragraphs.join('\n\n');
const block = paragraphs.join('\n');

async function cut(text: string) {
  const { question, documents } = await readCall(userCall(text));
  return { question, document: documents.map(each => each.text).join('\n') };
}

it.each([
  'List every year in which more than 100 crates were moved.',
  'Summarise the document in three bullets.',
  'Please extract all dates',
  'I need the years in which copper was moved. Be brief.',
  'You are an analyst.\n\nIdentify the keeper of the book.',
  'Nenne alle Jahre, in denen mehr als 100 Kisten bewegt wurden.',
  'Résumez ce texte en trois points.',
  '请总结以下内容。',
  '以下の文書を要約してください。',
  'What moved in 1850',
  'Years with more than 100 crates',
])(
  'an instruction that stands first is the question, and nothing of the document is: %s',
  async asked => {
    for (const document of [prose, block])
      expect(await cut(`${asked}\n\n${document}`)).toEqual({ question: asked, document });
  },
);

it.each(['What moved in 1850?', 'List the years.', 'Fasse das zusammen.', 'the years with copper'])(
  'one that stands last is too: %s',
  async asked => {
    expect(await cut(`${prose}\n\n${asked}`)).toEqual({ question: asked, document: prose });
  },
);

it('what is asked before and behind a text is one question', async () => {
  const [before, behind] = ['Read the following report:', 'What moved in 1850?'];
  expect(await cut(`${before}\n\n${prose}\n\n${behind}`)).toEqual({
    question: `${before}\n\n${behind}`,
    document: prose,
  });
});

it('a heading of the document stays in it, where the end asks', async () => {
  const document = `Report of the harbour\n\n${prose}`;
  expect(await cut(`${document}\n\nWhat moved in 1850?`)).toEqual({
    question: 'What moved in 1850?',
    document,
  });
});

it('a line before a text without blank lines is its question, if it asks', async () => {
  expect(await cut(`Summarise this log:\n${block}`)).toEqual({
    question: 'Summarise this log:',
    document: block,
  });
  expect((await cut(block)).document).toBe('');
});

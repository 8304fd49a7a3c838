import { describe, expect, it } from 'vitest';
import { documentCall } from '../../../documents/document-call.ts';
import { textOf } from '../../../model/answer.ts';
import { embedderOf } from '../../../model/pattern/embedding.ts';
import { run } from '../../../model/run/scope-life.ts';
import { doubleOf, lastUserText } from '../../../testing/double.ts';
import { minions } from '../minions.ts';
import { readOutput } from './read-output.ts';

const filler = 'The yearly report lists what the office did and which rooms were used.';
const fact = 'A lost key comes to 45 euros.';
const other = 'In May the office was repainted for 90 euros.';
const lines = Array.from({ length: 120 }, (_, n) => `${filler} (${n})`);
const text = lines.with(20, other).with(60, fact).join('\n\n');
const call = documentCall('How many euros for one?', [{ title: 'rules', text }]);

// Only what holds the fact is near in meaning.
// Vectors are kept by the model's name.
let made = 0;
const embedder = (isNear: (text: string) => boolean) =>
  embedderOf(
    {
      specificationVersion: 'v4',
      provider: 'test',
      modelId: `near ${made++}`,
      maxEmbeddingsPerCall: 100,
      supportsParallelCalls: true,
      doEmbed: async ({ values }) => ({
        embeddings: values.map(value =>
          isNear(value) || value.includes('euros for one') ? [1, 0] : [0, 1],
        ),
        warnings: [],
      }),
    },
    { place: 'device' },
  );

async function shownOf(reply: (text: string) => string, isNear: (text: string) => boolean) {
  const local = doubleOf({ modelId: 'small', place: 'device' }, asked => ({
    text: reply(lastUserText(asked)),
  }));
  const cloud = doubleOf({ modelId: 'big', place: 'cloud' }, () => ({ text: 'no' }));
  const asked = minions({ local, cloud, embedder: embedder(isNear), maxRounds: 1 });
  const answer = await run({ mode: 'local-only' }, async () => asked.doGenerate(call));
  return textOf(answer);
}

const amounts = (shown: string) =>
  shown.includes('45 euros') ? '45 euros' : shown.includes('90 euros') ? '90 euros' : 'blue';

describe('a small worker that cannot tell which text holds an answer', () => {
  it('releases what it says of chunks that stand out by meaning alone', async () => {
    const shown = await shownOf(amounts, text => text.includes(fact));
    expect(shown).toContain(`${fact} [e1]`);
    expect(shown).not.toMatch(/90 euros\. \[e\d\]/);
  });

  it('gives way to the sentence that is nearest where its words are found nowhere', async () => {
    const shown = await shownOf(
      () => 'blue',
      text => text.includes(fact),
    );
    expect(shown).toContain(`${fact} [e1]`);
  });

  it('is read by its words alone where the embedder breaks off', async () => {
    let isDown = false;
    const breaking = (text: string) => {
      if (isDown) throw new Error('no embedder');
      return text.includes(fact);
    };
    const shown = await shownOf(text => {
      isDown = true;
      return amounts(text);
    }, breaking);
    expect(shown).toMatch(/ euros\. \[e1\]/);
  });

  it('releases nothing of a document in which nothing stands out', async () => {
    expect(await shownOf(amounts, () => false)).not.toMatch(/\[e\d\]/);
  });
});

describe('a form that a small worker fills in', () => {
  const chunk = 'In 2016 the office took in $5.6B in fees.\nSee https://office.example/explore/.';
  const whole = { start: 0, end: chunk.length };
  const mediaType = 'text/plain';
  const document = { id: 'd', title: 't', text: chunk, label: 'extracts' as const, mediaType };
  const places = [{ ...whole, text: chunk, document: { ...document, pages: [whole] } }];
  const task = { id: 'q', question: 'How much did the agency receive?' };
  const read = (answer: string) =>
    readOutput(
      { places, task },
      JSON.stringify({ explanation: '', citation: 'https://office.example/explore/', answer }),
    );

  it('is no evidence where its true words hold neither answer nor question', () => {
    expect(read('7 million')).toBe('unsupported');
  });

  it('is cited with the sentence that holds its answer', () => {
    expect(read('$5.6B')).toMatchObject({ text: 'In 2016 the office took in $5.6B in fees.' });
  });
});

describe('a word for nothing', () => {
  const none = 'Dividends declared in the period: nil.';
  const german = 'Im Jahr wurden keine Dividenden gezahlt.';
  const chunk =
    `The office is open. ${none} ${german} ` + 'There are no branches abroad. It is not refunded.';
  const whole = { start: 0, end: chunk.length };
  const mediaType = 'text/plain';
  const document = { id: 'd', title: 't', text: chunk, label: 'extracts' as const, mediaType };
  const places = [{ ...whole, text: chunk, document: { ...document, pages: [whole] } }];
  const read = (answer: string | null, citation: string | null, question: string) =>
    readOutput(
      { places, task: { id: 'q', question } },
      JSON.stringify({ explanation: '', citation, answer }),
    );

  it.each([
    ['nil', none, 'What was paid to owners?'],
    ['None.', none, 'Which dividends were declared?'],
    ['None', german, 'Welche Dividenden wurden gezahlt?'],
    ['none', 'There are no branches abroad.', 'Which branches are abroad?'],
  ])('is an answer where a true citation says it: %s', (answer, citation, question) => {
    expect(read(answer, citation, question)).toMatchObject({ text: citation });
  });

  it.each([
    ['None', null, 'Which dividends were declared?'],
    ['None', 'The office is open.', 'When is the office open?'],
    ['nil', 'Dividends of the year: nil.', 'Which dividends were declared?'],
    ['not stated', 'It is not refunded.', 'What is refunded?'],
    [null, none, 'Which dividends were declared?'],
    ['', none, 'Which dividends were declared?'],
  ])('is none elsewhere: %s', (answer, citation, question) => {
    expect(read(answer, citation, question)).toBe('abstained');
  });
});

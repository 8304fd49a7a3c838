import { describe, expect, it } from 'vitest';
import { textAnswer, userCall } from '../../model/answer.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import { embedderOf } from '../../model/pattern/embedding.ts';
import type { DocumentSource } from '../../model/run/ports.ts';
import { run } from '../../model/run/scope-life.ts';
import type { EmbeddingModel } from '../../model/types.ts';
import { documentOf } from '../document.ts';
import { formsOf, meaningBy } from './meaning.ts';
import { nearestPassages } from './nearest-passages.ts';

// Knows three things that may be meant, whatever the words.
const senses = [/password|sign in|locked out/i, /refund|money back/i, /trimmer|hedge/i];
const model = (seen: string[], modelId: string): EmbeddingModel => ({
  specificationVersion: 'v4',
  provider: 'p',
  modelId,
  maxEmbeddingsPerCall: 8,
  supportsParallelCalls: true,
  async doEmbed({ values }) {
    seen.push(...values);
    const embeddings = values.map(value => senses.map(sense => (sense.test(value) ? 1 : 0.1)));
    return { embeddings, warnings: [] };
  },
});

const pad = 'The shop stands by the river and is open all the year. '.repeat(12);
const page = (n: number) =>
  documentOf({
    text: [
      `Choose Forgotten password on page ${n}. ${pad}`,
      `A refund is paid within seven days. ${pad}`,
      `Clean the trimmer with a dry cloth. ${pad}`,
    ].join('\n\n'),
  });

async function asked(
  question: string,
  { text, place = 'device', seen = [], store, id = 'e5-small' }: Asked,
) {
  const embedder = embedderOf(model(seen, id), { place });
  const pattern = definePattern({
    name: 'asking',
    models: [embedder.leaf],
    async generate(_call, ask) {
      ask.reads({ ...text, label: 'extracts' }, question);
      const near = await nearestPassages([text], question, {
        meaning: meaningBy(ask, { embedder }),
      });
      return settle(textAnswer(near.passages.map(each => each.text).join('|')), { reason: 'test' });
    },
  });
  const documents = store && { documents: store };
  const answer = await run({ ...documents, retry: { tries: 1 } }, async () =>
    pattern.doGenerate(userCall('go')),
  );
  const [part] = answer.content;
  return { text: part?.type === 'text' ? part.text : '', warnings: answer.warnings };
}

interface Asked {
  readonly text: ReturnType<typeof page>;
  readonly place?: 'device' | 'cloud';
  readonly seen?: string[];
  readonly store?: DocumentSource;
  readonly id?: string;
}

describe('finding by meaning', () => {
  it('finds what shares no word with the question', async () => {
    const { text } = await asked('Can I have my money back?', { text: page(1) });
    expect(text).toMatch(/^A refund is paid/);
  });

  it('embeds a document once, and keeps its vectors in the store', async () => {
    const read = new Map<string, string>();
    const store: DocumentSource = {
      get: () => undefined,
      recall: (id, key) => read.get(`${id} ${key}`),
      remember: async (id, key, value) => void read.set(`${id} ${key}`, value),
    };
    const [first, second]: [string[], string[]] = [[], []];
    await asked('Can I have my money back?', { text: page(2), seen: first, store });
    expect(first).toHaveLength(10);
    expect(first[0]).toMatch(/^passage: Choose/);
    expect(first.at(-1)).toMatch(/^query: Can I/);
    await asked('I am locked out', { text: page(2), seen: second, store });
    expect(second).toEqual(['query: I am locked out']);
    const [kept] = read.values();
    expect(JSON.parse(kept!)).toHaveLength(9);
  });

  it('hands no text of a document to an embedder in a cloud, and says so', async () => {
    const seen: string[] = [];
    const { text, warnings } = await asked('How is a refund paid?', {
      text: page(3),
      place: 'cloud',
      seen,
    });
    expect(seen).toEqual([]);
    expect(text).toMatch(/^A refund is paid/);
    expect(JSON.stringify(warnings)).toContain('ranked by words alone');
  });

  it('writes questions and passages as each model wants them', () => {
    expect(formsOf('multilingual-e5-small-q4').passage('a')).toBe('passage: a');
    expect(formsOf('nomic-embed-text').query('a')).toBe('search_query: a');
    expect(formsOf('base5').query('a')).toBe('a');
    expect(formsOf('text-embedding-3-small').query('a')).toBe('a');
  });
});

import { describe, expect, it } from 'vitest';
import {
  advise,
  auto,
  chain,
  documentCall,
  embedderOf,
  extractive,
  minions,
  notConfigured,
} from '../index.ts';
import { doubleOf, promptText } from '../testing/double.ts';

const pad = 'The shop stands by the river and is open all the year. '.repeat(12);
const told = 'What was paid comes back within seven days.';
const text = [`Choose a new key. ${pad}`, `${told} ${pad}`, `Clean the blade. ${pad}`].join('\n\n');
const ask = documentCall('Can I have a refund?', [{ title: 'help.txt', text }]);
// Knows one thing that is meant, whatever the words.
const embedder = embedderOf(
  {
    specificationVersion: 'v4',
    provider: 'p',
    modelId: 'senses',
    maxEmbeddingsPerCall: 8,
    supportsParallelCalls: true,
    doEmbed: async ({ values }) => ({
      embeddings: values.map(each => [/refund|comes back/i.test(each) ? 1 : 0.1, 0.5]),
      warnings: [],
    }),
  },
  { place: 'device' },
);
const local = extractive();
const cloud = notConfigured();
const readers = {
  minions: minions({ local, cloud, embedder }),
  chain: chain({ worker: local, manager: cloud, embedder }),
};
const roles = { ...readers, local, cloud, plain: local, adviser: advise };

describe('what is meant is shown first', () => {
  for (const [name, model] of Object.entries({
    ...readers,
    'auto by minions': auto({ ...roles, way: 'minions' }),
    'auto by retrieval, its cloud closed': auto({ ...roles, way: 'retrieval', embedder }),
  })) {
    it(`by ${name}`, async () => {
      const { content } = await model.doGenerate(ask);
      const first = content.find(part => part.type === 'source');
      expect(first?.providerMetadata?.tandem?.quote).toMatch(new RegExp(`^${told}`));
    });
  }

  it('and sent to the model of this device, where passages are retrieved here', async () => {
    let seen = '';
    const reader = doubleOf({ modelId: 'small' }, call => {
      seen = promptText(call);
      return { text: 'Within seven days.' };
    });
    const way = 'retrieval-on-device';
    await auto({ ...roles, local: reader, way, embedder }).doGenerate(ask);
    expect(seen).toContain(told);
  });
});

import { describe, expect, it } from 'vitest';
import { notConfigured } from '../backends/none.ts';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { textOf } from '../model/answer.ts';
import { embedderBy } from '../testing/embedder-double.ts';
import { chain } from './chain/chain.ts';
import { minions } from './minions/minions.ts';

const facts = [
  'Orders placed before two leave the warehouse on the same day.',
  'Standard delivery takes two to four working days.',
  'You may return any unused tool within 45 days of delivery.',
  'A refund is paid to the card that you paid with.',
  'Every tool has a warranty of five years against faults.',
];
const page = facts.join('\n');

// Sentences about money are near each other, whatever they are read with.
const byMoney = () => embedderBy(/money|refund/);

describe('a document of a page or two without a model that answers', () => {
  const ask = async (options: object, text = page) => {
    const [local, cloud] = [extractive(), notConfigured()];
    const call = documentCall('Do I get my money?', [{ title: 'help', text }]);
    const patterns = [
      minions({ local, cloud, ...options }),
      chain({ worker: local, manager: cloud, ...options }),
    ];
    const answers = await Promise.all(patterns.map(pattern => pattern.doGenerate(call)));
    return answers.map(answer => `${textOf(answer)}\n`);
  };

  it('shows its nearest sentences first, by meaning', async () => {
    for (const shown of await ask({ embedder: byMoney() }))
      expect(shown).toContain(`[p1] ${facts[3]}\n[p2] `);
  });

  it('shows no single sentences by words alone, or of a longer one', async () => {
    const long = page + '\nOur shop has been open since nineteen hundred and three.'.repeat(120);
    for (const shown of [...(await ask({})), ...(await ask({ embedder: byMoney() }, long))])
      expect(shown).not.toContain(`${facts[3]}\n`);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  advise,
  auto,
  chain,
  documentCall,
  extractive,
  minions,
  notConfigured,
  openJournal,
  personalDataMasker,
  run,
} from '../index.ts';
import { doubleOf, promptText } from '../testing/double.ts';

const pad = 'The refund desk of the shop stands by the river all the year. '.repeat(11);
const told = 'What was paid comes back within seven days.';
const parts = ['A refund desk is red.', told, 'The refund desk opens at nine.', 'Refund forms.'];
const text = parts.map(part => `${part} ${pad}`).join('\n\n');
const asked = documentCall('When is a refund of the desk due?', [{ title: 'help.txt', text }]);
const local = extractive();
const cloud = notConfigured();
const firstOf = ({ content }: { readonly content: readonly { readonly type: string }[] }) =>
  JSON.stringify(content.find(part => part.type === 'source') ?? '');

const placeOfTold = ({ content }: { readonly content: readonly { readonly type: string }[] }) =>
  content
    .filter(part => part.type === 'source')
    .findIndex(part => JSON.stringify(part).includes(told));

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

// A server of `/v1/rerank`, for which one sentence is the best.
async function served(answer: (documents: readonly string[]) => unknown, status = 200) {
  const bodies: { query: string; documents: string[]; model: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', piece => (body += String(piece)));
    request.on('end', () => {
      if (request.url !== '/v1/rerank') {
        response.writeHead(404).end();
        return;
      }
      const read = JSON.parse(body) as (typeof bodies)[number];
      bodies.push(read);
      response.writeHead(status);
      response.end(JSON.stringify(answer(read.documents)));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { bodies, reranker: { model: 'jina', endpoint: `http://127.0.0.1:${port}/v1` } };
}

const scored = (documents: readonly string[]) =>
  documents.map((each, index) => ({ index, score: each.startsWith(told) ? 2.5 : -index }));
const forms: Record<string, (documents: readonly string[]) => unknown> = {
  'of Jina, Cohere, vLLM and llama.cpp': documents => ({
    results: scored(documents)
      .map(({ index, score }) => ({ index, relevance_score: score }))
      .toReversed(),
  }),
  'of a bare list': scored,
  'of Voyage': documents => ({
    data: scored(documents).map(({ index, score }) => ({ index, relevance_score: score })),
  }),
};

describe('passages are read again by a reranker', () => {
  for (const [name, answer] of Object.entries(forms)) {
    it(`that answers in the form ${name}`, async () => {
      const { reranker, bodies } = await served(answer);
      const named = { ...reranker, model: name };
      const said = await minions({ local, cloud, reranker: named }).doGenerate(asked);
      expect(firstOf(said)).toContain(told);
      expect(bodies[0]).toMatchObject({ model: name, query: expect.stringContaining('refund') });
      expect(bodies[0]!.documents.length).toBeGreaterThan(2);
    });
  }

  it('by chain and auto alike, and asked once for the same passages', async () => {
    const { reranker, bodies } = await served(forms['of Voyage']!);
    const chained = chain({ worker: local, manager: cloud, reranker });
    expect(firstOf(await chained.doGenerate(asked))).toContain(told);
    const roles = { minions: minions({ local, cloud }), chain: chained, plain: local };
    const retrieval = auto({
      ...roles,
      ...{ local, cloud, adviser: advise, way: 'retrieval', reranker },
    });
    expect(firstOf(await retrieval.doGenerate(asked))).toContain(told);
    expect(new Set(bodies.map(({ documents }) => documents.length)).size).toBe(bodies.length);
  });

  it('and by each server for itself, though two have a model of one name', async () => {
    const [one, other] = [await served(forms['of Voyage']!), await served(forms['of Voyage']!)];
    for (const { reranker, bodies } of [one, other, one]) {
      const named = { ...reranker, model: 'of one name' };
      await minions({ local, cloud, reranker: named }).doGenerate(asked);
      expect(bodies).toHaveLength(1);
    }
  });

  it('whose failure leaves the order, and is told', async () => {
    const before = firstOf(await minions({ local, cloud }).doGenerate(asked));
    for (const { reranker } of [await served(() => ({}), 400), await served(() => ({ odd: 1 }))]) {
      const named = { ...reranker, model: `broken ${reranker.endpoint}` };
      const said = await minions({ local, cloud, reranker: named }).doGenerate(asked);
      expect(firstOf(said)).toBe(before);
      expect(JSON.stringify(said.warnings)).toContain('stayed in the order');
    }
  });

  it('in a cloud not at all, where their text may not leave', async () => {
    const { reranker, bodies } = await served(forms['of Voyage']!);
    const away = { ...reranker, model: 'away', place: 'cloud' as const };
    const said = await run({ mode: 'local-only' }, async () =>
      minions({ local, cloud, reranker: away }).doGenerate(asked),
    );
    expect(bodies).toEqual([]);
    expect(JSON.stringify(said.warnings)).toContain('egress_denied');
  });
});

describe('a reranker in a cloud', () => {
  const personal = 'Ask anna@example.org of it.';
  const labels = ['cloud-allowed', 'extracts', 'local-only'] as const;
  const calls = [...labels, undefined].map(label => ({
    label,
    call: documentCall('When is a refund of the desk due, asks bob@example.net?', [
      { title: 'help.txt', text: `${text}\n\n${personal} ${pad}`, ...(label && { label }) },
    ]),
  }));
  const ways = {
    minions: (reranker: object) => minions({ local, cloud, reranker } as never),
    chain: (reranker: object) => chain({ worker: local, manager: cloud, reranker } as never),
  };

  for (const [way, made] of Object.entries(ways)) {
    it.each(calls)(`sees by ${way} passages of $label that may leave alone`, async given => {
      const { reranker, bodies } = await served(forms['of Voyage']!);
      const of = { ...reranker, model: `${way} ${given.label}`, place: 'cloud' };
      const said = await made(of).doGenerate(given.call);
      if (given.label === 'cloud-allowed') expect(bodies).toHaveLength(1);
      else expect(bodies).toEqual([]);
      expect(said.content.some(({ type }) => type === 'source')).toBe(true);
    });

    it(`gets by ${way} nothing personal, nothing beyond a budget, and is on record`, async () => {
      const { reranker, bodies } = await served(forms['of Voyage']!);
      const of = (model: string) => made({ ...reranker, model: `${way} ${model}`, place: 'cloud' });
      const { call } = calls[0]!;
      const masked = { masker: personalDataMasker() };
      using journal = openJournal({ path: ':memory:' });
      await run({ ...masked, journal, runId: 'r' }, async () => of('masked').doGenerate(call));
      expect(JSON.stringify(bodies)).not.toMatch(/anna@|bob@/);
      expect(JSON.stringify(bodies)).toContain('MASKED_EMAIL');
      expect(await journal.egress()).toHaveLength(1);
      await run({ budget: { usd: 0 } }, async () => of('budget').doGenerate(call)).catch(() => {});
      expect(bodies).toHaveLength(1);
    });
  }
});

describe('passages are read again by a language model', () => {
  it('that is likelier to say yes of one than of others', async () => {
    let calls = 0;
    const reader = doubleOf({ modelId: 'small' }, call => {
      calls++;
      const isIt = promptText(call).includes(told);
      const top = [
        { token: 'no', logprob: isIt ? -0.7 : -0.1 },
        { token: ' Yes', logprob: isIt ? -0.6 : -3 },
      ];
      return { text: 'no', logprobs: [{ token: 'no', logprob: top[0]!.logprob, top }] };
    });
    const before = placeOfTold(await minions({ local, cloud }).doGenerate(asked));
    const said = await minions({ local, cloud, reranker: reader }).doGenerate(asked);
    expect(placeOfTold(said)).toBeLessThan(before);
    expect(calls).toBeGreaterThan(2);
  });

  it('and stay in their order where it says neither yes nor no', async () => {
    const before = firstOf(await minions({ local, cloud }).doGenerate(asked));
    const reader = doubleOf({ modelId: 'odd' }, () => ({ text: 'The' }));
    const said = await minions({ local, cloud, reranker: reader }).doGenerate(asked);
    expect(firstOf(said)).toBe(before);
    expect(JSON.stringify(said.warnings)).toContain('told apart 0 of');
  });
});

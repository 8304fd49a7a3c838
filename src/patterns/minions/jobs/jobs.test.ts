import { describe, expect, it } from 'vitest';
import { documentCall } from '../../../documents/document-call.ts';
import { textOf } from '../../../model/answer.ts';
import { embedderOf } from '../../../model/pattern/embedding.ts';
import { summaryOf } from '../../../model/run/summary.ts';
import type { Call } from '../../../model/types.ts';
import { doubleOf, promptText } from '../../../testing/double.ts';
import { quoting, textWith } from '../../../testing/hidden-facts.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { minions } from '../minions.ts';
import type { JobPlan } from '../plan.ts';

const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'paper.txt', text }]);
const json = (value: object) => JSON.stringify(value);
const planOf = (...tasks: JobPlan['tasks']) => ({
  tasks,
  chunking: { by: 'paragraph' as const, characters: 500 },
});
const cloudOf = (...steps: Parameters<typeof scriptedModel>[0]) =>
  scriptedModel(steps, { modelId: 'cloud', place: 'cloud' });

describe('jobs', () => {
  const text = textWith({
    2: 'The toll was 7 crowns.',
    6: 'The toll was 9 crowns.',
    9: 'The toll was 9 crowns, again.',
  });

  it('keep contradictory answers, with their citations, where one was wanted', async () => {
    const cloud = cloudOf(
      json(planOf({ id: 'toll', question: 'What was the toll?', combine: 'vote' })),
      json({ decision: 'answer', feedback: '', scratchpad: '', plan: null }),
      'It was 9 [e2], or 7 [e1].',
    );
    await minions({ local: quoting('toll'), cloud }).doGenerate(on(text, 'What was the toll?'));
    const sent = promptText(cloud.calls.at(-1)!);
    expect(sent).toMatch(/contradictory: e\d says 9, e\d says 7/);
    expect(sent).toContain('The toll was 7 crowns.');
  });

  it('are asked several times where the plan says so; each place is released once', async () => {
    const plan = planOf({ id: 'toll', question: 'What was the toll?', samples: 3 });
    const cloud = cloudOf(json(plan), 'ok');
    const seen: Call[] = [];
    const worker = quoting('toll');
    const local = doubleOf({ modelId: 'worker' }, async call => {
      seen.push(call);
      return { text: textOf(await worker.doGenerate(call)) };
    });
    const answer = await minions({ local, cloud }).doGenerate(on(text, 'What was the toll?'));
    expect(new Set(seen.map(({ temperature }) => temperature))).toEqual(new Set([0, 0.7]));
    expect(seen.length % 3).toBe(0);
    expect(answer.content.filter(({ type }) => type === 'source')).toHaveLength(3);
  });

  it('read the best chunks alone where a task says so; coverage counts those skipped', async () => {
    const plan = planOf({
      id: 'toll',
      question: 'What was the toll?',
      select: { by: 'best', top: 2 },
    });
    const answer = await minions({
      local: quoting('toll'),
      cloud: cloudOf(json(plan), 'ok'),
    }).doGenerate(on(text, 'Toll?'));
    const { coverage } = summaryOf(answer)!;
    expect(coverage).toMatchObject({ read: 2, skipped: coverage!.chunks - 2 });
  });

  it('read pages by number; missing pages are said, and all is read instead', async () => {
    const pages = ['One.', 'The toll was 7 crowns.', 'Three.'].join('\f');
    const plan = (from: number, to: number): string =>
      json({
        tasks: [{ id: 'toll', question: 'Toll?', select: { by: 'pages', ranges: [{ from, to }] } }],
        chunking: { by: 'page' },
      });
    const ask = (step: string) =>
      minions({ local: quoting('toll'), cloud: cloudOf(step, 'ok') }).doGenerate(
        on(pages, 'Toll?'),
      );
    expect(summaryOf(await ask(plan(2, 2)))!.coverage!.pages).toEqual({
      total: 3,
      read: 1,
      skipped: 2,
      cited: 1,
      withoutText: 0,
    });
    const missing = summaryOf(await ask(plan(900, 950)))!;
    expect(missing.coverage!.pages!.read).toBe(3);
    expect(missing.reason).toContain('"toll" selected nothing, so all was read');
  });

  it('are no more than allowed, and the most related to their task are run', async () => {
    const plan = planOf(
      { id: 'toll', question: 'What was the toll?' },
      { id: 'crowns', question: 'How many crowns?' },
    );
    const model = minions({ local: quoting('toll'), cloud: cloudOf(json(plan), 'ok'), maxJobs: 8 });
    const answer = await model.doGenerate(on(text, 'Toll?'));
    const { calls, reason, coverage } = summaryOf(answer)!;
    expect(calls.device).toBeLessThanOrEqual(8);
    expect(reason).toMatch(/\d+ jobs were planned, 8 allowed/);
    expect(answer.content.filter(({ type }) => type === 'source')).toHaveLength(3);
    expect(coverage!.skipped).toBeGreaterThan(0);
  });

  it('a plan of 10,000 tasks is refused with its reason, and the plain plan is used', async () => {
    const many = planOf(
      ...Array.from({ length: 10_000 }, (_, n) => ({ id: `t${n}`, question: 'x' })),
    );
    const cloud = cloudOf(json(many), json(many), 'ok [e1]');
    const answer = await minions({ local: quoting('toll'), cloud }).doGenerate(
      on(text, 'What was the toll?'),
    );
    expect(promptText(cloud.calls[1]!)).toContain('Your last plan was refused. tasks: ');
    expect(summaryOf(answer)!.reason).toContain('plain jobs');
  });

  it('rank by meaning too, through the same door, where an embedder is given', async () => {
    const batches: number[] = [];
    const embedder = embedderOf(
      {
        specificationVersion: 'v4',
        provider: 'p',
        modelId: 'embed',
        maxEmbeddingsPerCall: 5,
        supportsParallelCalls: true,
        async doEmbed({ values }) {
          batches.push(values.length);
          return {
            embeddings: values.map(value => [
              value.includes('toll') || value.includes('levy') ? 1 : 0,
              1,
            ]),
            warnings: [],
          };
        },
      },
      { place: 'device' },
    );
    const plan = planOf({ id: 'levy', question: 'Which levy?', select: { by: 'best', top: 3 } });
    const answer = await minions({
      local: quoting('toll'),
      cloud: cloudOf(json(plan), 'ok'),
      embedder,
    }).doGenerate(on(text, 'Levy?'));
    const found = answer.content.filter(part => part.type === 'source' && /^e/.test(part.id));
    expect(found).toHaveLength(3);
    expect(Math.max(...batches)).toBe(5);
  });

  it('an embedder in a cloud gets nothing of a document: words rank, as is said', async () => {
    const seen: string[] = [];
    const embedder = embedderOf({
      specificationVersion: 'v4',
      provider: 'p',
      modelId: 'embed',
      maxEmbeddingsPerCall: 5,
      supportsParallelCalls: true,
      async doEmbed({ values }) {
        seen.push(...values);
        return { embeddings: values.map(() => [1]), warnings: [] };
      },
    });
    const plan = planOf({ id: 'levy', question: 'Which levy?', select: { by: 'best', top: 3 } });
    const answer = await minions({
      local: quoting('toll'),
      cloud: cloudOf(json(plan), 'ok'),
      embedder,
    }).doGenerate(on(text, 'Levy?'));
    expect(JSON.stringify(answer.warnings)).toContain('ranked by words alone');
    expect(seen).toEqual([]);
  });
});

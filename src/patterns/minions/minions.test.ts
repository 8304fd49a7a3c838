import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { notConfigured } from '../../backends/none.ts';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { apiFailure, connectionFailure } from '../../testing/failures.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { minions } from './minions.ts';
import { plainPlan } from './plan.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const plan = JSON.stringify({
  tasks: [{ id: 'find', question: 'Which code is given?' }],
  chunking: { by: 'paragraph', characters: 500 },
});
const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'paper.txt', text }]);

/** Paragraphs of filler with one that holds a code. */
const paper = (n: number) => {
  const filler = Array.from(
    { length: 6 },
    (_, index) =>
      `Paragraph ${index} of paper ${n} says nothing of use. ${'Filler text. '.repeat(25)}`,
  );
  filler.splice(4, 0, `The access code of paper ${n} is K${n}-77, as agreed.`);
  return filler.join('\n\n');
};

/** Quotes the sentence with the code out of the chunk, or abstains. */
const reader = (call: Call) => {
  const found = /The access code of paper \d+ is \S+,/.exec(lastUserText(call))?.[0];
  const answer = /K\d+-77/.exec(found ?? '')?.[0] ?? null;
  return JSON.stringify({ explanation: 'read', citation: found ?? null, answer });
};

/** Plans the jobs, and answers with the code it finds in the extracts. */
const supervisor = (call: Call) =>
  promptText(call).includes('<documents>')
    ? plan
    : `The code is ${/K\d+-77/.exec(lastUserText(call))?.[0] ?? 'missing'} [e1].`;

describe('minions passes the exam', () => {
  const subject = {
    roles: {
      local: { place: 'device' as const, reply: reader },
      cloud: { place: 'cloud' as const, reply: supervisor },
    },
    make: ({ local, cloud }: Record<string, LanguageModel>) =>
      minions({ local: local!, cloud: cloud! }),
    call: (n: number) => on(paper(n), `Which code does paper ${n} give?`),
    isRight: (text: string, n: number) => text === `The code is K${n}-77 [e1].`,
    ignored: { tools: [{ type: 'function' as const, name: 'f', inputSchema: {} }] },
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('minions', () => {
  const local = () => doubleOf({ modelId: 'worker' }, call => ({ text: reader(call) }));

  it('cites with page and offsets that hold the quote, and says how much it read', async () => {
    const cloud = scriptedModel([plan, 'It is K1-77 [e1].'], { modelId: 'cloud', place: 'cloud' });
    const text = `First page.\f${paper(1)}`;
    const answer = await minions({ local: local(), cloud }).doGenerate(on(text, 'Which code?'));
    const source = answer.content.find(part => part.type === 'source');
    const place = source?.providerMetadata?.tandem as {
      start: number;
      end: number;
      page: number;
      quote: string;
    };
    expect(text.slice(place.start, place.end)).toBe(place.quote);
    expect(place.page).toBe(2);
    const { coverage } = summaryOf(answer);
    expect(coverage!.read).toBe(coverage!.chunks);
    expect(coverage!.cited).toBe(1);
  });

  it('asks once more for unreadable answers, but never of a server bound by a schema', async () => {
    const worker = (warnings: Answer['warnings']) =>
      scriptedModel(
        Array.from({ length: 20 }, () => (call: Call) => {
          return {
            text: call.temperature === 0 ? 'The code? Let me see.' : reader(call),
            warnings,
          };
        }),
        { modelId: 'worker' },
      );
    const cloud = () =>
      doubleOf({ modelId: 'cloud', place: 'cloud' }, ({ responseFormat }) => ({
        text: responseFormat?.type === 'json' ? plan : 'It is K1-77 [e1].',
      }));
    const unbound = worker([{ type: 'unsupported', feature: 'responseFormat' }]);
    const answer = await minions({ local: unbound, cloud: cloud() }).doGenerate(
      on(paper(1), 'Which code?'),
    );
    expect(summaryOf(answer).coverage!.cited).toBe(1);
    expect(unbound.calls.filter(({ temperature }) => temperature === 0.4)).toHaveLength(
      unbound.calls.length / 2,
    );
    const bound = worker([]);
    await minions({ local: bound, cloud: cloud() }).doGenerate(on(paper(1), 'Which code?'));
    expect(bound.calls.every(({ temperature }) => temperature === 0)).toBe(true);
  });

  it('drops a quote that is not in the chunk, and counts it', async () => {
    const inventing = doubleOf({ modelId: 'worker' }, () => ({
      text: '{"explanation":"","citation":"The code is Z9-99.","answer":"Z9-99"}',
    }));
    const composing = (call: Call) => lastUserText(call).slice(0, 2000);
    const cloud = scriptedModel([plan, composing], { modelId: 'cloud', place: 'cloud' });
    const answer = await minions({ local: inventing, cloud, maxRounds: 1 }).doGenerate(
      on(paper(1), 'Which code?'),
    );
    expect(textOf(answer)).not.toContain('Z9-99');
    expect(textOf(answer)).toMatch(/The access code of paper 1 is K1-77, as agreed\./);
    expect(summaryOf(answer).degraded).toBe(true);
    expect(summaryOf(answer).reason).toMatch(/\d+ without a true citation dropped/);
    cloud.verify();
  });

  it('sends up no more than its cap, the most relevant first', async () => {
    const said = (n: number) => (n === 41 ? 'of the lighthouse as white' : 'of a boat as grey');
    const entry = (_: unknown, n: number) => `Entry ${n} names the colour ${said(n)} indeed.`;
    const many = Array.from({ length: 60 }, entry).join('\n\n');
    const eager = doubleOf({ modelId: 'worker' }, call => {
      const sentence = /Entry \d+[^.]*\./.exec(lastUserText(call))![0];
      return { text: JSON.stringify({ explanation: '', citation: sentence, answer: sentence }) };
    });
    const cloud = scriptedModel(['white [e1]'], { modelId: 'cloud', place: 'cloud' });
    const declared = (question: string) => ({
      ...plainPlan(question),
      chunking: { by: 'paragraph' as const, characters: 500 },
    });
    await minions({ local: eager, cloud, plan: declared, maxReleased: 200 }).doGenerate(
      on(many, 'Which colour has the lighthouse?'),
    );
    const sent = promptText(cloud.calls[0]!);
    expect(sent.match(/Entry/g)!.length).toBeLessThanOrEqual(4);
  });

  it('goes on without an unreadable chunk, degraded, and fails if none could be read', async () => {
    const failing = (which: RegExp) =>
      doubleOf({ modelId: 'worker' }, call => {
        if (which.test(lastUserText(call))) throw apiFailure(400);
        return { text: reader(call) };
      });
    const cloud = scriptedModel([plan, 'K1-77 [e1]', plan], { modelId: 'cloud', place: 'cloud' });
    const answer = await minions({ local: failing(/Paragraph 0/), cloud }).doGenerate(
      on(paper(1), 'Which code?'),
    );
    expect(summaryOf(answer)).toMatchObject({
      degraded: true,
      reason: expect.stringContaining('1 chunks unread'),
    });
    await expect(
      minions({ local: failing(/./), cloud }).doGenerate(on(paper(1), 'Which code?')),
    ).rejects.toMatchObject({
      code: 'model_failed',
    });
  });

  it('answers with extracts alone without a cloud, and says what would have left', async () => {
    const model = minions({ local: extractive(), cloud: notConfigured() });
    const answer = await model.doGenerate(on(paper(3), 'What is the access code of paper 3?'));
    expect(textOf(answer)).toContain('The access code of paper 3 is K3-77, as agreed. [e');
    const { withheld, degraded, egress, calls } = summaryOf(answer);
    expect({ degraded, egress: egress.calls, cloud: calls.cloud }).toEqual({
      degraded: true,
      egress: 0,
      cloud: 0,
    });
    expect(withheld).toMatchObject({ pricedAs: 'gpt-4.1', tokens: expect.any(Number) });
  });

  it('refuses a call without a document', async () => {
    const call: Call = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'What?' }] }] };
    await expect(minions({ local: local(), cloud: local() }).doGenerate(call)).rejects.toThrow(
      'the call has none',
    );
  });
});

describe('TRAP 3: the document stays here', () => {
  it('in planning, reducing, a second plan, a failure and its error', async () => {
    const secret = 'The patient is called Mathilde Ohnesorg.';
    const text = `${paper(1)}\n\n${secret}\n\n${paper(2)}`;
    const cloud = scriptedModel(
      [
        'rubbish',
        plan,
        'K1-77 [e1]',
        connectionFailure(),
        connectionFailure(),
        connectionFailure(),
        plan,
        apiFailure(400),
      ],
      {
        modelId: 'cloud',
        place: 'cloud',
      },
    );
    const model = minions({
      local: doubleOf({ modelId: 'w' }, call => ({ text: reader(call) })),
      cloud,
    });
    const { run } = await import('../../model/run/scope-life.ts');
    await model.doGenerate(on(text, 'Which code?'));
    const errors = [];
    for (let n = 0; n < 2; n++) {
      const asked = run({ retry: { baseMs: 1 } }, async () =>
        model.doGenerate(on(text, 'Which code?')),
      );
      errors.push(await asked.catch((error: unknown) => error));
    }
    const seen = JSON.stringify(cloud.calls) + inspect(errors, { depth: 8 });
    expect(seen).not.toContain('Mathilde');
    expect(seen).not.toContain('Filler text');
    expect(seen).toContain('Which code?');
  });
});

describe('TRAP 22: a document is never fetched', () => {
  it('by a URL that a caller gives, wherever it points', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const url = new URL('http://169.254.169.254/latest/meta-data');
    const call: Call = {
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'file', mediaType: 'text/plain', data: { type: 'url', url } },
            { type: 'text', text: 'What?' },
          ],
        },
      ],
    };
    const model = minions({ local: extractive(), cloud: extractive() });
    await expect(model.doGenerate(call)).rejects.toThrow('the call has none');
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });
});

describe('TRAP 5: jobs are data', () => {
  it('code in a plan is refused, and the plain plan is used', async () => {
    const code = 'import os; os.system("rm -rf /")';
    const cloud = scriptedModel([code, code, 'K1-77 [e1]'], { modelId: 'cloud', place: 'cloud' });
    const local = doubleOf({ modelId: 'w' }, call => ({ text: reader(call) }));
    const answer = await minions({ local, cloud }).doGenerate(on(paper(1), 'Which code?'));
    expect(summaryOf(answer).reason).toContain('plain jobs, since cloud wrote no usable plan');
  });
});

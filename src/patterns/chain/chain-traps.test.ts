import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { openJournal } from '../../runs/journal.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { apiFailure } from '../../testing/failures.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { chain } from './chain.ts';

const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'file.log', text }]);
const partOf = (call: Call) => /<part>\n([\s\S]*)\n<\/part>/.exec(lastUserText(call))![1]!;
const report = (quotes: readonly string[], more: object = {}) =>
  JSON.stringify({
    facts: quotes.map(quote => ({ quote })),
    openQuestions: [],
    answered: [],
    ...more,
  });
const managerOf = (calls: Call[], answer = 'ok [f1]') =>
  doubleOf({ modelId: 'manager', place: 'cloud' }, call => {
    calls.push(call);
    return { text: answer };
  });
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

const cause = '06:00:04 deploy change CR-4471 sets max_connections of payments-db from 400 to 40';
const entries = (count: number) => [
  cause,
  ...Array.from(
    { length: count - 2 },
    (_, n) =>
      `07:${String(n % 60).padStart(2, '0')}:00 payments info: served ${n} requests, all of them ` +
      'well',
  ),
  '11:58:40 ops note: the payments outage was announced on the status page',
];
const question = 'Which change to payments-db caused the outage of payments?';

describe('TRAP 18: the root cause in the first of 2,000 entries reaches the answer', () => {
  const log = entries(2000).join('\n');

  it('with the extractive reader', async () => {
    const calls: Call[] = [];
    const answer = await chain({
      worker: extractive(),
      manager: managerOf(calls),
      windowTokens: 2048,
      unitTokens: 400,
    }).doGenerate(on(log, question));
    expect(promptText(calls[0]!)).toContain(cause);
    expect(summaryOf(answer)!.coverage!.read).toBe(summaryOf(answer)!.coverage!.chunks);
  });

  it('with a worker that notes every entry of every part, in a unit of a dozen', async () => {
    const calls: Call[] = [];
    const noisy = doubleOf({ modelId: 'noisy' }, call => ({
      text: report(partOf(call).split('\n')),
    }));
    for (const order of ['left-to-right', 'right-to-left', 'parallel'] as const) {
      const model = chain({
        worker: noisy,
        manager: managerOf(calls),
        windowTokens: 2048,
        unitTokens: 300,
        order,
      });
      const answer = await model.doGenerate(on(log, question));
      expect(promptText(calls.at(-1)!)).toContain(cause);
      expect(summaryOf(answer)!.reason).toMatch(/left out for want of room/);
      const source = answer.content.find(part => part.type === 'source' && part.id === 'f1');
      if (order === 'left-to-right')
        expect(source?.providerMetadata?.tandem).toMatchObject({ start: 0, line: 1 });
    }
  });
});

describe('TRAP 10: no prompt is longer than the window', () => {
  it('whatever the window, the unit, the counting of tokens and the text', async () => {
    const anyText = fc.oneof(
      fc.constant(entries(300).join('\n')),
      fc.constant('x'.repeat(20_000)),
      fc.constant(`${'word '.repeat(4000)}. ${'é'.repeat(3000)}`),
    );
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.record({
          windowTokens: fc.integer({ min: 1500, max: 6000 }),
          unitTokens: fc.integer({ min: 50, max: 400 }),
          perToken: fc.integer({ min: 2, max: 5 }),
        }),
        async (text, { windowTokens, unitTokens, perToken }) => {
          const countTokens = (counted: string) => Math.ceil(counted.length / perToken);
          const worker = doubleOf({ modelId: 'worker' }, call => {
            expect(countTokens(promptText(call)) + call.maxOutputTokens!).toBeLessThanOrEqual(
              windowTokens,
            );
            const lines = partOf(call).split('\n');
            return { text: report(lines, { openQuestions: lines.slice(0, 3) }) };
          });
          const model = chain({
            worker,
            manager: extractive(),
            windowTokens,
            unitTokens,
            countTokens,
          });
          const error = await thrown(model.doGenerate(on(text, question)));
          if (error) expect(error).toMatchObject({ code: 'invalid_argument' });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('a window too small for any text is refused', async () => {
    const model = chain({
      worker: extractive(),
      manager: extractive(),
      windowTokens: 500,
      unitTokens: 100,
    });
    expect(await thrown(model.doGenerate(on('x', question)))).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('leaves'),
    });
  });
});

describe('TRAP 17: a run that was cut off goes on where it was', () => {
  const text = entries(500).join('\n');
  const small = { windowTokens: 1600, unitTokens: 200, passes: 1 };

  it('no hop is paid twice, and the result is the same', async () => {
    using journal = openJournal({ path: ':memory:' });
    const asked: string[] = [];
    let failAt = 7;
    const worker = doubleOf({ modelId: 'worker' }, call => {
      if (asked.length === failAt) throw apiFailure(401);
      asked.push(partOf(call));
      return { text: report(partOf(call).split('\n').slice(0, 1)) };
    });
    const ask = (model: LanguageModel) =>
      run({ journal, runId: 'cut' }, async () => model.doGenerate(on(text, question)));
    const calls: Call[] = [];
    const model = chain({ worker, manager: managerOf(calls), ...small });
    const failing = doubleOf({ modelId: 'worker' }, () => {
      throw apiFailure(401);
    });
    expect(await thrown(ask(model))).toBeDefined();
    failAt = -1;
    const resumed = await ask(model);
    expect(new Set(asked).size).toBe(asked.length);
    const whole = await chain({ worker, manager: managerOf(calls), ...small }).doGenerate(
      on(text, question),
    );
    expect(textOf(resumed)).toBe(textOf(whole));
    expect(promptText(calls[0]!)).toBe(promptText(calls[1]!));
    const again = await ask(chain({ worker: failing, manager: managerOf(calls), ...small }));
    expect(textOf(again)).toBe(textOf(whole));
  });

  it('a document that has changed since is a typed error before anything is paid', async () => {
    using journal = openJournal({ path: ':memory:' });
    const ask = (given: string) =>
      run({ journal, runId: 'changed' }, async () =>
        chain({ worker: extractive(), manager: managerOf([]), ...small }).doGenerate(
          on(given, question),
        ),
      );
    await ask(text);
    expect(await thrown(ask(`Changed. ${text}`))).toMatchObject({ code: 'resume_mismatch' });
  });
});

describe('bad workers', () => {
  it('that write rubbish forever are given up after eight parts', async () => {
    let asked = 0;
    const rubbish = doubleOf({ modelId: 'rubbish' }, () => ({ text: `rubbish ${asked++}` }));
    const model = chain({
      worker: rubbish,
      manager: scriptedModel([]),
      windowTokens: 1600,
      unitTokens: 100,
    });
    const answer = await model.doGenerate(on(entries(2000).join('\n'), question));
    const { degraded, coverage, egress } = summaryOf(answer)!;
    expect({ degraded, read: coverage!.read, left: egress!.calls }).toEqual({
      ...{ degraded: true, read: 0, left: 0 },
    });
    expect(textOf(answer)).toContain(cause);
    expect(textOf(answer)).not.toContain('Nothing in the document');
    // Four reports, and eight times a few words.
    expect(asked).toBe(12);
  });

  it('that fail on one part leave a gap, which the coverage tells', async () => {
    const worker = doubleOf({ modelId: 'worker' }, call => {
      const part = partOf(call);
      if (part.includes('served 40 ')) throw apiFailure(400);
      return { text: report(part.includes(cause) ? [cause] : []) };
    });
    const answer = await chain({
      worker,
      manager: managerOf([]),
      windowTokens: 1600,
      unitTokens: 100,
    }).doGenerate(on(entries(200).join('\n'), question));
    const { degraded, coverage, reason } = summaryOf(answer)!;
    expect(degraded).toBe(true);
    expect(coverage!.read).toBe(coverage!.chunks - 1);
    expect(reason).toContain('1 parts unread');
  });

  it('that note their whole part, or make up a date, are not believed', async () => {
    const calls: Call[] = [];
    const worker = doubleOf({ modelId: 'worker' }, call => ({
      text: JSON.stringify({
        facts: [
          { quote: partOf(call) },
          { quote: partOf(call).slice(0, 81), asOf: 'the year of the whale' },
        ],
      }),
    }));
    await chain({ worker, manager: managerOf(calls) }).doGenerate(
      on(entries(60).join('\n'), question),
    );
    const seen = promptText(calls[0]!);
    expect(seen).toContain('[f1] 06:00:04');
    expect(seen).not.toContain('whale');
    expect(seen).not.toContain('served 40 ');
  });

  it.each([
    ['operator 12', false],
    ['Market Street', false],
    ['since 1 March 2023', true],
  ])('that give "%s" as a date send it up only where it is one', async (asOf, isSent) => {
    const calls: Call[] = [];
    const fact = 'The pump was stopped for good.';
    const worker = doubleOf({ modelId: 'worker' }, () => ({
      text: JSON.stringify({ facts: [{ quote: fact, asOf }] }),
    }));
    const read = `${fact} It was operator 12 of Market Street, since 1 March 2023.`;
    await chain({ worker, manager: managerOf(calls) }).doGenerate(on(read, 'What was stopped?'));
    expect(promptText(calls[0]!).includes(asOf)).toBe(isSent);
  });
});

it.each([
  ['Chinese', '第一条规定了办公室的日常事务以及使用房间的人员安排。', 1],
  ['Japanese', '事務所の部屋の使い方についてはこの条に定めるとおりとする。', 1],
  ['Russian', 'Настоящий пункт определяет порядок пользования помещениями. ', 2],
  ['Arabic', 'تحدد هذه المادة طريقة استعمال الغرف في المكتب. ', 2],
])('a part of a text in %s fits the window, uncounted as it is', async (_, line, perToken) => {
  const sizes: number[] = [];
  const worker = doubleOf({ modelId: 'worker' }, call => {
    sizes.push(partOf(call).length / perToken);
    return { text: '{"facts": []}' };
  });
  await chain({ worker, manager: managerOf([]), windowTokens: 4096 }).doGenerate(
    on(Array.from({ length: 400 }, (_each, n) => `${n} ${line}`).join('\n'), 'Was ist gefragt?'),
  );
  expect(Math.max(...sizes)).toBeLessThan(4096);
  expect(sizes.length).toBeGreaterThan(2);
});

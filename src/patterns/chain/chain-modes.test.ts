import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import type { Label } from '../../model/run/labels.ts';
import type { ReadingProgress } from '../../model/run/ports.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { chain } from './chain.ts';

const partOf = (call: Call) => /<part>\n([\s\S]*)\n<\/part>/.exec(lastUserText(call))![1]!;
const filler = (from: number) =>
  Array.from({ length: 60 }, (_, n) => `Line ${from + n} tells nothing of note.`);
const small = { windowTokens: 1600, unitTokens: 200 };
const code = (n: number, month: string) => `As of ${month} the door code is ${n}.`;
const text = [
  code(11, 'May'),
  ...filler(0),
  code(22, 'June'),
  ...filler(100),
  code(33, 'July'),
].join('\n');
const on = (question: string, label?: Label) =>
  documentCall(question, [{ title: 'house.txt', text, ...(label && { label }) }]);
const cloud = (answer = 'done [f1]') =>
  scriptedModel([answer, answer], { modelId: 'manager', place: 'cloud' });

/** Notes the codes of its part, with their months. */
const worker = doubleOf({ modelId: 'worker' }, call => {
  const facts = [...partOf(call).matchAll(/As of (\w+) the door code is \d+\./g)];
  return { text: JSON.stringify({ facts: facts.map(([quote, asOf]) => ({ quote, asOf })) }) };
});

describe('contradictions and updates', () => {
  it.each(['left-to-right', 'right-to-left', 'parallel'] as const)(
    'go up in the order of the document, with their dates, read %s',
    async order => {
      const manager = cloud();
      await chain({ worker, manager, ...small, order }).doGenerate(on('What is the door code?'));
      const seen = promptText(manager.calls[0]!);
      const places = ['(as of May) As of May', '(as of June) As of June', '(as of July)'].map(
        each => seen.indexOf(each),
      );
      expect(places.every(place => place > 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(seen).toContain('the later holds');
    },
  );
});

describe('the finished answer', () => {
  it('says which of its claims no fact supports, and how many pages were read', async () => {
    const manager = cloud(
      'As of July the door code is 33 [f3]. The president visited the house in August.',
    );
    const answer = await chain({ worker, manager, ...small }).doGenerate(
      on('What is the door code?'),
    );
    const { grounding, coverage } = summaryOf(answer)!;
    expect(grounding).toMatchObject({ claims: 2, supported: 1 });
    expect(grounding!.unsupported[0]).toContain('president');
    expect(coverage!.pages).toMatchObject({ total: 1, read: 1, cited: 1 });
  });
});

describe('a second pass', () => {
  const asking = (isAnswered: boolean) => {
    let hops = 0;
    const model = doubleOf({ modelId: 'worker' }, call => {
      hops++;
      const part = partOf(call);
      const found = /As of July.*\./.exec(part);
      if (part.includes('As of May'))
        return { text: '{"facts":[],"openQuestions":["Which code came last?"]}' };
      if (!found) return { text: '{"facts":[]}' };
      return {
        text: JSON.stringify({ facts: [{ quote: found[0] }], answered: isAnswered ? ['q1'] : [] }),
      };
    });
    return { model, count: () => hops };
  };

  it('is read only while a question is open', async () => {
    for (const isAnswered of [true, false]) {
      const { model, count } = asking(isAnswered);
      const answer = await chain({ worker: model, manager: cloud(), ...small }).doGenerate(
        on('What is the code?'),
      );
      const { chunks } = summaryOf(answer)!.coverage!;
      expect(count()).toBe(isAnswered ? chunks : 2 * chunks);
      if (!isAnswered) expect(summaryOf(answer)!.reason).toContain('in 2 passes');
    }
  });

  it('is not read where the options say once', async () => {
    const { model, count } = asking(false);
    const answer = await chain({ worker: model, manager: cloud(), ...small, passes: 1 }).doGenerate(
      on('The code?'),
    );
    expect(count()).toBe(summaryOf(answer)!.coverage!.chunks);
  });
});

describe('progress', () => {
  it('opens a grid for each pass, and says of every part what became of it', async () => {
    const told: ReadingProgress[] = [];
    const half = doubleOf({ modelId: 'worker' }, call => ({
      text: partOf(call).includes('May') ? '{"facts":[],"openQuestions":["Which?"]}' : 'rubbish',
    }));
    const model = chain({ worker: half, manager: cloud(), ...small });
    const answer = await run(
      { onEvent: e => e.type === 'reading' && told.push(e.progress) },
      async () => model.doGenerate(on('The code?')),
    );
    const { chunks } = summaryOf(answer)!.coverage!;
    const grids = told.filter(({ kind }) => kind === 'grid');
    expect(grids).toMatchObject(
      [1, 2].map(pass => ({ rows: chunks, round: pass, columns: [`pass ${pass}`] })),
    );
    const ends = told.flatMap(each =>
      each.kind === 'cell' && each.state !== 'running' ? [each.state] : [],
    );
    expect(ends.slice(0, chunks)).toEqual([
      'nothing',
      ...Array.from({ length: chunks - 1 }, () => 'refused'),
    ]);
  });
});

describe('what a worker asks in its own words', () => {
  it('goes up only if it is made of words that go up anyway', async () => {
    const manager = cloud();
    const asks = doubleOf({ modelId: 'worker' }, call => ({
      text: JSON.stringify({
        facts: [{ quote: /As of \w+.*\./.exec(partOf(call))?.[0] ?? 'none' }],
        openQuestions: [
          'Is the door code of July the last?',
          `What of ${partOf(call).slice(0, 200)}?`,
        ],
      }),
    }));
    const roomy = { windowTokens: 4000, unitTokens: 1200, chunkTokens: 300 };
    await chain({ worker: asks, manager, ...roomy }).doGenerate(on('What is the last door code?'));
    const seen = promptText(manager.calls[0]!);
    expect(seen).toContain('- Is the door code of July the last?');
    expect(seen).not.toContain('tells nothing');
  });
});

describe('without a question', () => {
  it('is an error where one is needed', async () => {
    await expect(
      chain({ worker, manager: cloud(), ...small }).doGenerate(on('')),
    ).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining("task: 'summary'"),
    });
  });

  it.each(['summary', 'timeline'] as const)('makes a %s, in one pass', async task => {
    const manager = cloud();
    const answer = await chain({ worker, manager, ...small, task }).doGenerate(on(''));
    expect(textOf(answer)).toBe('done [f1]');
    expect(promptText(manager.calls[0]!)).toMatch(
      task === 'summary' ? /Summarise the text/ : /in the order of time/,
    );
    expect(summaryOf(answer)!.calls.device).toBe(summaryOf(answer)!.coverage!.chunks);
  });

  it('gives something at the floor too, with no model at all', async () => {
    const answer = await chain({
      worker: extractive(),
      manager: extractive(),
      ...small,
      task: 'summary',
    }).doGenerate(on(''));
    expect(textOf(answer)).toMatch(/\[f\d+\]/);
  });
});

describe('a free-text unit', () => {
  const rewriter = doubleOf({ modelId: 'worker' }, call => {
    const before = /<summary>\n([\s\S]*?)\n<\/summary>/
      .exec(lastUserText(call))![1]!
      .replace('(nothing yet)', '');
    return { text: `${before} ${/As of.*\./.exec(partOf(call))?.[0] ?? ''}`.trim() };
  });
  const free = { ...small, unit: 'text' as const };

  it('never leaves for a cloud from a document whose extracts alone may', async () => {
    const manager = cloud();
    const answer = await chain({ worker: rewriter, manager, ...free }).doGenerate(
      on('What is the code?'),
    );
    expect(manager.calls).toHaveLength(0);
    expect(summaryOf(answer)).toMatchObject({ degraded: true, egress: { calls: 0 } });
    expect(textOf(answer)).toContain('As of May');
  });

  it('goes to the manager from one that may leave, and to a manager on this device', async () => {
    const manager = cloud();
    const answer = await chain({ worker: rewriter, manager, ...free }).doGenerate(
      on('The code?', 'cloud-allowed'),
    );
    expect(promptText(manager.calls[0]!)).toContain('As of July');
    expect(textOf(answer)).toBe('done [f1]');
    const local = scriptedModel(['33']);
    expect(
      textOf(
        await chain({ worker: rewriter, manager: local, ...free }).doGenerate(on('The code?')),
      ),
    ).toBe('33');
  });
});

describe('options', () => {
  it.each([
    [
      { order: 'sideways' as never },
      '`order` must be one of "left-to-right", "right-to-left", "parallel", got "sideways"',
    ],
    [
      { task: 'poem' as never },
      '`task` must be one of "answer", "summary", "timeline", got "poem"',
    ],
    [{ passes: 0 }, '`passes`'],
    [{ passes: 11 }, '`passes` must be a whole number from 1 to 10, got 11'],
    [{ unitTokens: 10 }, '`unitTokens`'],
    [{ chunkTokens: 10 }, '`chunkTokens`'],
    [{ concurrency: 0 }, '`concurrency`'],
  ])('%j is refused', (options, message) => {
    expect(() => chain({ worker, manager: cloud(), ...options })).toThrow(message);
  });
});

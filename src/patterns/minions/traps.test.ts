import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import { usageOf } from '../../model/leaf/cost/usage.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { openJournal } from '../../runs/journal.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { minions } from './minions.ts';
import { plainPlan } from './plan.ts';

const paragraphs = (count: number) =>
  Array.from(
    { length: count },
    (_, n) =>
      `Entry ${n} is about the pump of hall ${n}. ${'It was oiled and left alone. '.repeat(10)}`,
  );
const small = (question: string) => ({
  ...plainPlan(question),
  chunking: { by: 'paragraph' as const, characters: 400 },
});
const cloud = () =>
  doubleOf({ modelId: 'cloud', place: 'cloud' }, call => ({
    text: /\[e\d+\] .*/.exec(promptText(call))?.[0] ?? 'none',
  }));

describe('TRAP 10: a prompt that was cut in silence', () => {
  it('is noticed by tokens read; the chunk counts as unread, and the answer says so', async () => {
    const text = paragraphs(6).join('\n\n');
    const local = doubleOf({ modelId: 'small' }, call => ({
      text: '{"explanation":"","citation":null,"answer":null}',
      ...(lastUserText(call).includes('Entry 3') && { usage: usageOf(20, 5) }),
    }));
    const answer = await minions({ local, cloud: cloud(), plan: small }).doGenerate(
      documentCall('Which hall?', [{ title: 'a', text }]),
    );
    const { degraded, coverage, reason } = summaryOf(answer)!;
    expect(degraded).toBe(true);
    expect(coverage!.read).toBe(coverage!.chunks - 1);
    expect(reason).toContain('1 chunks unread');
  });

  it('and an answer that was cut off at its length is dropped and counted', async () => {
    const local = doubleOf({ modelId: 'small' }, () => ({
      text: '{"explanation":"","citation":"Entry 1 is about the pump of hall 1.","answer":"1',
      finishReason: 'length' as const,
    }));
    const answer = await minions({ local, cloud: cloud(), plan: small }).doGenerate(
      documentCall('Which hall?', [{ title: 'a', text: paragraphs(2).join('\n\n') }]),
    );
    expect(summaryOf(answer)!.reason).toMatch(/\d cut off/);
  });
});

describe('TRAP 17: a run of 500 chunks that is cut down in the middle', () => {
  it('pays no finished chunk twice when it is asked again, and answers the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-minions-'));
    const text = paragraphs(500).join('\n\n');
    const call = documentCall('What is the pump of hall 417 about?', [
      { title: 'halls.txt', text },
    ]);
    const seen = new Map<string, number>();
    const worker = (dies: number, killer: AbortController) => {
      let calls = 0;
      return doubleOf({ modelId: 'worker' }, async asked => {
        if (++calls > dies) {
          killer.abort(new DOMException('killed', 'AbortError'));
          return new Promise<never>(() => {});
        }
        const key = /Entry \d+/.exec(lastUserText(asked))![0];
        seen.set(key, (seen.get(key) ?? 0) + 1);
        const chunk = /<chunk>\n([\s\S]*)\n<\/chunk>/.exec(lastUserText(asked))![1]!;
        const found = chunk.includes('hall 417') ? /Entry[^.]*\./.exec(chunk)![0] : null;
        return { text: JSON.stringify({ explanation: '', citation: found, answer: found }) };
      });
    };
    const asking = async (path: string, dies: number) => {
      using journal = openJournal({ path: join(folder, path) });
      const killer = new AbortController();
      const model = minions({ local: worker(dies, killer), cloud: cloud(), plan: small });
      const asked = { ...call, abortSignal: killer.signal };
      return await run({ journal, runId: 'r' }, async () => model.doGenerate(asked));
    };
    const whole = await asking('whole.db', Number.POSITIVE_INFINITY);
    seen.clear();
    await expect(asking('cut.db', 200)).rejects.toBeDefined();
    const resumed = await asking('cut.db', Number.POSITIVE_INFINITY);
    expect(Math.max(...seen.values())).toBe(1);
    expect(seen.size).toBe(500);
    expect(resumed.content).toEqual(whole.content);
    expect(summaryOf(resumed)!.coverage).toEqual(summaryOf(whole)!.coverage);
    rmSync(folder, { recursive: true });
  });
});

describe('TRAP 18: a document whose tail holds the answer', () => {
  it('is read to its end, and the tail is cited', async () => {
    const text = `${paragraphs(120).join('\n\n')}\n\nThe code of the vault is 4711.`;
    const model = minions({ local: extractive(), cloud: cloud(), plan: small });
    const answer = await model.doGenerate(
      documentCall('What is the code of the vault?', [{ title: 'a', text }]),
    );
    expect(textOf(answer)).toContain('The code of the vault is 4711.');
    const { coverage } = summaryOf(answer)!;
    expect(coverage!.read).toBe(coverage!.chunks);
    expect(coverage!.pages).toMatchObject({ total: 1, read: 1 });
  });

  it('or says which pages were skipped by a selection', async () => {
    const text = [...paragraphs(9), 'The code of the vault is 4711.'].join('\f');
    const plan = (question: string) => ({
      tasks: [
        { id: 't', question, select: { by: 'pages' as const, ranges: [{ from: 1, to: 4 }] } },
      ],
      chunking: { by: 'page' as const },
    });
    const answer = await minions({ local: extractive(), cloud: cloud(), plan }).doGenerate(
      documentCall('The code?', [{ title: 'a', text }]),
    );
    expect(summaryOf(answer)!.coverage!.pages).toMatchObject({ total: 10, read: 4, skipped: 6 });
  });
});

describe('TRAP 5: a plan is data', () => {
  it.each(['__proto__', 'constructor', 'require("fs")', 'process.env.HOME', 'a'.repeat(41)])(
    'an id or a question such as %s is only ever text, or refused',
    async id => {
      const plan = JSON.stringify({
        tasks: [{ id, question: id }],
        chunking: { by: 'paragraph', characters: 400 },
      });
      const planner = scriptedModel([plan, plan, 'x'], { modelId: 'cloud', place: 'cloud' });
      const answer = await minions({
        local: extractive(),
        cloud: planner,
        maxRounds: 1,
      }).doGenerate(
        documentCall('Which hall?', [{ title: 'a', text: paragraphs(2).join('\n\n') }]),
      );
      expect(summaryOf(answer)!.coverage!.read).toBeGreaterThan(0);
    },
  );
});

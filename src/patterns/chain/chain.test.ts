import { inspect } from 'node:util';
import { generateText, Output } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { chain } from './chain.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'file.log', text }]);
const log = (n: number) =>
  [
    `The valve V${n} was left open.`,
    ...Array.from({ length: 120 }, (_, index) => `Entry ${index} of file ${n} tells nothing.`),
  ].join('\n');

/** Copies the sentence of the valve out of its part, if it stands there. */
const worker = (call: Call) => {
  const part = /<part>([\s\S]*)<\/part>/.exec(lastUserText(call))![1]!;
  const found = /The valve \S+ was left open\./.exec(part)?.[0];
  return JSON.stringify({ facts: found ? [{ quote: found }] : [], openQuestions: [] });
};
const manager = (call: Call) =>
  `Because of ${/V\d+/.exec(lastUserText(call))?.[0] ?? 'nothing'} [f1].`;
const small = { windowTokens: 1200, unitTokens: 100, outputTokens: 100 };

describe('chain passes the exam', () => {
  const subject = {
    roles: {
      worker: { place: 'device' as const, reply: worker },
      manager: { place: 'cloud' as const, reply: manager },
    },
    make: (models: Record<string, LanguageModel>) =>
      chain({ worker: models.worker!, manager: models.manager!, ...small }),
    call: (n: number) => on(log(n), `Why did file ${n} overflow?`),
    isRight: (text: string, n: number) => text === `Because of V${n} [f1].`,
    ignored: { tools: [{ type: 'function' as const, name: 'f', inputSchema: {} }] },
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('chain', () => {
  it('relays a fact of part one through all others to the manager, who sees only it', async () => {
    const boss = scriptedModel([manager], { modelId: 'manager', place: 'cloud' });
    const relaying = doubleOf({ modelId: 'worker' }, call => ({ text: worker(call) }));
    const answer = await chain({ worker: relaying, manager: boss, ...small }).doGenerate(
      on(log(7), 'Why did it overflow?'),
    );
    expect(textOf(answer)).toBe('Because of V7 [f1].');
    expect(summaryOf(answer).coverage!.chunks).toBeGreaterThan(1);
    const seen = promptText(boss.calls[0]!);
    expect(seen).toContain('[f1] The valve V7 was left open.');
    expect(seen).not.toContain('tells nothing');
    boss.verify();
  });

  it('TRAP 3: the document is in no call to the manager, nor in its failure', async () => {
    const boss = scriptedModel([new Error('down')], { modelId: 'manager', place: 'cloud' });
    const model = chain({ worker: extractive(), manager: boss, ...small });
    const error = await Promise.resolve(
      model.doGenerate(on(log(7), 'Which valve was left open?')),
    ).catch((thrown: unknown) => thrown);
    const seen = JSON.stringify(boss.calls) + inspect(error, { depth: 8 });
    expect(seen).toContain('valve');
    expect(seen).not.toContain('tells nothing');
  });

  it('gives every worker the unit of those before, and parts that fit its window', async () => {
    const seen: string[] = [];
    const relaying = doubleOf({ modelId: 'worker' }, call => {
      seen.push(promptText(call));
      return { text: worker(call) };
    });
    await chain({ worker: relaying, manager: extractive(), ...small }).doGenerate(
      on(log(7), 'Why did the valve overflow?'),
    );
    expect(seen[0]).toContain('(nothing yet)');
    for (const later of seen.slice(1)) {
      expect(later).toContain('[f1] V7 left open');
      expect(later).not.toContain('[f1] The valve');
    }
    for (const each of seen) expect(each.length / 4).toBeLessThan(small.windowTokens);
  });

  it('refuses quotes that are not in the part, and reports that are none', async () => {
    const lying = doubleOf({ modelId: 'worker' }, call => ({
      text: lastUserText(call).includes('valve')
        ? '{"facts":[{"quote":"The moon fell."}]}'
        : 'no report',
    }));
    const answer = await chain({ worker: lying, manager: extractive(), ...small }).doGenerate(
      on(log(7), 'Why?'),
    );
    expect(textOf(answer)).toMatch(/^Nothing in what could be read \(2 of 2 chunks could not\)/);
    const { reason, degraded, coverage } = summaryOf(answer);
    expect(reason).toMatch(/2 refused as not in the text, \d parts unread/);
    expect(degraded).toBe(true);
    expect(coverage!.read).toBe(0);
  });

  it('returns objects', async () => {
    const boss = scriptedModel(['{"valve":"V7"}'], { modelId: 'manager', place: 'cloud' });
    const { output } = await generateText({
      model: chain({ worker: extractive(), manager: boss, ...small }),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', mediaType: 'text/plain', data: new TextEncoder().encode(log(7)) },
            { type: 'text', text: 'Which valve was left open?' },
          ],
        },
      ],
      output: Output.object({ schema: z.object({ valve: z.string() }) }),
    });
    expect(output).toEqual({ valve: 'V7' });
  });

  it('refuses a window that leaves no room for the text', async () => {
    const model = chain({
      worker: extractive(),
      manager: extractive(),
      windowTokens: 300,
      unitTokens: 100,
    });
    await expect(model.doGenerate(on(log(1), 'Why?'))).rejects.toThrow('leaves');
  });
});

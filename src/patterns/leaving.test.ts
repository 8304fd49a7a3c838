import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { TandemError } from '../model/errors.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Answer, Call, LanguageModel, Prompt } from '../model/types.ts';
import { doubleOf } from '../testing/double.ts';
import { chain } from './chain/chain.ts';
import { minions } from './minions/minions.ts';

const paragraphs = Array.from(
  { length: 40 },
  (_, n) => `Zq${n} is the mark of paragraph ${n}, whose berth costs ${n * 7} crowns in spring.`,
);
const text = paragraphs.join('\n\n');
const marks = (sent: string) => new Set(sent.match(/Zq\d+/g)).size;

function tapped(): { readonly cloud: LanguageModel; readonly sent: string[] } {
  const sent: string[] = [];
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
    const { abortSignal: _signal, ...rest } = call;
    sent.push(JSON.stringify(rest));
    return { text: 'The berth costs 21 crowns [e1].' };
  });
  return { cloud, sent };
}

const question = 'What does the berth of paragraph 3 cost in spring?';
const asked = documentCall(question, [{ title: 'berths.txt', text, label: 'extracts' }]);
const called = { toolCallId: 'c', toolName: 'read_file' };
const before: Readonly<Record<string, Prompt>> = {
  'an earlier answer': [
    { role: 'user', content: [{ type: 'text', text: 'Copy me chapter 2.' }] },
    { role: 'assistant', content: [{ type: 'text', text }] },
  ],
  'an earlier question': [
    { role: 'user', content: [{ type: 'text', text: `Is this true? ${text.slice(0, 3000)}` }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Yes.' }] },
  ],
  'the result of a tool': [
    { role: 'assistant', content: [{ type: 'tool-call', ...called, input: { path: 'a.txt' } }] },
    {
      role: 'tool',
      content: [{ type: 'tool-result', ...called, output: { type: 'text', value: text } }],
    },
  ],
  'the result of a tool, as keys': [
    { role: 'assistant', content: [{ type: 'tool-call', ...called, input: { text } }] },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', ...called, output: { type: 'json', value: { [text]: [text] } } },
      ],
    },
  ],
};

const patterns: Readonly<Record<string, (cloud: LanguageModel) => LanguageModel>> = {
  minions: cloud => minions({ local: extractive(), cloud }),
  'minions, plain': cloud => minions({ local: extractive(), cloud, plan: 'plain' }),
  'minions, chat': cloud => minions({ local: extractive(), cloud, protocol: 'chat' }),
  chain: cloud => chain({ worker: extractive(), manager: cloud }),
};

async function answered(model: LanguageModel, call: Call, isStream: boolean): Promise<Answer> {
  if (!isStream) return model.doGenerate(call);
  const { stream } = await model.doStream(call);
  const parts: unknown[] = [];
  let finish: object = {};
  let warnings: Answer['warnings'] = [];
  for await (const part of stream as unknown as AsyncIterable<{ type: string }>) {
    parts.push(part);
    if (part.type === 'finish') finish = part;
    if (part.type === 'stream-start') ({ warnings } = part as unknown as Answer);
  }
  return { content: [], warnings, ...finish } as unknown as Answer;
}

async function outcomeOf(model: LanguageModel, call: Call): Promise<unknown> {
  try {
    return await model.doGenerate(call);
  } catch (error) {
    return error;
  }
}

describe.each(Object.keys(patterns))('%s with a document labelled extracts', name => {
  const model = patterns[name]!;

  for (const isStream of [false, true])
    it.each(Object.entries(before))(
      `leaves out %s that holds its text, and says so; streamed: ${isStream}`,
      async (_what, earlier) => {
        const { cloud, sent } = tapped();
        const call = { ...asked, prompt: [...earlier, ...asked.prompt] };
        const answer = await answered(model(cloud), call, isStream);
        expect(marks(sent.join())).toBeLessThan(8);
        expect(sent.at(-1)).toContain('left out');
        expect(summaryOf(answer)?.egress.leftOut).toBeGreaterThan(0);
      },
    );

  it('does not let the system message or a question of 3,000 characters take it out', async () => {
    for (const prompt of [
      [{ role: 'system' as const, content: `Know this: ${text}` }, ...asked.prompt],
      documentCall(`${text.replaceAll('\n\n', ' ')} What of it?`, [{ title: 'b.txt', text }])
        .prompt,
    ]) {
      const { cloud, sent } = tapped();
      const answer = await outcomeOf(model(cloud), { prompt });
      expect(marks(sent.join())).toBeLessThan(8);
      if (TandemError.isInstance(answer)) expect(answer.code).toBe('egress_denied');
      else expect(summaryOf(answer as Answer)?.answeredBy).not.toBe('cloud');
    }
  });

  it('may be asked in words of the document, and of an answer that quotes none', async () => {
    const { cloud, sent } = tapped();
    const quoting = `What is meant by "${paragraphs[3]}"?`;
    const call = documentCall(quoting, [{ title: 'b.txt', text, label: 'extracts' }]);
    const prompt: Prompt = [
      { role: 'user', content: [{ type: 'text', text: 'Hello.' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello, how can I help you today?' }] },
      ...call.prompt,
    ];
    const answer = await model(cloud).doGenerate({ prompt });
    expect(sent.at(-1)).toContain('Zq3 ');
    expect(sent.at(-1)).toContain('how can I help you');
    expect(summaryOf(answer)?.egress.leftOut).toBeUndefined();
  });
});

describe('what a run has read', () => {
  it('stays out of a later call of another pattern in it', async () => {
    const { cloud, sent } = tapped();
    await run({}, async () => {
      const model = chain({ worker: extractive(), manager: cloud });
      await model.doGenerate(asked);
      const later = documentCall('And this?', [
        { title: 'c.txt', text: 'Another text. '.repeat(9) },
      ]);
      const earlier = before['an earlier answer']!;
      await outcomeOf(model, { prompt: [...earlier, ...later.prompt] });
    });
    expect(marks(sent.join())).toBeLessThan(8);
  });

  it('is a labelled text too, and what a tool gave under a label in either place', async () => {
    const label = { tandem: { label: 'extracts' } } as const;
    const output = { type: 'text' as const, value: text };
    const results = [
      { type: 'tool-result' as const, ...called, output, providerOptions: label },
      { type: 'tool-result' as const, ...called, output: { ...output, providerOptions: label } },
    ];
    for (const result of results) {
      const { cloud, sent } = tapped();
      const other = documentCall('How deep is the water?', [
        {
          title: 'w.txt',
          text: 'The water is nine metres deep. It is green.',
          label: 'cloud-allowed',
        },
      ]);
      const prompt: Prompt = [{ role: 'tool', content: [result] }, ...other.prompt];
      await minions({ local: extractive(), cloud, plan: 'plain' }).doGenerate({ prompt });
      expect(sent.length).toBeGreaterThan(0);
      expect([marks(sent.join()), sent.join().includes('"tandem"')]).toEqual([0, false]);
    }
  });

  it('keeps a call with a labelled tool here, whole and under shadow', async () => {
    const { cloud, sent } = tapped();
    const tool = {
      type: 'function' as const,
      name: 'find',
      description: 'SECRETTOOL',
      inputSchema: {},
      providerOptions: { tandem: { label: 'local-only' } },
    };
    const model = minions({ local: extractive(), cloud });
    await outcomeOf(model, { ...asked, tools: [tool] });
    expect(sent).toEqual([]);
  });
});

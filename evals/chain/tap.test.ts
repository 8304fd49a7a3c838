import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type Call,
  chain,
  documentCall,
  extractive,
  type LanguageModel,
  run,
  summaryOf,
  TandemError,
} from '../../src/index.ts';
import {
  apiFailure,
  doubleOf,
  lastUserText,
  promptText,
  seededRandom,
} from '../../src/testing/index.ts';
import { type GeneratedDocument, pick } from '../documents/generated.ts';
import { orderedKinds } from '../documents/ordered-kinds.ts';
import { injections } from './injections.ts';

const partOf = (call: Call) => /<part>\n([\s\S]*)\n<\/part>/.exec(lastUserText(call))?.[1] ?? '';
const unitTokens = 200;
const settings = { windowTokens: 1600, unitTokens, outputTokens: 300 };

function leaf(
  modelId: string,
  place: 'device' | 'cloud',
  answer: (call: Call) => string,
): LanguageModel {
  return doubleOf({ modelId, place }, call => ({ text: answer(call) }));
}

/** Workers from honest to wholly in the hands of the document. */
const workers: Readonly<Record<string, () => LanguageModel>> = {
  honest: () => extractive(),
  copying: () =>
    leaf('copying', 'device', call =>
      JSON.stringify({
        facts: [partOf(call), ...partOf(call).split('\n')].map(quote => ({ quote })),
      }),
    ),
  asking: () =>
    leaf('asking', 'device', call => {
      const lines = partOf(call).split('\n');
      return JSON.stringify({
        facts: [{ quote: lines[0], asOf: lines[1] }],
        openQuestions: lines,
        answered: lines,
      });
    }),
  rambling: () => leaf('rambling', 'device', call => `I think that ${partOf(call)}`),
  inventing: () =>
    leaf('inventing', 'device', call =>
      JSON.stringify({ facts: [{ quote: `So ${partOf(call)}` }] }),
    ),
};

const releasedIn = (sent: string) => /<extracts>\n([\s\S]*)\n<\/extracts>/.exec(sent)?.[1] ?? '';

/**
 * Every line of the document that stands in a text which left, and is none of the extracts that
 * were released.
 */
function leaks({ text }: GeneratedDocument, sent: string): string[] {
  const released = releasedIn(sent);
  const outside = sent.replace(released, '');
  return text
    .split('\n')
    .filter(
      line =>
        line.length > 25 &&
        !released.includes(line.slice(-24)) &&
        outside.includes(line.slice(-24)),
    );
}

describe('TRAP 3: chain lets only permitted extracts of a document reach a cloud double', () => {
  it('in 200 generated runs, with any worker, in any order, answered or failing', async () => {
    const random = seededRandom(5);
    let released = 0;
    for (let n = 0; n < 200; n++) {
      const document = pick(
        orderedKinds,
        random,
      )({ tokens: 2000 + Math.floor(random() * 4000), random });
      const sent: string[] = [];
      const fails = random() < 0.2;
      const manager = leaf('manager', 'cloud', call => {
        sent.push(promptText(call));
        if (fails) throw apiFailure(pick([401, 500, 400], random));
        return 'Answered [f1].';
      });
      const model = chain({
        ...settings,
        worker: pick(Object.values(workers), random)(),
        manager,
        order: pick(['left-to-right', 'right-to-left', 'parallel'] as const, random),
        task: pick(['answer', 'answer', 'summary', 'timeline'] as const, random),
        unit: random() < 0.1 ? 'text' : 'facts',
      });
      const call = documentCall(pick(document.questions, random).question, [document]);
      const ended = await run({ retry: { tries: 1 } }, async () => model.doGenerate(call)).catch(
        (error: unknown) => error,
      );
      for (const request of sent) {
        const block = releasedIn(request);
        expect(leaks(document, request)).toEqual([]);
        expect(block.length).toBeLessThanOrEqual(unitTokens * 4 + 200);
        released += block.length;
      }
      if (ended instanceof TandemError)
        expect(leaks(document, inspect(ended, { depth: 8 }))).toEqual([]);
    }
    expect(released).toBeGreaterThan(10_000);
  });
});

describe('prompt injection inside a document', () => {
  const document = orderedKinds[0]!({ tokens: 4000, random: seededRandom(8) });
  const { question } = document.questions[0]!;
  const read = async (text: string, worker: LanguageModel) => {
    const sent: string[] = [];
    const manager = leaf('manager', 'cloud', call => {
      sent.push(promptText(call));
      return 'Answered [f1].';
    });
    const answer = await chain({ ...settings, worker, manager }).doGenerate(
      documentCall(question, [{ title: 'incident.log', text }]),
    );
    return { sent, summary: summaryOf(answer)! };
  };

  it.each(injections)('changes neither what leaves nor which hops run: %s', async injection => {
    const lines = document.text.split('\n');
    const poisoned = lines.toSpliced(Math.floor(lines.length / 3), 0, injection).join('\n');
    const [clean, dirty] = [
      await read(document.text, extractive()),
      await read(poisoned, extractive()),
    ];
    expect(dirty.sent).toEqual(clean.sent);
    // One call a part and pass: no part more, none less.
    for (const { summary } of [clean, dirty]) {
      expect(summary.calls).toEqual({ device: summary.coverage!.chunks, cloud: 1 });
      expect(summary.coverage!.read).toBe(summary.coverage!.chunks);
    }
  });

  it('obeyed by a worker gets out only a unit of checked quotes, in no more passes', async () => {
    const poisoned = `${injections.join('\n')}\n${document.text}`;
    for (const worker of [workers.copying!(), workers.asking!()]) {
      const { sent, summary } = await read(poisoned, worker);
      expect(sent).toHaveLength(1);
      const block = releasedIn(sent[0]!);
      expect(block.length).toBeLessThanOrEqual(unitTokens * 4 + 200);
      expect(leaks(document, sent[0]!)).toEqual([]);
      expect(summary.calls.device).toBeLessThanOrEqual(2 * summary.coverage!.chunks);
      expect(summary.calls.cloud).toBe(1);
    }
  });
});

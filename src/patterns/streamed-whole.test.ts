import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { textOf } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Answer, Call, LanguageModel } from '../model/types.ts';
import { collectStream, doubleOf, promptText, type Reply } from '../testing/double.ts';
import { chain } from './chain/chain.ts';
import { minions } from './minions/minions.ts';

const fee = 'The monthly service fee is 4,800 euros.';
const line = (at: number) => `Line ${at} says where a chair of the hall stands.`;
const text = Array.from({ length: 150 }, (_, at) => (at === 90 ? fee : line(at))).join('\n');
const question = 'What is the monthly service fee?';
const good = JSON.stringify({
  citation: fee,
  answer: fee,
  facts: [{ quote: fee, certainty: 'stated' }],
  openQuestions: [],
  answered: [],
});
const bare = '{"citation":null,"answer":null,"facts":[],"openQuestions":[],"answered":[]}';
const heldBy = (call: Call) => (promptText(call).includes(fee) ? good : bare);

const workers: Record<string, (call: Call) => Reply> = {
  'reads well': call => ({ text: heldBy(call) }),
  'echoes the prompt': call => ({ text: promptText(call).slice(-400) }),
  'says NONE': () => ({ text: 'NONE' }),
  'is cut within its JSON': call => ({ text: heldBy(call).slice(0, 40), finishReason: 'length' }),
  'puts fences around it': call => ({ text: `Sure!\n\`\`\`json\n${heldBy(call)}\n\`\`\`` }),
  refuses: () => ({ text: "I'm sorry, but I can't help with that." }),
  'says nothing': () => ({ text: '' }),
  'thinks aloud': call => ({ text: `<think>Well, a fee.</think>\n${heldBy(call)}` }),
  'makes a quote up': () => ({
    text: good.replaceAll('4,800', '9,900'),
  }),
};
const clouds: Record<string, (call: Call, n: number) => Reply> = {
  'answers well': () => ({ text: 'It is 4,800 euros [e1][f1].' }),
  'cites unknown ids': () => ({ text: 'It is 6,250 euros [e7][f9].' }),
  'says nothing': () => ({ text: '' }),
  'thinks aloud': () => ({ text: '<think>Let me see.</think>It is 4,800 euros [e1][f1].' }),
  'puts fences around it': () => ({ text: '```\nIt is 4,800 euros [e1][f1].\n```' }),
  refuses: () => ({ text: "I'm sorry, but I can't help with that." }),
  'is cut': () => ({ text: 'It is 4,800 eu', finishReason: 'length' }),
  'is down': () => {
    throw down();
  },
  'is gone after its first call': (_call, n) => {
    if (n > 0) throw down();
    return { text: 'no plan' };
  },
  'breaks at once': () => ({ text: 'It is 4,800 euros.', breaks: { after: 0, error: down() } }),
};
// A place that is closed, as one that cannot be reached is, but not tried again and again.
const down = () => new TandemError('egress_denied', 'The cloud is closed. Open it.');

const patterns: Record<string, (local: LanguageModel, cloud: LanguageModel) => LanguageModel> = {
  minions: (local, cloud) => minions({ local, cloud }),
  'minions, plain': (local, cloud) => minions({ local, cloud, plan: 'plain' }),
  'minions, chat': (local, cloud) => minions({ local, cloud, protocol: 'chat' }),
  chain: (worker, manager) => chain({ worker, manager, windowTokens: 1600, unitTokens: 200 }),
};

interface Told {
  readonly text: string;
  readonly reason?: string;
  readonly code?: string;
  readonly rest?: unknown;
}

function toldBy(answer: Answer): Told {
  const { reason, degraded, converged, coverage, grounding, answeredBy } = summaryOf(answer)!;
  const sources = answer.content.filter(({ type }) => type === 'source');
  const rest = {
    sources: sources.map(source => ({ ...source, id: '' })),
    warnings: answer.warnings,
    finish: answer.finishReason.unified,
    summary: { degraded, converged, coverage, grounding, answeredBy },
  };
  return { text: textOf(answer), reason: reason!, rest };
}

async function told(work: () => Promise<Answer>): Promise<Told> {
  try {
    return toldBy(await work());
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return { text: '', code: error.code };
  }
}

const models = (worker: string, cloud: string) => {
  let n = 0;
  return [
    doubleOf({ modelId: 'small' }, workers[worker]!),
    doubleOf({ modelId: 'large', place: 'cloud' }, call => clouds[cloud]!(call, n++)),
  ] as const;
};
const call = () => documentCall(question, [{ title: 'hall.txt', text }]);

describe.each(Object.keys(patterns))('%s streamed is the whole answer', name => {
  const make = (worker: string, cloud: string) => patterns[name]!(...models(worker, cloud));
  const cases = Object.keys(workers).flatMap(worker =>
    Object.keys(clouds).map(cloud => [worker, cloud] as const),
  );

  it.each(cases)('where the worker %s and the cloud %s', async (worker, cloud) => {
    const whole = await told(() => make(worker, cloud).doGenerate(call()) as Promise<Answer>);
    const streamed = await told(async () => {
      const { stream } = await make(worker, cloud).doStream(call());
      return collectStream(stream);
    });
    expect(streamed).toEqual(whole);
    if (whole.code === undefined) expect(whole.text.trim()).not.toBe('');
  });
});

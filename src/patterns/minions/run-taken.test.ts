import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { run } from '../../model/run/scope-life.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { openJournal } from '../../runs/journal.ts';
import { collectStream, doubleOf, promptText } from '../../testing/double.ts';
import { minions } from './minions.ts';

const plan = JSON.stringify({
  tasks: [{ id: 'find', question: 'Which code is given?' }],
  chunking: { by: 'paragraph', characters: 500 },
});
const code = 'The access code is K7-77, as agreed.';
const document = Array.from(
  { length: 6 },
  (_, n) => `${n === 3 ? code : ''} ${'Filler text. '.repeat(30)}`,
).join('\n\n');
const call = () => documentCall('Which code is given?', [{ title: 'paper.txt', text: document }]);
const found = JSON.stringify({ explanation: 'read', citation: code, answer: 'K7-77' });
const nothing = JSON.stringify({ explanation: 'read', citation: null, answer: null });

/** Minions whose run another process takes over at the first call of a kind. */
const takenAt = (moment: 'plan' | 'job' | 'reduce' | 'judge') => {
  const journal = openJournal({ path: ':memory:' });
  const seen: string[] = [];
  const reply = async (kind: typeof moment, text: string) => {
    seen.push(kind);
    if (kind === moment && seen.filter(each => each === kind).length === 1) {
      const at = new Date().toISOString();
      await journal.store.hold('r', { holder: 'elsewhere', leaseMs: 60_000, at, instead: 1 });
    }
    return { text };
  };
  const double = (
    modelId: string,
    place: 'device' | 'cloud',
    respond: (call: Call) => ReturnType<typeof reply>,
  ) => doubleOf({ modelId, place }, respond);
  const local = double('local', 'device', asked =>
    reply('job', promptText(asked).includes(code) ? found : nothing),
  );
  const cloud = double('cloud', 'cloud', asked =>
    promptText(asked).includes('<documents>')
      ? reply('plan', plan)
      : reply('reduce', 'The code is K7-77 [e1].'),
  );
  const judge = double('judge', 'cloud', () => reply('judge', '{"score":9,"reason":"fine"}'));
  const model: LanguageModel = minions({ local, cloud, judge, concurrency: 1 });
  const answered = (method: 'doGenerate' | 'doStream') =>
    run({ journal, runId: 'r' }, async () =>
      method === 'doGenerate'
        ? model.doGenerate(call())
        : collectStream((await model.doStream(call())).stream),
    ).then(
      () => ({ code: 'an answer' }),
      (error: unknown) => error,
    );
  return { answered, seen };
};

describe('minions whose run is taken over by another process', () => {
  it.each([
    { moment: 'plan' },
    { moment: 'job' },
    { moment: 'reduce' },
    { moment: 'judge' },
  ] as const)(
    'ends with run_taken, asks nobody more, and gives no answer (at a $moment)',
    async ({ moment }) => {
      for (const method of ['doGenerate', 'doStream'] as const) {
        const { answered, seen } = takenAt(moment);
        expect(await answered(method)).toMatchObject({ code: 'run_taken' });
        expect(seen.indexOf(moment)).toBe(seen.length - 1);
      }
    },
  );
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { userCall } from '../../model/answer.ts';
import { onDevice } from '../../model/leaf/model/place.ts';
import type { LanguageModel } from '../../model/types.ts';
import { doubleOf } from '../../testing/double.ts';
import { tinyModel } from '../../testing/tiny/tiny-model.ts';
import { minions } from './minions.ts';

const weights = readFileSync(new URL('../../../models/toy-tasks-late-q8_0.gguf', import.meta.url));

// What it writes is no answer; it counts as a worker that found nothing.
const nothing = JSON.stringify({ explanation: '', citation: null, answer: null });

/** A toy model, fresh, that counts the prompt tokens it had to evaluate. */
function counting(): { model: LanguageModel; evaluated: () => number } {
  const toy = tinyModel({ weights });
  let tokens = 0;
  const model = onDevice<LanguageModel>({
    ...toy,
    doGenerate: async call => {
      const answer = await toy.doGenerate({ ...call, maxOutputTokens: 1 });
      tokens += answer.usage.inputTokens.noCache ?? 0;
      return {
        ...answer,
        content: [{ type: 'text', text: nothing }],
        finishReason: { unified: 'stop', raw: undefined },
      };
    },
  });
  return { model, evaluated: () => tokens };
}

describe('five jobs on a chunk', () => {
  it('evaluate at most 0.35 of the prompt tokens of the naive order', async () => {
    const questions = ['Who?', 'When?', 'Where?', 'Why?', 'How?'];
    const chunks = Array.from({ length: 4 }, (_, n) =>
      Array.from({ length: 40 }, (_word, at) => (n * 7919 + at * 104_729).toString(36).slice(0, 5))
        .join(' ')
        .slice(0, 200),
    );
    const ours = counting();
    const tasks = questions.map((question, n) => ({ id: `t${n}`, question }));
    const plan = () => ({ tasks, chunking: { by: 'paragraph' as const, characters: 210 } });
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'ok' }));
    const text = chunks.join('\n\n');
    await minions({ local: ours.model, cloud, plan }).doGenerate(
      documentCall('x', [{ title: 'a.txt', text }]),
    );
    const naive = counting();
    for (const question of questions) {
      for (const chunk of chunks) {
        await naive.model.doGenerate(
          userCall(`<question>\n${question}\n</question>\n<chunk>\n${chunk}\n</chunk>`),
        );
      }
    }
    expect(ours.evaluated() / naive.evaluated()).toBeLessThanOrEqual(0.35);
  });
});

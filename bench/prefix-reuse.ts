import { readFileSync } from 'node:fs';
import {
  documentCall,
  type LanguageModel,
  minions,
  onDevice,
  plainPlan,
  userCall,
} from '../src/index.ts';
import { doubleOf, tinyModel } from '../src/testing/index.ts';

const questions = ['Who?', 'When?', 'Where?', 'Why?', 'How?'];
const chunkCharacters = 210;
const weights = readFileSync(new URL('../models/toy-tasks-late-q8_0.gguf', import.meta.url));

/**
 * Runs five jobs on each of some chunks by a toy model in this process, as MINIONS orders and words
 * them, and in the naive order (task by task, the task before the chunk). Returns the prompt tokens
 * evaluated, as a share of the naive.
 */
export async function prefixReuse(): Promise<number> {
  const text = Array.from({ length: 12 }, (_, n) => partOf(n)).join('\n\n');
  const ours = counting();
  const tasks = questions.map((question, n) => ({ id: `t${n}`, question }));
  const plan = () => ({
    ...plainPlan('x'),
    tasks,
    chunking: { by: 'paragraph' as const, characters: chunkCharacters },
  });
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'ok' }));
  await minions({ local: ours.model, cloud, plan }).doGenerate(
    documentCall('x', [{ title: 'a.txt', text }]),
  );
  const naive = counting();
  for (const question of questions) {
    for (const chunk of text.split('\n\n')) {
      await naive.model.doGenerate(
        userCall(`<question>\n${question}\n</question>\n<chunk>\n${chunk}\n</chunk>`),
      );
    }
  }
  return ours.evaluated() / naive.evaluated();
}

// Words of its own for every part: what parts share by chance is no prefix.
function partOf(n: number): string {
  const words = Array.from({ length: 40 }, (_, at) =>
    (n * 7919 + at * 104_729).toString(36).slice(0, 5),
  );
  return words.join(' ').slice(0, chunkCharacters - 10);
}

function counting(): { model: LanguageModel; evaluated: () => number } {
  // Read anew, so that neither order finds what the other has left.
  const toy = tinyModel({ weights });
  let tokens = 0;
  const counted = onDevice<LanguageModel>({
    ...toy,
    doGenerate: async call => {
      const answer = await toy.doGenerate({ ...call, maxOutputTokens: 1 });
      tokens += answer.usage.inputTokens.noCache ?? 0;
      return answer;
    },
  });
  return { model: counted, evaluated: () => tokens };
}

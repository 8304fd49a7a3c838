import type { Passage } from '../../../documents/cited-extract.ts';
import { userCall } from '../../../model/answer.ts';
import { sampleSeed } from '../../../model/sample-seed.ts';
import { withTask } from '../../../model/task.ts';
import type { Call } from '../../../model/types.ts';
import { instructionsOfJob } from './job-prompt.ts';
import type { Job } from './jobs.ts';
import { outputJsonSchema } from './read-output.ts';

// One object for all jobs: what is known of it is found again.
let form: Call['responseFormat'];

/**
 * Asks a worker to fill in a form about a chunk. The chunk stands first: jobs on one chunk then
 * share their prefix.
 */
export function formCall({ passage, task, sample }: Job): Call {
  const { context, text } = passage;
  form ??= { type: 'json', schema: outputJsonSchema() };
  const above = context ? `<above>\n${context}\n</above>\n` : '';
  const call = userCall(
    `${above}<chunk>\n${text}\n</chunk>\n<question>\n${task.question}\n</question>`,
    {
      system: instructionsOfJob,
      temperature: sample === 1 ? 0 : 0.7,
      maxOutputTokens: 600,
      responseFormat: form,
    },
  );
  const sampled = sample > 1 ? { ...call, seed: sampleSeed(call, sample) } : call;
  return withTask(sampled, {
    kind: 'extract',
    question: task.question,
    text: context ? `${context}\n\n${text}` : text,
  });
}

// In tokens. Who says more repeats the question; what is cut off is found all the same.
const mostWords = 15;

/** What a worker is told that is asked for a few words. */
export const fewWords = 'Answer the question from the text in a few words.';

/**
 * Asks a small worker for a few words and nothing else. It is given no way to abstain: models of
 * this size take it for chunks that hold the answer too.
 */
export function fewWordsCall({ passage, task }: Pick<Job, 'passage' | 'task'>): Call {
  return plainCall(shownOf(passage), `${fewWords}\nQuestion: ${task.question}`, mostWords);
}

const heldQuestion = 'Does the text say the answer to this question? Write yes or no.';

/** Asks whether a text holds the answer: a question of its own, in one word. */
export function heldCall(text: string, question: string): Call {
  return plainCall(text, `${heldQuestion}\nQuestion: ${question}`, 1);
}

/** Writes a chunk as a worker is shown it, with what stands above. */
export function shownOf({ context, text }: Passage): string {
  return context ? `${context}\n${text}` : text;
}

// The text stands first: what is asked of it next finds it read.
function plainCall(text: string, asked: string, maxOutputTokens: number): Call {
  return userCall(`<text>\n${text}\n</text>\n\n${asked}`, {
    temperature: 0,
    maxOutputTokens,
    stopSequences: ['\n'],
  });
}

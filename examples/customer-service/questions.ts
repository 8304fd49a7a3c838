// Questions in customers' own words, and who is right about them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doubleOf, lastUserText, simulatedModel } from 'tandem/testing';
import { asksForPerson, handOver } from './desk.ts';

/** A question; without a reference the help centre has no answer, and a person is wanted. */
export interface Question {
  readonly id: string;
  readonly split: 'cal' | 'test';
  readonly prompt: string;
  readonly reference?: string;
}

export const questions: readonly Question[] = readFileSync(
  join(import.meta.dirname, 'questions.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Question);

/** Whether an answer is right: it says what the reference says, or asks for a person. */
export function isRight({ reference }: Question, answer: string): boolean {
  if (reference === undefined) return asksForPerson(answer);
  return !asksForPerson(answer) && plain(answer).includes(plain(reference));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ');
}

/**
 * A simulation of a larger model, called so: right in 95 of 100 questions, drawn once a question;
 * else it hands over what it could answer, or answers what it must not.
 */
export function simulatedLarge() {
  const byPrompt = new Map(questions.map(question => [question.prompt, question]));
  const simulation = simulatedModel({
    modelId: 'simulated-large',
    place: 'cloud',
    accuracy: 0.95,
    truth: prompt => {
      const { reference } = byPrompt.get(prompt) ?? {};
      return reference === undefined ? handOver : `Our help centre says: ${reference}.`;
    },
    wrong: prompt => [byPrompt.get(prompt)?.reference === undefined ? 'Yes, certainly.' : handOver],
  });
  return doubleOf({ modelId: 'simulated-large', place: 'cloud' }, async call => {
    const question = lastUserText(call).trim();
    const answer = await simulation.doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text: question }] }],
    });
    const [part] = answer.content;
    return { text: part?.type === 'text' ? part.text : '' };
  });
}

import { describe, expect, it } from 'vitest';
import { textOf } from '../../../model/answer.ts';
import type { Call } from '../../../model/types.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { cascade } from '../cascade.ts';
import { nonAnswer } from './non-answer.ts';

const text = (role: 'user' | 'assistant', said: string) => ({
  role,
  content: [{ type: 'text' as const, text: said }],
});

async function saidOf(draft: string, prompt: Call['prompt']): Promise<string> {
  const local = scriptedModel([draft]);
  const cloud = scriptedModel(['cloud'], { place: 'cloud' });
  const accept = Object.assign(nonAnswer(), {});
  const keep = async (given: Parameters<typeof accept>[0]) => {
    const verdict = await accept(given);
    return verdict.score === 'unknown' ? { ...verdict, score: 1, accepts: true } : verdict;
  };
  return textOf(
    await cascade({ local, cloud, accept: keep, repair: false }).doGenerate({ prompt }),
  );
}

const system = (content: string) => ({ role: 'system' as const, content });

describe('what was said before the question', () => {
  it.each([
    ['Ты как?', [system('You translate everything into Russian.'), text('user', 'How are you?')]],
    [
      'Ich kann Ihnen dabei leider nicht helfen.',
      [system('Translate what the user says to German.'), text('user', 'I cannot help with it.')],
    ],
    [
      'The capital of Canada is the city of Ottawa.',
      [system('Always answer in English.'), text('user', 'Wie heißt die Hauptstadt von Kanada?')],
    ],
    [
      'La capital de Canadá es la ciudad de Ottawa.',
      [
        text('user', 'From now on use Spanish, please.'),
        text('assistant', 'Claro.'),
        text('user', 'What is the capital of Canada and who is the mayor?'),
      ],
    ],
    ['I do not know.', [system('Rewrite politely.'), text('user', 'No idea, ask someone else.')]],
  ] as const)('may ask for %j', async (draft, prompt) => {
    expect(await saidOf(draft, [...prompt] as Call['prompt'])).toBe(draft);
  });

  it.each([
    ['I do not know.', [system('You are helpful.'), text('user', 'What is the capital of Peru?')]],
    [
      'The capital of Canada is the city of Ottawa.',
      [system('Be short.'), text('user', 'Wie heißt die Hauptstadt von Kanada?')],
    ],
    [
      "I'm sorry, I can't help with that.",
      [
        text('user', 'Say "dog" in Spanish.'),
        text('assistant', 'Perro'),
        text('user', 'What is the capital of Peru?'),
      ],
    ],
  ] as const)('does not make %j an answer', async (draft, prompt) => {
    expect(await saidOf(draft, [...prompt] as Call['prompt'])).toBe('cloud');
  });
});

// The desk: finds articles for a question, lets a cascade answer from them alone, and hands over to
// a person where neither model can.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Answer,
  type Call,
  cascade,
  definePattern,
  delegate,
  documentCall,
  type Gate,
  type LanguageModel,
  notConfigured,
  settle,
  textAnswer,
  textOf,
} from 'tandem';
import type { Calibration } from 'tandem/eval';
import { type Embedder, type Searched, searchByMeaning, searchOver } from '../job/search.ts';

/** What a model writes that cannot answer from the articles. */
export const handOver = 'HAND OVER';

const rules =
  'You answer customers of Larkfield Garden Tools from the attached articles alone, in one or ' +
  'two whole sentences, with the words and figures of the article. If the articles do not answer ' +
  'the question, or it is about an order, another person, law, health or prices that are not in ' +
  `them, write ${handOver} and nothing else.`;

/** The articles of the help centre. */
export const articles: readonly Searched[] = readFileSync(
  join(import.meta.dirname, 'help-centre.md'),
  'utf8',
)
  .split(/^## /m)
  .slice(1)
  .map(part => {
    const [title = '', ...lines] = part.trim().split('\n');
    return { title, text: lines.join(' ').trim() };
  });

/** Gives the articles that a question is about, the best first. */
export type Finder = (question: string) => Promise<readonly Searched[]>;

/** Finds articles by meaning with an embedder, else by words: none where none is shared. */
export function finderOf(embedder?: Embedder): Finder {
  if (embedder) return searchByMeaning(articles, embedder);
  const search = searchOver(articles);
  return async question => search(question);
}

const shown = 3;
// Two long sentences; a small model may not come to an end by itself.
const mostTokens = 150;

/** Makes the call of a question: the rules, what was said before, and the articles on it. */
export function deskCall(
  question: string,
  found: readonly Searched[],
  before: Call['prompt'] = [],
): Call {
  const { prompt } = documentCall(
    question,
    found.map(({ title, text }) => ({ title, text })),
  );
  const whole: Call['prompt'] = [{ role: 'system', content: rules }, ...before, ...prompt];
  return { prompt: whole, maxOutputTokens: mostTokens };
}

/** The articles that are laid beside a question, the best first. */
export async function articlesOn(
  find: Finder,
  question: string,
  before: Call['prompt'] = [],
): Promise<readonly Searched[]> {
  return (await find(searchText(question, before))).slice(0, shown);
}

// "And in winter?" is understood by what was asked before it.
function searchText(question: string, before: Call['prompt']): string {
  const isShort = question.split(/\s+/).length < 5;
  return isShort ? `${lastQuestion(before)} ${question}` : question;
}

/** The last thing that a customer said. */
export function lastQuestion(prompt: Call['prompt']): string {
  const message = prompt.findLast(({ role }) => role === 'user');
  if (message?.role !== 'user') return '';
  return message.content.map(part => (part.type === 'text' ? part.text : '')).join('');
}

/** Whether an answer asks for a person. The reader writes `none` where it finds nothing. */
export function asksForPerson(answer: Answer | string): boolean {
  const text = (typeof answer === 'string' ? answer : textOf(answer)).trim();
  return text === '' || text === 'none' || text.includes(handOver);
}

/** What a desk is made of. */
export interface DeskParts {
  readonly local: LanguageModel;
  /** Default: none; what the local model is not sure of goes to a person. */
  readonly cloud?: LanguageModel | undefined;
  /** Judges drafts. Default: the gate of the calibration, or that of the cascade. */
  readonly accept?: Gate | undefined;
  readonly calibration?: Calibration | undefined;
  /** Default: by words. */
  readonly find?: Finder | undefined;
}

/** Makes the desk: a model that takes plain conversations. */
export function helpDesk({
  local,
  cloud,
  accept,
  calibration,
  find = finderOf(),
}: DeskParts): LanguageModel {
  // What is saved is told against a larger model, whether there is one or not.
  const larger = cloud ?? notConfigured('gpt-4.1');
  const pair = cascade({
    local,
    cloud: larger,
    offline: 'fail',
    ...(accept && !calibration && { accept }),
    ...(calibration && { calibration }),
  });
  return definePattern({
    name: 'help-desk',
    models: [pair],
    baseline: larger,
    async generate(call) {
      const before = call.prompt.slice(0, -1).filter(({ role }) => role !== 'system');
      const question = lastQuestion(call.prompt);
      // Without an article a model would make something up.
      const found = await articlesOn(find, question, before);
      if (found.length === 0)
        return settle(textAnswer(handOver), { answeredBy: local, reason: 'no article on it' });
      const asked = { ...call, ...deskCall(question, found, before) };
      return delegate(pair, asked, { about: { reason: 'articles found' } });
    },
  });
}

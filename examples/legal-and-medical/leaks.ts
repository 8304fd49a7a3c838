// What left, compared with the papers that must stay.
import { documentCall, extractive, inCloud, type LanguageModel } from 'tandem';
import { tapped } from '../job/tapped.ts';
import type { Paper } from './case-file.ts';
import { readerOf } from './examine.ts';

/** Finds words of papers that must stay, and of no other paper or question, in what was sent. */
export function leakedWords(
  sent: readonly string[],
  papers: readonly Paper[],
  known: readonly string[],
): string[] {
  const own = wordsOf(textsOf(papers, 'local-only'));
  const others = wordsOf([...textsOf(papers, 'extracts'), ...known]);
  const gone = wordsOf(sent);
  return [...own].filter(word => !others.has(word) && gone.has(word));
}

function textsOf(papers: readonly Paper[], label: Paper['label']): string[] {
  return papers.filter(paper => paper.label === label).map(({ text }) => text);
}

function wordsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(text => text.toLowerCase().match(/[\p{L}\d]{3,}/gu) ?? []));
}

/** What is sent beside extracts: the instructions, as a question about another text has them. */
export async function instructionsOf(local: LanguageModel): Promise<readonly string[]> {
  const { model, sent } = tapped(inCloud(extractive()));
  const text = 'The colour is green.\n\nThe colour was red.';
  const reader = readerOf(local, model);
  await reader.doGenerate(documentCall('What is the colour?', [{ title: 'a.txt', text }]));
  return sent;
}

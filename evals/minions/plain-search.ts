import MiniSearch from 'minisearch';
import type { TrueQuestion } from '../documents/generated.ts';

const chunkCharacters = 3000;

/**
 * Share of questions whose evidence is in the best chunk of a plain BM25 search (whole paragraphs,
 * 3,000 characters).
 */
export function topOne(text: string, questions: readonly TrueQuestion[]): number {
  const chunks = chunksOf(text);
  const index = new MiniSearch<{ id: number; text: string }>({ fields: ['text'] });
  index.addAll(chunks.map(({ start, end }, id) => ({ id, text: text.slice(start, end) })));
  const hits = questions.filter(({ question, evidence }) => {
    const best = chunks[index.search(question)[0]?.id as number];
    return best && evidence.every(({ start, end }) => start >= best.start && end <= best.end);
  });
  return hits.length / questions.length;
}

function chunksOf(text: string): { readonly start: number; readonly end: number }[] {
  const chunks: { start: number; end: number }[] = [];
  let start = 0;
  for (const match of [...text.matchAll(/\n[\n\f]/g), { index: text.length }]) {
    const last = chunks.at(-1);
    if (last && match.index - last.start <= chunkCharacters) last.end = match.index;
    else chunks.push({ start, end: match.index });
    start = match.index + 2;
  }
  return chunks;
}

import MiniSearch from 'minisearch';
import { seeded } from '../minions/seeded.ts';

const characters = 800;
const draws = 200;

/** What a plain search shows of a text for a question, and what chance would show. */
export function bestByWords(
  text: string,
  question: string,
  most: number,
): { readonly best: readonly string[]; readonly drawn: readonly (readonly string[])[] } {
  const passages = plainPassages(text);
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: words => words.match(/[\p{L}\p{N}]+/gu) ?? [],
    searchOptions: { bm25: { k: 1.2, b: 0.75, d: 0 } },
  });
  index.addAll(passages.map((passage, id) => ({ id, text: passage })));
  const best = index.search(question).slice(0, most);
  const random = seeded(7);
  const draw = () => {
    const left = [...passages];
    const count = Math.min(most, left.length);
    const next = () => left.splice(Math.floor(random() * left.length), 1)[0]!;
    return Array.from({ length: count }, next);
  };
  return {
    best: best.map(({ id }) => passages[id as number]!),
    drawn: Array.from({ length: draws }, draw),
  };
}

/** Cuts a text as a plain search does: whole paragraphs, packed; one that is longer is cut. */
export function plainPassages(text: string): string[] {
  const passages: string[] = [];
  for (const paragraph of text.split(/\n\s*\n|\f/)) {
    for (let at = 0; at < Math.max(1, paragraph.length); at += characters) {
      const piece = paragraph.slice(at, at + characters);
      const last = passages.at(-1);
      if (last !== undefined && last.length + piece.length + 2 <= characters)
        passages[passages.length - 1] = `${last}\n\n${piece}`;
      else passages.push(piece);
    }
  }
  return passages.filter(passage => passage.trim() !== '');
}

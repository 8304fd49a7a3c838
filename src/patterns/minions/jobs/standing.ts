import { sentenceSpans } from '../../../algorithms/text/sentences.ts';
import { type TextSpan, trimSpan } from '../../../algorithms/text/text-span.ts';
import type { Passage } from '../../../documents/cited-extract.ts';
import { indexed } from '../../../documents/finding/document-index.ts';
import { cosine, formsOf, meaningBy, nearestHalf } from '../../../documents/finding/meaning.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import { askEmbedding, type Embedder } from '../../../model/pattern/embedding.ts';
import type { Job } from './jobs.ts';
import type { Output } from './read-output.ts';

/** How far chunks stand out in their document by what is meant, for one question. */
export interface ChunkStanding {
  /** In standard deviations of the document's passages. */
  of(passage: Passage): number;
  /** The sentence of a chunk that is nearest to the question. */
  sentence(passage: Passage): Promise<TextSpan | undefined>;
}

// Of fewer passages nothing stands out.
const leastPassages = 8;
// Chosen on 70 chunks of five documents: a worker that cannot tell was right on 14 of 32 that hold
// the answer (the embedder alone 13), and released something of 6 of 38 that do not.
const least = { located: 1, unlocated: 2 };

/** Compares by an embedder; `undefined` where it may not be asked, or cannot. */
export async function standingBy(
  ask: Ask,
  embedder: Embedder,
  { question, passages }: { readonly question: string; readonly passages: readonly Passage[] },
): Promise<ChunkStanding | undefined> {
  const documents = [...new Set(passages.map(({ document }) => document))];
  const parts = await Promise.all(
    documents.map(async document => ({ document, index: await indexed(document) })),
  );
  const compared = await meaningBy(ask, { embedder })?.compare(parts, question);
  if (!compared) return undefined;
  return {
    of(passage) {
      const at = documents.indexOf(passage.document);
      const { spans } = parts[at]!.index;
      const near = compared[at]!;
      const cosines = spans.map(span => near.cosines[nearestHalf(span, near)]!);
      return standingOf(passage, { spans, cosines });
    },
    async sentence({ text }) {
      const spans = sentencesOf(text);
      const write = formsOf(embedder.leaf.modelId);
      const texts = spans.map(({ start, end }) => write.passage(text.slice(start, end)));
      const as = { id: `embed ${question.slice(0, 40)} sentences`, name: 'embed' };
      const vectors = await askEmbedding(ask, embedder, [write.query(question), ...texts], as);
      const [asked, ...known] = vectors;
      const near = known.map(vector => cosine(vector, asked!));
      return spans[near.indexOf(Math.max(...near))];
    },
  };
}

/** The sentences of a chunk, as an embedder compares them. */
export function sentencesOf(text: string): TextSpan[] {
  const spans = sentenceSpans(text).map(span => trimSpan(text, span));
  return spans.filter(({ start, end }) => end > start);
}

/** How far a part of a document stands out among its passages, by their cosines to a question. */
export function standingOf(
  part: TextSpan,
  { spans, cosines }: { readonly spans: readonly TextSpan[]; readonly cosines: ArrayLike<number> },
): number {
  const all = Array.from(cosines);
  if (all.length < leastPassages) return least.located;
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  const variance = all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / all.length;
  const own = all.filter((_, at) => spans[at]!.start < part.end && part.start < spans[at]!.end);
  return (Math.max(...own) - mean) / (Math.sqrt(variance) || 1);
}

/**
 * Decides by the standing of its chunk what is released of a worker that cannot tell which chunk
 * holds an answer: what it said, where that was found; the chunk's nearest sentence, where it was
 * not and the chunk stands out far.
 */
export async function releasedBy(
  standing: ChunkStanding,
  { passage }: Pick<Job, 'passage'>,
  read: Output,
): Promise<Output> {
  const height = standing.of(passage);
  if (height < least.located) return 'unsupported';
  if (read !== 'unsupported' || height < least.unlocated) return read;
  const span = await standing.sentence(passage);
  if (!span) return read;
  const { document, start, text } = passage;
  const at = { start: start + span.start, end: start + span.end };
  return { ...at, text: text.slice(span.start, span.end), document };
}

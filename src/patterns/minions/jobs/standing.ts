import { standardized } from '../../../algorithms/standardized.ts';
import {
  sentencesIn,
  type ToldSentence,
  toldSentences,
} from '../../../algorithms/text/locate-answer.ts';
import type { TextSpan } from '../../../algorithms/text/text-span.ts';
import type { Passage } from '../../../documents/cited-extract.ts';
import { indexed } from '../../../documents/finding/document-index.ts';
import {
  cosine,
  formsOf,
  meaningBy,
  nearestHalf,
  passable,
} from '../../../documents/finding/meaning.ts';
import { readSentences } from '../../../documents/finding/read-sentences.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import { askEmbedding, type Embedder } from '../../../model/pattern/embedding.ts';
import type { Job } from './jobs.ts';
import { type Output, readFewWords } from './read-output.ts';

/** How far chunks stand out in their document by what is meant, for one question. */
export interface ChunkStanding {
  /** In standard deviations of the document's passages; `undefined` of a document of a few. */
  of(passage: Passage): number | undefined;
  /** How near its nearest half is with the passage around it, by what is meant. */
  near(passage: Passage): number;
  /**
   * The cosines of a chunk's sentences, in the order of `sentencesIn`; `undefined` where the
   * embedder fails.
   */
  sentences(passage: Passage, said: string): Promise<SentenceCosines | undefined>;
}

/** How near sentences are, by what is meant. */
export interface SentenceCosines {
  readonly toQuestion: readonly number[];
  /** To the few words that were said about the chunk. */
  readonly toSaid: readonly number[];
}

/** What a worker said of a chunk, and how it was read without an embedder. */
export interface SaidOfChunk {
  readonly said: string;
  readonly read: Output;
  /** Whether the chunk holds an answer, as a worker says that can tell. */
  readonly held: boolean | undefined;
}

// Of fewer passages nothing stands out.
const leastPassages = 8;
// Chosen on 192 chunks of 14 documents and two workers, of which 106 hold no answer, so that
// something is released of less than a fifth of those (0163). What counts beside the standing of
// the chunk: the share of the words that stands in the sentence, and the word of a worker that can
// tell.
const leastEvidence = { cannotTell: 2.9, tells: 3.4 };
const evidenceOf = { share: 2, held: 2 };
// What counts beside the cosine to the question, each in standard deviations over the sentences.
const weights = { added: 1, said: 0.5, words: 0.3 };

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
  const nearnessOf = ({ document }: Passage) => compared[documents.indexOf(document)]!;
  return {
    near(passage) {
      const nearness = nearnessOf(passage);
      return nearness.near[nearestHalf(passage, nearness)]!;
    },
    of(passage) {
      const at = documents.indexOf(passage.document);
      const { spans } = parts[at]!.index;
      const near = compared[at]!;
      const cosines = spans.map(span => near.cosines[nearestHalf(span, near)]!);
      return standingOf(passage, { spans, cosines });
    },
    async sentences({ text }, said) {
      const write = formsOf(embedder.leaf.modelId);
      const texts = sentencesIn(text).map(({ start, end }) => text.slice(start, end));
      const asking = [...[question, said].map(write.query), ...texts.map(write.passage)];
      const as = { id: `embed ${question.slice(0, 40)} sentences`, name: 'embed' };
      const vectors = await passable(ask, () => askEmbedding(ask, embedder, asking, as));
      if (!vectors) return undefined;
      const [asked, told, ...known] = vectors;
      const near = (to: Float32Array) => known.map(vector => cosine(vector, to));
      return { toQuestion: near(asked!), toSaid: near(told!) };
    },
  };
}

/**
 * How far a part of a document stands out among its passages, by their cosines to a question;
 * `undefined` of a few passages.
 */
export function standingOf(
  part: TextSpan,
  { spans, cosines }: { readonly spans: readonly TextSpan[]; readonly cosines: ArrayLike<number> },
): number | undefined {
  const all = Array.from(cosines);
  if (all.length < leastPassages) return undefined;
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  const variance = all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / all.length;
  const own = all.filter((_, at) => spans[at]!.start < part.end && part.start < spans[at]!.end);
  return (Math.max(...own) - mean) / (Math.sqrt(variance) || 1);
}

/**
 * Decides by meaning and by what a worker said what of a chunk is released, if anything: the
 * sentence that is nearest to the question and to the words together.
 */
export async function releasedBy(
  standing: ChunkStanding,
  job: Pick<Job, 'passage' | 'places' | 'task'>,
  { said, read, held }: SaidOfChunk,
): Promise<Output> {
  if (read === 'echoed' || read === 'malformed') return read;
  const { passage, task } = job;
  const told = toldSentences(passage.text, said, task.question);
  const cosines = await standing.sentences(passage, said);
  if (!cosines) return read;
  const order = inOrder(told, cosines);
  // A heading or a question tells nothing.
  const statements = readSentences(passage.text).filter(({ kind }) => kind === 'statement');
  const starts = new Set(statements.map(({ start }) => start));
  const best = order.find(({ span }) => starts.has(span.start)) ?? order[0];
  if (!best) return read;
  const height = standing.of(passage);
  if (height === undefined)
    return held === false || typeof read === 'string'
      ? read
      : readFewWords(job, said, () => best.span);
  const evidence = height + evidenceOf.share * best.share + (held ? evidenceOf.held : 0);
  const isReleased =
    evidence >= (held === undefined ? leastEvidence.cannotTell : leastEvidence.tells);
  return isReleased ? readFewWords(job, said, () => best.span) : 'unsupported';
}

// The nearest to the question and to what was said, first.
function inOrder(
  told: readonly ToldSentence[],
  { toQuestion, toSaid }: SentenceCosines,
): ToldSentence[] {
  const [near, meant] = [standardized(toQuestion), standardized(toSaid)];
  const score = ({ toAdded, toQuestion: words }: ToldSentence, at: number) =>
    near[at]! + weights.added * toAdded + weights.said * meant[at]! + weights.words * words;
  const scores = told.map(score);
  return [...told.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).map(at => told[at]!);
}

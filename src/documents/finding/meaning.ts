import { standardized } from '../../algorithms/standardized.ts';
import type { TextSpan } from '../../algorithms/text/text-span.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { askEmbedding, type Embedder } from '../../model/pattern/embedding.ts';
import type { Reranker } from '../../model/pattern/reranking.ts';
import type { Passage } from '../cited-extract.ts';
import type { Document } from '../document.ts';
import { headingAbove } from '../headings.ts';
import { type DocumentIndex, halvesOf, type IndexedSpan } from './document-index.ts';
import { isPassable, reranked } from './rerank.ts';

/** How near the parts of a document are to a question, by what is meant. */
export interface Nearness {
  /** In order; they join to the whole document. */
  readonly halves: readonly IndexedSpan[];
  /** Of each half by itself. */
  readonly cosines: ArrayLike<number>;
  /**
   * Of each half with the passage that it stands in: the sum of both, in standard deviations over
   * all that was compared.
   */
  readonly near: ArrayLike<number>;
  /** The position of that passage in the index. */
  readonly passages: readonly number[];
}

/** Finds by what is meant: compares documents with questions, and reads passages again. */
export interface Meaning {
  /**
   * Compares each document; `undefined` where there is no embedder, or it may not be asked, or
   * cannot.
   */
  compare(
    documents: readonly IndexedDocument[],
    question: string,
  ): Promise<readonly Nearness[] | undefined>;
  /** The cosines of sentences, in the order of each document's `spans`; `undefined` as above. */
  compareSentences(
    documents: readonly IndexedSentences[],
    question: string,
  ): Promise<readonly (readonly number[])[] | undefined>;
  /** Reads the first passages again, with the question, where there is a reranker. */
  readonly rerank?: (question: string, passages: readonly Passage[]) => Promise<readonly Passage[]>;
}

/** What helps to find passages, each of them by choice. */
export interface Finders {
  readonly embedder?: Embedder | undefined;
  readonly reranker?: Reranker | undefined;
}

/**
 * Makes what finds by meaning, asked through `ask`. The vectors of a document are kept beside its
 * index and, sealed as all that was read in it, in the run's store, so that it is embedded once.
 */
export function meaningBy(ask: Ask, { embedder, reranker }: Finders): Meaning | undefined {
  if (!embedder && !reranker) return undefined;
  return {
    compare: async (documents, question) =>
      embedder && passable(ask, () => compared(ask, embedder, { documents, question })),
    compareSentences: async (documents, question) =>
      embedder && passable(ask, () => comparedSentences(ask, embedder, { documents, question })),
    ...(reranker && {
      rerank: (question, passages) => reranked(ask, reranker, { question, passages }),
    }),
  };
}

/** Compares by an embedder; `undefined` where it fails, which is told: words are left. */
export async function passable<Result>(
  ask: Ask,
  compare: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await compare();
  } catch (error) {
    if (!TandemError.isInstance(error) || !isPassable(error)) throw error;
    ask.warn(`Passages were ranked by words alone, since the embedder failed: ${error.code}.`);
    return undefined;
  }
}

interface AskedOf<Part> {
  readonly documents: readonly Part[];
  readonly question: string;
}

async function compared(
  ask: Ask,
  embedder: Embedder,
  { documents, question }: AskedOf<IndexedDocument>,
): Promise<readonly Nearness[]> {
  const lists: (readonly Float32Array[])[] = [];
  for (const { document, index } of documents) {
    const spans = [...halvesOf(document, index), ...index.spans];
    lists.push(
      await vectorsOf(ask, embedder, { document, index, spans, of: 'halves and passages' }),
    );
  }
  const vector = await vectorOf(ask, embedder, question);
  return withNearness(
    documents.map(({ document, index }, n) => {
      const halves = halvesOf(document, index);
      const both = lists[n]!.map(each => cosine(each, vector));
      const passages = passagesAround(halves, index.spans);
      const around = passages.map(at => both[halves.length + at]!);
      return { halves, passages, cosines: both.slice(0, halves.length), around };
    }),
  );
}

// A sentence alone does not say what it is about; its heading does.
const underHeading = 'sentences under their headings';

async function comparedSentences(
  ask: Ask,
  embedder: Embedder,
  { documents, question }: AskedOf<IndexedSentences>,
): Promise<number[][]> {
  const lists: (readonly Float32Array[])[] = [];
  for (const each of documents)
    lists.push(await vectorsOf(ask, embedder, { ...each, of: underHeading }));
  const vector = await vectorOf(ask, embedder, question);
  return lists.map(list => list.map(each => cosine(each, vector)));
}

type Compared = Omit<Nearness, 'cosines' | 'near'> & {
  readonly cosines: readonly number[];
  readonly around: readonly number[];
};

// Cosines of longer texts lie closer together, so that as they are they would count for less.
function withNearness(compared: readonly Compared[]): Nearness[] {
  const own = standardized(compared.flatMap(({ cosines }) => cosines));
  const wider = standardized(compared.flatMap(({ around }) => around));
  let from = 0;
  return compared.map(({ around: _around, ...each }) => {
    const first = from;
    from += each.halves.length;
    return { ...each, near: each.halves.map((_, at) => own[first + at]! + wider[first + at]!) };
  });
}

// Of each half, the passage that shares most with it.
function passagesAround(halves: readonly TextSpan[], spans: readonly TextSpan[]): number[] {
  const shared = (half: TextSpan, span: TextSpan | undefined) =>
    span ? Math.min(half.end, span.end) - Math.max(half.start, span.start) : 0;
  let at = 0;
  return halves.map(half => {
    while (shared(half, spans[at + 1]) > shared(half, spans[at])) at++;
    return at;
  });
}

/** The position of the half that is nearest to the question, of those that a stretch touches. */
export function nearestHalf({ start, end }: TextSpan, { halves, cosines }: Nearness): number {
  let low = 0;
  let high = halves.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (halves[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  let best = low;
  for (let at = low + 1; at < halves.length && halves[at]!.start < end; at++)
    if (cosines[at]! > cosines[best]!) best = at;
  return best;
}

/** A document with what is found in it. */
export interface IndexedDocument {
  readonly document: Document;
  readonly index: DocumentIndex;
}

/** A document with sentences that are compared. */
export interface IndexedSentences extends IndexedDocument {
  readonly spans: readonly TextSpan[];
}

async function vectorsOf(
  ask: Ask,
  embedder: Embedder,
  { document, index, spans, of }: IndexedSentences & { readonly of: string },
): Promise<readonly Float32Array[]> {
  const { provider, modelId } = embedder.leaf;
  const by = [provider, modelId, ...(embedder.at === undefined ? [] : [embedder.at])].join(' ');
  const key = `vectors of ${of} ${by} ${spans.length}`;
  const known = index.vectors.get(key) ?? (await keptVectors(ask, document, key));
  if (known?.length === spans.length) {
    index.vectors.set(key, known);
    return known;
  }
  const write = formsOf(modelId);
  const texts = spans.map(({ start, end }) => {
    const heading = of === underHeading ? headingAbove(document, start) : undefined;
    const own = document.text.slice(start, end).trim();
    return write.passage(heading ? `${heading}\n${own}` : own);
  });
  const vectors = await askEmbedding(ask, embedder, texts, {
    id: `embed ${document.id.slice(0, 16)}`,
    name: 'embed',
  });
  index.vectors.set(key, vectors);
  await ask.documents?.remember?.(document.id, key, JSON.stringify(vectors.map(written)));
  return vectors;
}

async function vectorOf(ask: Ask, embedder: Embedder, question: string): Promise<Float32Array> {
  const text = formsOf(embedder.leaf.modelId).query(question);
  const [asked] = await askEmbedding(ask, embedder, [text], {
    id: `embed ${question.slice(0, 40)}`,
    name: 'embed',
  });
  return asked!;
}

async function keptVectors(
  ask: Ask,
  { id }: Document,
  key: string,
): Promise<readonly Float32Array[] | undefined> {
  const kept = await ask.documents?.recall?.(id, key);
  if (kept === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(kept);
    return Array.isArray(read) ? read.map(String).map(vectorIn) : undefined;
  } catch {
    // What another version has kept is no reason to fail: the document is embedded again.
    return undefined;
  }
}

function written(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function vectorIn(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return new Float32Array(whole as ArrayBuffer);
}

/** How a model wants a question and a passage to begin, as its authors say. */
export function formsOf(modelId: string): {
  readonly query: (text: string) => string;
  readonly passage: (text: string) => string;
} {
  const [query, passage] = /(?:^|[^a-z0-9])e5(?:[^a-z0-9]|$)/i.test(modelId)
    ? ['query: ', 'passage: ']
    : /nomic-embed/i.test(modelId)
      ? ['search_query: ', 'search_document: ']
      : ['', ''];
  return { query: text => query + text, passage: text => passage + text };
}

/** The cosine of two vectors, -1..1; 0 if one of them has no length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    product += a[at]! * (b[at] ?? 0);
    ofA += a[at]! ** 2;
    ofB += (b[at] ?? 0) ** 2;
  }
  return ofA > 0 && ofB > 0 ? product / Math.sqrt(ofA * ofB) : 0;
}

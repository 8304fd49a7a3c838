import { nearest } from '../algorithms/nearest.ts';
import type { TextSpan } from '../algorithms/text/text-span.ts';
import { replay } from '../model/answer.ts';
import { inSlices } from '../model/border/in-slices.ts';
import { requireRange, requireWhole, TandemError } from '../model/errors.ts';
import { usageOf } from '../model/leaf/cost/usage.ts';
import { charactersOf, estimateTokens } from '../model/leaf/leaf-call.ts';
import { onDevice, readingTasks } from '../model/leaf/model/place.ts';
import { abstained } from '../model/pattern/degrade.ts';
import type { Scheme } from '../model/spec.ts';
import { taskOf, type WorkerTask } from '../model/task.ts';
import type { Answer, Call, Content, LanguageModel, StreamPart, Warning } from '../model/types.ts';
import { sourceOf } from './cited-extract.ts';
import { type Document, documentOf } from './document.ts';
import { type RankedSentence, rankingSentences, rankSentences } from './finding/rank-sentences.ts';
import { readCall } from './read-call.ts';

/** Options of the extractive reader. */
export interface ExtractiveOptions {
  /** Score below which it declines to answer, 0..1. Default: 0.5. */
  readonly minScore?: number;
  /** Sentences of an answer, 1..5. Default: 2. */
  readonly sentences?: number;
}

interface ExtractReading {
  readonly minScore: number;
  readonly sentences: number;
}

/** What the reader writes when it declines. */
export const none = 'none';

/**
 * Makes a reader that answers in a document's own words: it ranks sentences by their terms and
 * quotes the best, or declines. It is no language model: it needs none, cannot paraphrase, and
 * gives the same answer every time.
 * @example
 * ```ts
 * const reader = minions({ local: extractive(), cloud, plan: 'plain' });
 * const call = documentCall('How many days of leave?', [await loadDocument('handbook.pdf')]);
 * console.log(textOf(await reader.doGenerate(call)));
 * ```
 */
export function extractive(options: ExtractiveOptions = {}): LanguageModel {
  const reading: ExtractReading = {
    minScore: requireRange(
      'minScore',
      options.minScore ?? 0.5,
      [0, 1],
      'It is a share of the question.',
    ),
    sentences: requireSentences(options.sentences ?? 2),
  };
  return readingTasks(
    onDevice<LanguageModel>({
      specificationVersion: 'v4',
      provider: 'tandem.extractive',
      modelId: 'extractive:reader',
      supportedUrls: {},
      doGenerate: async call => answer(call, reading),
      doStream: async call => ({ stream: streamOf(await answer(call, reading)) }),
    }),
  );
}

function requireSentences(value: number): number {
  const advice = 'Use 1 for the best sentence alone.';
  return requireRange('sentences', requireWhole('sentences', value, 1, advice), [1, 5], advice);
}

/** `extractive:`, the reader by spec. */
export const extractiveScheme: Scheme = {
  name: 'extractive',
  summary: 'a reader that answers in the words of a document; no language model, needs nothing',
  example: 'extractive:',
  create(rest, { env: _env, ...settings }) {
    if (rest !== '' && rest !== 'reader') {
      const message =
        `There is one extractive reader, got "${rest}". Write \`extractive:\` or ` +
        '`extractive:reader`.';
      throw new TandemError('unknown_name', message, { data: { name: rest } });
    }
    const known = ['minScore', 'sentences'];
    const unknown = Object.keys(settings).find(key => !known.includes(key));
    if (unknown === undefined) return extractive(settings as ExtractiveOptions);
    const near = nearest(unknown, known);
    throw new TandemError(
      'unknown_name',
      `\`extractive:\` has no setting "${unknown}". ` +
        `${near ? `Did you mean "${near}"?` : `It has ${known.join(', ')}.`}`,
    );
  },
};

interface WrittenExtracts {
  readonly text: string;
  readonly score: number;
  readonly isAbstention: boolean;
  readonly more?: readonly Content[];
  /** Where its quotes stand, in the text that was read. */
  readonly citations?: readonly Citation[];
}

interface Citation extends TextSpan {
  readonly quote: string;
}

async function answer(call: Call, reading: ExtractReading): Promise<Answer> {
  call.abortSignal?.throwIfAborted();
  const task = taskOf(call);
  const written = task ? await inSlices(work(task, reading)) : await answerFromCall(call, reading);
  const { text, score, isAbstention, more = [], citations = [] } = written;
  return {
    content: [{ type: 'text', text }, ...more],
    finishReason: { unified: 'stop', raw: isAbstention ? abstained : undefined },
    usage: usageOf(estimateTokens(charactersRead(call, task)), estimateTokens(text.length)),
    warnings: warningsOf(call, task !== undefined),
    providerMetadata: {
      extractive: { score, citations: citations.map(citation => ({ ...citation })) },
    },
  };
}

// A task may stand beside a prompt that does not repeat its text.
function charactersRead(call: Call, task: WorkerTask | undefined): number {
  const inTask =
    task === undefined ? 0 : task.kind === 'compose' ? lengthOf(task.extracts) : task.text.length;
  return Math.max(charactersOf(call.prompt), inTask);
}

function lengthOf(extracts: readonly { readonly text: string }[]): number {
  return extracts.reduce((sum, { text }) => sum + text.length, 0);
}

function* work(task: WorkerTask, reading: ExtractReading): Generator<void, WrittenExtracts> {
  if (task.kind === 'extract') return yield* extract(task, reading);
  if (task.kind === 'relay') return yield* relay(task);
  if (task.kind === 'compose') return compose(task, reading);
  return yield* fromDocuments(task.question, [documentOf({ text: task.text })], reading);
}

async function answerFromCall(call: Call, reading: ExtractReading): Promise<WrittenExtracts> {
  const { question, documents } = await readCall(call);
  return inSlices(fromDocuments(question, documents, reading));
}

function* fromDocuments(
  question: string,
  documents: readonly Document[],
  { minScore, sentences }: ExtractReading,
): Generator<void, WrittenExtracts> {
  const ranked: (RankedSentence & { readonly document: Document })[] = [];
  for (const document of documents) {
    for (const sentence of yield* rankingSentences(document.text, question))
      ranked.push({ ...sentence, document });
  }
  ranked.sort((a, b) => b.score - a.score || b.bm25 - a.bm25);
  const best = ranked[0];
  if (!best || best.score < minScore)
    return { text: none, score: best?.score ?? 0, isAbstention: true };
  // A second sentence only where it answers nearly as well.
  const kept = ranked
    .slice(0, sentences)
    .filter(({ score }) => score >= 0.8 * best.score && score >= minScore);
  kept.sort(
    (a, b) => documents.indexOf(a.document) - documents.indexOf(b.document) || a.start - b.start,
  );
  const extracts = kept.map((sentence, index) => ({ ...sentence, id: `e${index + 1}` }));
  const text = extracts.map(({ id, text: words }) => `${oneLine(words)} [${id}]`).join(' ');
  return {
    text,
    score: best.score,
    isAbstention: false,
    more: extracts.map(sourceOf),
    citations: extracts.map(cite),
  };
}

function* extract(
  { text, question }: Extract<WorkerTask, { kind: 'extract' }>,
  { minScore }: ExtractReading,
): Generator<void, WrittenExtracts> {
  const [best] = yield* rankingSentences(text, question);
  const score = best?.score ?? 0;
  if (!best || score < minScore)
    return json({ explanation: 'No sentence fits.', citation: null, answer: null }, score);
  const explanation = 'The sentence closest to the question.';
  return json({ explanation, citation: best.text, answer: best.text }, score, [cite(best)]);
}

// More than one fact of a part may matter; weak ones are left to the unit, which evicts by
// relevance.
const mostFacts = 6;
const weakestFact = 0.2;

function* relay({
  text,
  question,
  known,
}: Extract<WorkerTask, { kind: 'relay' }>): Generator<void, WrittenExtracts> {
  const ranked = yield* rankingSentences(
    text,
    question,
    known.map(({ text: words }) => words),
  );
  const kept = ranked.filter(({ score }) => score >= weakestFact).slice(0, mostFacts);
  kept.sort((a, b) => a.start - b.start);
  return json(
    { facts: kept.map(({ text: quote }) => ({ quote })), openQuestions: [] },
    ranked[0]?.score ?? 0,
    kept.map(cite),
  );
}

function compose(
  { question, extracts }: Extract<WorkerTask, { kind: 'compose' }>,
  { sentences }: ExtractReading,
): WrittenExtracts {
  const order = new Map(extracts.map(({ id }, index) => [id, index]));
  // Of extracts that fit equally well the earlier goes first: causes stand before effects.
  const ranked = rankExtracts(extracts, question)
    .sort((a, b) => b.score - a.score || order.get(a.id)! - order.get(b.id)!)
    .slice(0, sentences);
  const best = ranked[0];
  if (!best) return { text: none, score: 0, isAbstention: true };
  const kept = ranked.filter(({ score }) => score >= 0.5 * best.score);
  kept.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  const text = kept.map(({ id, text: words }) => `${words} [${id}]`).join(' ');
  return { text, score: best.score, isAbstention: false };
}

// Ranked among each other: what most of them say tells little about any of them.
function rankExtracts(extracts: readonly { id: string; text: string }[], question: string) {
  const places: { id: string; text: string; end: number }[] = [];
  let joined = '';
  for (const { id, text } of extracts) {
    const words = oneLine(text);
    joined += `${words}\n\n`;
    places.push({ id, text: words, end: joined.length });
  }
  const scores = new Map<string, { id: string; text: string; score: number }>();
  for (const { start, score } of rankSentences(joined, question)) {
    const place = places.find(({ end }) => start < end);
    if (place && !scores.has(place.id)) scores.set(place.id, { ...place, score });
  }
  return [...scores.values()];
}

function json(value: object, score: number, citations: readonly Citation[] = []): WrittenExtracts {
  return { text: JSON.stringify(value), score, isAbstention: false, citations };
}

function cite({ start, end, text }: TextSpan & { readonly text: string }): Citation {
  return { start, end, quote: text };
}

function oneLine(text: string): string {
  return text.replace(/[^\S\t]+/g, ' ').trim();
}

// It has no chance to steer: the same call gets the same answer, whatever these say.
const sampling = [
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
  'reasoning',
] as const;

function warningsOf(call: Call, hasTask: boolean): Warning[] {
  const warnings: Warning[] = [];
  const cannot = (feature: string) =>
    warnings.push({ type: 'unsupported', feature, details: 'The reader only quotes.' });
  if (call.tools && call.tools.length > 0) cannot('tools');
  if (call.responseFormat?.type === 'json' && !hasTask) cannot('responseFormat');
  if (call.temperature) cannot('temperature');
  for (const option of sampling) if (call[option] !== undefined) cannot(option);
  return warnings;
}

function streamOf(given: Answer): ReadableStream<StreamPart> {
  return ReadableStream.from(replay(given)) as ReadableStream<StreamPart>;
}

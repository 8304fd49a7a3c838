import * as z from 'zod';
import { deferred } from '../../../algorithms/deferred.ts';
import { questionIn } from '../../../algorithms/finding/asked-terms.ts';
import { isGivenBack } from '../../../algorithms/finding/given-back.ts';
import { isInstruction } from '../../../algorithms/text/is-instruction.ts';
import { jsonIn } from '../../../algorithms/text/json-in.ts';
import {
  fewWordsIn,
  locateAlteredQuote,
  locateAnswer,
  locateFewWords,
  nearestSentence,
} from '../../../algorithms/text/locate-answer.ts';
import { relevance } from '../../../algorithms/text/relevance.ts';
import { sentenceSpans } from '../../../algorithms/text/sentences.ts';
import { contentTerms } from '../../../algorithms/text/terms.ts';
import type { TextSpan } from '../../../algorithms/text/text-span.ts';
import { answerSchema } from '../../../config/answer-schema.ts';
import { type CitedExtract, checkQuote, type Passage } from '../../../documents/cited-extract.ts';
import { rankSentences } from '../../../documents/finding/rank-sentences.ts';
import { instructionsOfJob } from './job-prompt.ts';
import type { Job } from './jobs.ts';

const outputSchema = deferred(() =>
  z.object({
    explanation: z.string(),
    citation: z.string().nullable(),
    answer: z.string().nullable(),
  }),
);

/** The schema of a worker's answer; made once, since it is the same for every job. */
export const outputJsonSchema = () => answerSchema(outputSchema);

/** What became of a job that was answered. */
export type Output = Omit<CitedExtract, 'id'> | Miss;

/**
 * Why a job brought nothing: it abstained; its answer was no answer, cut off, the prompt given
 * back, not in the chunk, or an order.
 */
export type Miss = 'abstained' | 'instructing' | Unread;

/** Misses by which nothing is known of the chunk: it counts as unread. */
export type Unread = 'malformed' | 'cut' | 'echoed' | 'unsupported';

/** Tells whether a job's chunk was understood. */
export function isRead(output: Output): boolean {
  return typeof output !== 'string' || output === 'abstained' || output === 'instructing';
}

const longestExtract = { characters: 600, sentences: 3 };
const longestNote = 300;
const nothing = new RegExp(
  '^(?:none|null|n/?a|nil|unknown|not (?:found|given|stated|mentioned' +
    String.raw`|in the (?:chunk|text)))?\.?$`,
  'i',
);

/**
 * Reads a worker's answer. Only words of the document leave it: the citation must stand in the
 * chunk, is narrowed to its best sentence where it is long, and is refused if it speaks to a model;
 * what the worker made of it is kept only where it says nothing beyond the citation and the task.
 */
export function readOutput(job: Pick<Job, 'places' | 'task'>, text: string): Output {
  const output = outputIn(jsonIn(text, value => outputIn(value) !== undefined));
  if (!output) return 'malformed';
  const { answer, citation } = output;
  const told = [instructionsOfJob, job.task.question];
  if ([answer, citation].some(said => said !== null && isEcho(job, said, told))) return 'echoed';
  if (answer === null) return 'abstained';
  if (nothing.test(answer.trim()) && !saysNothing(job, answer.trim(), citation)) return 'abstained';
  return extractFor(job, { answer, citation });
}

// A sentence of the document that says "nil" makes an answer of the word, which else is none.
function saysNothing(
  { places, task }: Pick<Job, 'places' | 'task'>,
  answer: string,
  citation: string | null,
): boolean {
  const quote = citation === null || answer === '' ? undefined : quoteIn(places, citation);
  const words = ` ${quote?.text.toLowerCase().replaceAll(/[^\p{L}\p{N}/]+/gu, ' ')} `;
  return (
    quote !== undefined &&
    (words.includes(` ${answer.toLowerCase().replace(/\.$/, '')} `) ||
      (denied.test(words) && relevance(quote.text, task.question) > 0))
  );
}

const denied = new RegExp(
  String.raw` (?:nil|none|zero|no|nothing|without|n/a|kein\p{L}*|nichts|aucune?|n[eé]ant|geen` +
    String.raw`|ning[uú]n\p{L}*|nessun\p{L}*) `,
  'u',
);

type GivenOutput = Pick<z.output<typeof outputSchema>, 'answer' | 'citation'>;

// What really comes: without an explanation, with a number for an answer, in a list of one.
function outputIn(value: unknown): GivenOutput | undefined {
  const [one] = Array.isArray(value) && value.length === 1 ? value : [value];
  if (typeof one !== 'object' || one === null || !('answer' in one)) return undefined;
  const answer = textOrNull(one.answer);
  const citation = textOrNull('citation' in one ? one.citation : null);
  return answer === undefined || citation === undefined ? undefined : { answer, citation };
}

function textOrNull(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 1 ? textOrNull(value[0]) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Makes an extract of what a worker said in a few words: the sentence that holds them, or the one
 * that `locate` gives.
 */
export function readFewWords(
  job: Pick<Job, 'places' | 'task'>,
  text: string,
  locate?: typeof locateAnswer,
): Output {
  const answer = fewWordsIn(text);
  const isNone = nothing.test(answer);
  if (locate) return extractFor(job, { answer: isNone ? '' : answer, citation: null, locate });
  if (answer === '') return 'malformed';
  if (isEcho(job, answer, [job.task.question])) return 'echoed';
  // It was given no such word: small models say it of chunks that hold the answer too.
  if (isNone) return 'unsupported';
  return extractFor(job, { answer, citation: null, locate: locateFewWords });
}

/**
 * The sentence that a few words came from, in a chunk that is known to hold the answer: it is the
 * nearest at least.
 */
export const locateHeld: typeof locateAnswer = (...given) =>
  locateFewWords(...given) ?? nearestSentence(...given);

interface Meant {
  readonly answer: string;
  readonly citation: string | null;
  readonly locate?: typeof locateAnswer;
}

function extractFor(
  job: Pick<Job, 'places' | 'task'>,
  { answer, citation, locate = locateAnswer }: Meant,
): Output {
  const { question } = job.task;
  const borne = (quote?: Omit<CitedExtract, 'id'>) =>
    quote && bears(quote.text, answer, question) ? quote : undefined;
  const found =
    borne(citation === null ? undefined : quoteIn(job.places, citation)) ??
    sentenceIn(job.places, text => locate(text, answer, question)) ??
    borne(
      citation === null
        ? undefined
        : sentenceIn(job.places, text => locateAlteredQuote(text, citation)),
    );
  const extract = found && narrowed(found, question);
  if (!extract) return 'unsupported';
  // Words to a model that have nothing to do with the task are no answer; others are shown for what
  // they are.
  const isOrder = isInstruction(extract.text);
  if (isOrder && relevance(extract.text, job.task.question) === 0) return 'instructing';
  const marked = isOrder
    ? { ...extract, remark: 'speaks to its reader; data, not an order' }
    : extract;
  const note = answer.trim();
  const hasNote =
    note !== extract.text.trim() &&
    isSafeNote(note, extract.text, job.task.question) &&
    // Words of the document beyond its extract stay here, whatever they are called.
    !isEcho({ places: [extract] }, note, texts(job));
  return hasNote ? { ...marked, note } : marked;
}

// True words that hold none of the answer's numbers and none of the question's words prove
// nothing: weak workers fill the form with whatever is near, such as an address at the page's foot.
function bears(quote: string, answer: string, question: string): boolean {
  const numbers = answer.match(/\p{N}+/gu) ?? [];
  const own = new Set(quote.match(/\p{N}+/gu));
  return (
    numbers.length === 0 ||
    numbers.some(number => own.has(number)) ||
    relevance(quote, question) > 0
  );
}

function quoteIn(
  places: readonly Passage[],
  citation: string,
): Omit<CitedExtract, 'id'> | undefined {
  for (const place of places) {
    const found = checkQuote(place, citation);
    if (found) return found;
  }
  return undefined;
}

// Words for words is more than small models can do: what they mean is looked for, and the
// document's own sentence is what counts.
function sentenceIn(
  places: readonly Passage[],
  locate: (text: string) => TextSpan | undefined,
): Omit<CitedExtract, 'id'> | undefined {
  for (const { text, start, document } of places) {
    const found = locate(text);
    if (!found) continue;
    const span = { start: start + found.start, end: start + found.end };
    return { ...span, text: document.text.slice(span.start, span.end), document };
  }
  return undefined;
}

function texts({ places }: { readonly places: readonly Pick<Passage, 'text'>[] }): string[] {
  return places.map(({ text }) => text);
}

// Words of the chunk are no echo, whatever the prompt says too.
function isEcho(
  { places }: Parameters<typeof texts>[0],
  said: string,
  told: readonly string[],
): boolean {
  return isGivenBack(said, told) && !isGivenBack(said, texts({ places }));
}

// A worker that cites the whole chunk shall not release it.
function narrowed(
  extract: Omit<CitedExtract, 'id'>,
  question: string,
): Omit<CitedExtract, 'id'> | undefined {
  const { characters, sentences } = longestExtract;
  if (extract.text.length <= characters && sentenceSpans(extract.text).length <= sentences)
    return extract;
  const best = rankSentences(extract.text, question)[0];
  if (!best) return undefined;
  return {
    ...extract,
    start: extract.start + best.start,
    end: extract.start + best.end,
    text: best.text,
  };
}

function isSafeNote(note: string, text: string, question: string): boolean {
  if (note.length > longestNote || isInstruction(note)) return false;
  const allowed = new Set([...contentTerms(text), ...contentTerms(questionIn(question))]);
  return contentTerms(note).every(term => allowed.has(term));
}

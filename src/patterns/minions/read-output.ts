import * as z from 'zod';
import { isInstruction } from '../../algorithms/text/is-instruction.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { relevance } from '../../algorithms/text/relevance.ts';
import { sentenceSpans } from '../../algorithms/text/sentences.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import { type CitedExtract, checkQuote, type Passage } from '../../documents/cited-extract.ts';
import { rankSentences } from '../../documents/rank-sentences.ts';
import type { JsonSchema } from '../../model/types.ts';
import type { Job } from './jobs.ts';

const outputSchema = z.object({
  explanation: z.string(),
  citation: z.string().nullable(),
  answer: z.string().nullable(),
});

/** The schema of a worker's answer; made once, since it is the same for every job. */
export const outputJsonSchema = z.toJSONSchema(outputSchema) as JsonSchema;

/** What became of a job that was answered. */
export type Output = Omit<CitedExtract, 'id'> | Miss;

/**
 * Why a job brought nothing: it abstained; its answer was no answer, cut off, without a true
 * citation, or an order.
 */
export type Miss = 'abstained' | 'malformed' | 'cut' | 'unsupported' | 'instructing';

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
  const output = outputSchema.safeParse(jsonIn(text));
  if (!output.success) return 'malformed';
  const { answer, citation } = output.data;
  if (answer === null || nothing.test(answer.trim())) return 'abstained';
  const found = citation === null ? undefined : quoteIn(job.places, citation);
  const extract = found && narrowed(found, job.task.question);
  if (!extract) return 'unsupported';
  // Words to a model that have nothing to do with the task are no answer; others are shown for what
  // they are.
  const isOrder = isInstruction(extract.text);
  if (isOrder && relevance(extract.text, job.task.question) === 0) return 'instructing';
  const marked = isOrder
    ? { ...extract, remark: 'speaks to its reader; data, not an order' }
    : extract;
  const note = answer.trim();
  const hasNote = note !== extract.text.trim() && isSafeNote(note, extract.text, job.task.question);
  return hasNote ? { ...marked, note } : marked;
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
  const allowed = new Set([...contentTerms(text), ...contentTerms(question)]);
  return contentTerms(note).every(term => allowed.has(term));
}

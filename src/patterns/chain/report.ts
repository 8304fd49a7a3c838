import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { canonicalAnswer } from '../../algorithms/text/canonical-answer.ts';
import { isInstruction } from '../../algorithms/text/is-instruction.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { locateAlteredQuote } from '../../algorithms/text/locate-answer.ts';
import { locateQuote } from '../../algorithms/text/locate-quote.ts';
import { relevance } from '../../algorithms/text/relevance.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import { isDate } from '../../algorithms/text/written/is-date.ts';
import { answerSchema } from '../../config/answer-schema.ts';
import { type CitedExtract, checkQuote, type Passage } from '../../documents/cited-extract.ts';
import { rankSentences } from '../../documents/finding/rank-sentences.ts';
import type { Certainty, Unit } from './unit.ts';

/** What a worker adds to the unit. */
export interface Report {
  readonly facts: readonly FoundFact[];
  /** Questions that its part has raised and not answered. */
  readonly openQuestions: readonly string[];
  /** Ids of open questions that its facts answer. */
  readonly answered: readonly string[];
  /** Quotes that do not stand in the part, are too long, or tell models what to do. */
  readonly refused: number;
  /** Quotes that do not stand in the part, but in the notes of parts before. */
  readonly repeated: number;
  /** Quotes and questions that were taken from the prompt. */
  readonly echoed: number;
  /** Place of the part, from 0. */
  readonly part: number;
  /** Whether it is no report but a word that says that there is nothing. */
  readonly isDenial?: boolean;
}

/** A checked quote, before it has an id. */
export interface FoundFact extends Omit<CitedExtract, 'id'> {
  readonly certainty: Certainty;
  readonly asOf?: string;
}

const certainties = ['stated', 'implied', 'unsure'] as const;

// For models that are held to a schema; what really comes is read with more patience.
const wantedReport = later(() =>
  z.object({
    facts: z.array(
      z.object({ quote: z.string(), certainty: z.enum(certainties), asOf: z.string().nullable() }),
    ),
    openQuestions: z.array(z.string()),
    answered: z.array(z.string()),
  }),
);

/** Gives the schema of a report, as workers are given it. */
export const reportSchema = () => answerSchema(wantedReport(), 'input');

const givenFact = later(() =>
  z.union([
    z.string().transform(quote => ({ quote, certainty: 'stated' as const, asOf: undefined })),
    z.object({
      quote: z.string(),
      certainty: z.enum(certainties).catch('stated'),
      asOf: z.string().nullish().catch(undefined),
    }),
  ]),
);
const quoteKeys = ['quote', 'text', 'fact', 'citation', 'sentence', 'content'] as const;
// Some call a quote by another name.
const renamed = later(() =>
  z.preprocess(fact => {
    if (typeof fact !== 'object' || fact === null) return fact;
    const own = fact as Readonly<Record<string, unknown>>;
    const key = quoteKeys.find(each => typeof own[each] === 'string');
    return key === undefined ? fact : { ...own, quote: own[key] };
  }, givenFact()),
);
const texts = later(() =>
  z.array(z.unknown()).transform(each => each.filter(text => typeof text === 'string')),
);
const givenReport = later(() =>
  z.object({
    facts: z.array(z.unknown()),
    openQuestions: texts().nullish().catch([]),
    answered: texts().nullish().catch([]),
  }),
);

const most = { facts: 50, questions: 5, questionLength: 300, asOfLength: 40 };

/** Longest quote that counts as one fact, in characters; a worker cannot note its whole part. */
export const longestFact = 600;

/** What a worker was shown when it wrote its report. */
interface Shown {
  readonly passage: Passage;
  readonly part: number;
  readonly question: string;
  readonly unit: Pick<Unit, 'held'>;
}

/**
 * Reads a worker's answer and checks every quote against the part; `undefined` if it is not a
 * report.
 */
export function readReport(text: string, shown: Shown): Report | undefined {
  const parsed = givenReport().safeParse(unlisted(jsonIn(text, isReport)));
  if (!parsed.success) return undefined;
  const { facts, openQuestions, answered } = parsed.data;
  const found: FoundFact[] = [];
  const lost = { refused: Math.max(0, facts.length - most.facts), repeated: 0, echoed: 0 };
  for (const given of facts.slice(0, most.facts)) {
    const fact = renamed().safeParse(given).data;
    const checked = fact && checkFact(shown, fact);
    if (checked) found.push(checked);
    else if (!fact || !denial.test(fact.quote))
      lost[fact ? lossOf(fact.quote, shown) : 'refused']++;
  }
  const questions = (openQuestions ?? []).map(question => question.trim());
  const own = questions.filter(question => isOwn(question, shown));
  return {
    facts: found,
    openQuestions: own
      .map(question => question.slice(0, most.questionLength))
      .slice(0, most.questions),
    answered: (answered ?? []).filter(id => !isBlank(id)),
    ...lost,
    part: shown.part,
  };
}

function isReport(value: unknown): boolean {
  return givenReport().safeParse(unlisted(value)).success;
}

// A list of facts is a report too, and so is a list of one report.
function unlisted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [only] = value;
  return value.length === 1 && givenReport().safeParse(only).success ? only : { facts: value };
}

/** Tells whether a report names facts, and none of them is the part's. */
export function addsNothingTrue({ facts, refused, repeated, echoed }: Report): boolean {
  return facts.length === 0 && refused + repeated + echoed > 0;
}

/** What small models write where there is nothing to say. */
export const denial = new RegExp(
  String.raw`^\W*(?:(?:none|nothing|n/a|no answer|not (?:stated|mentioned|given|specified|in the)` +
    String.raw`|no (?:open )?(?:questions?|facts?|information)` +
    String.raw`|the (?:text|part|passage|document) (?:does not|doesn't))\b` +
    String.raw`|(?:null|nichts|keine?|rien|aucune?|nada|ning[uú]n[ao]?|nessun[ao]?)\W*$)`,
  'i',
);

// What is left of a placeholder of the shape that workers are shown.
function isBlank(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text);
}

function lossOf(quote: string, { unit, question }: Shown): 'refused' | 'repeated' | 'echoed' {
  if (isBlank(quote) || isSaid(quote, question)) return 'echoed';
  const words = canonicalAnswer(quote);
  const isNoted = unit.held.some(({ said }) => said.includes(words) || leadsThrough(words, said));
  return isNoted || /^\[?f\d+\b/.test(quote.trim()) ? 'repeated' : 'refused';
}

// A note is some words of its fact, in their order; who copies it may add one or two.
function leadsThrough(words: string, said: string): boolean {
  const own = wordsOf(words);
  const held = wordsOf(said);
  let [at, found] = [0, 0];
  for (const word of own) {
    const next = held.indexOf(word, at);
    if (next < 0) continue;
    at = next + 1;
    found++;
  }
  return found >= leastNoteWords && found * 4 >= own.length * 3;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

const leastNoteWords = 3;

// The question itself is open to all; a worker that gives it back has asked nothing, nor has one
// that says that there is none, or names a note.
function isOwn(text: string, { question }: Shown): boolean {
  const isWorded = !isBlank(text) && !/^\W*[fq]\d+\W*$/.test(text);
  return isWorded && (text.includes('?') || !denial.test(text)) && !isSaid(text, question);
}

function isSaid(text: string, question: string): boolean {
  return canonicalAnswer(text) === canonicalAnswer(question);
}

function checkFact(
  { passage, question }: Shown,
  {
    quote,
    certainty,
    asOf,
  }: { quote: string; certainty: Certainty; asOf?: string | null | undefined },
): FoundFact | undefined {
  // A sentence of the part may be near to the question that a worker gives back.
  const near = () => (isSaid(quote, question) ? undefined : alteredQuote(passage, quote));
  const located = checkQuote(passage, quote) ?? near();
  const extract = located && narrowed(located, question);
  // White space is levelled in the search: what was found may be longer than the quote. What tells
  // models what to do, and has nothing to do with the question, is no fact of a document: it would
  // go up to one.
  if (!extract || extract.text.length > 2 * longestFact || isOrder(extract.text, question))
    return undefined;
  const date = asOf?.trim();
  // A date is the document's or none: it goes up with the fact.
  const isThere =
    date &&
    date.length <= most.asOfLength &&
    isDate(date) &&
    locateQuote(passage.text, date) !== undefined;
  return { ...extract, certainty, ...(isThere && { asOf: date }) };
}

// A clause may be long: the sentence of it that fits best stands for it.
function narrowed(
  extract: Omit<CitedExtract, 'id'>,
  question: string,
): Omit<CitedExtract, 'id'> | undefined {
  if (extract.text.length <= longestFact) return extract;
  const best = rankSentences(extract.text, question)[0];
  if (!best) return undefined;
  const start = extract.start + best.start;
  return { ...extract, start, end: start + best.text.length, text: best.text };
}

function isOrder(text: string, question: string): boolean {
  return isInstruction(text) && relevance(text, question) === 0;
}

// Small models alter a word of what they copy: the sentence of the document stands for it.
function alteredQuote(passage: Passage, quote: string): Omit<CitedExtract, 'id'> | undefined {
  const held = termsOf(passage);
  const terms = contentTerms(quote);
  // Most made-up quotes end here, before any sentence is looked at.
  if (terms.filter(term => held.has(term)).length < terms.length / 2) return undefined;
  const found = locateAlteredQuote(passage.text, quote);
  const words = found && passage.text.slice(found.start, found.end);
  return words === undefined ? undefined : checkQuote(passage, words);
}

const termsByPassage = new WeakMap<Passage, ReadonlySet<string>>();

function termsOf(passage: Passage): ReadonlySet<string> {
  const known = termsByPassage.get(passage) ?? new Set(contentTerms(passage.text));
  termsByPassage.set(passage, known);
  return known;
}

import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { isInstruction } from '../../algorithms/text/is-instruction.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import { locateQuote } from '../../algorithms/text/locate-quote.ts';
import { answerSchema } from '../../config/answer-schema.ts';
import { type CitedExtract, checkQuote, type Passage } from '../../documents/cited-extract.ts';
import type { Certainty } from './unit.ts';

/** What a worker adds to the unit. */
export interface Report {
  readonly facts: readonly FoundFact[];
  /** Questions that its part has raised and not answered. */
  readonly openQuestions: readonly string[];
  /** Ids of open questions that its facts answer. */
  readonly answered: readonly string[];
  /** Quotes that do not stand in the part, are too long, or tell models what to do. */
  readonly refused: number;
  /** Place of the part, from 0. */
  readonly part: number;
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

/**
 * Reads a worker's answer and checks every quote against the part; `undefined` if it is not a
 * report.
 */
export function readReport(
  text: string,
  { passage, part }: { passage: Passage; part: number },
): Report | undefined {
  const parsed = givenReport().safeParse(unlisted(jsonIn(text, isReport)));
  if (!parsed.success) return undefined;
  const { facts, openQuestions, answered } = parsed.data;
  const given = facts.slice(0, most.facts).map(fact => renamed().safeParse(fact).data);
  const found = given
    .map(fact => fact && checkFact(passage, fact))
    .filter(fact => fact !== undefined);
  return {
    facts: found,
    openQuestions: (openQuestions ?? [])
      .map(question => question.trim().slice(0, most.questionLength))
      .filter(question => question !== '')
      .slice(0, most.questions),
    answered: answered ?? [],
    refused: facts.length - found.length,
    part,
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

function checkFact(
  passage: Passage,
  {
    quote,
    certainty,
    asOf,
  }: { quote: string; certainty: Certainty; asOf?: string | null | undefined },
): FoundFact | undefined {
  // What tells models what to do is no fact of a document: it would go up to one.
  if (quote.length > longestFact || isInstruction(quote)) return undefined;
  const extract = checkQuote(passage, quote);
  // White space is levelled in the search: what was found may be longer than the quote.
  if (!extract || extract.text.length > 2 * longestFact) return undefined;
  const date = asOf?.trim();
  // A date is the document's or none: it goes up with the fact.
  const isThere =
    date && date.length <= most.asOfLength && locateQuote(passage.text, date) !== undefined;
  return { ...extract, certainty, ...(isThere && { asOf: date }) };
}

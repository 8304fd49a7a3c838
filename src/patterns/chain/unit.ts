import { canonicalAnswer } from '../../algorithms/text/canonical-answer.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { CitedExtract } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import { fitting, type Room } from './fit-facts.ts';
import type { FoundFact, Report } from './report.ts';

/**
 * The communication unit that workers relay: facts with their places, what is still asked, and what
 * was left out and why. Facts are quotes that were found in the text; they are only ever added or
 * left out, never rewritten, so that an early one is as exact at the end as it was when it was
 * read.
 */
export interface Unit {
  /**
   * What fits the budget, in the order of the documents: this is what workers and the manager see.
   */
  readonly facts: readonly Fact[];
  /**
   * Every fact that was found, in the order of finding; one that was left out comes back when it
   * matters more.
   */
  readonly held: readonly Fact[];
  readonly openQuestions: readonly OpenQuestion[];
  readonly dropped: Dropped;
  /** Facts and open questions that have had an id. */
  readonly numbered: { readonly facts: number; readonly questions: number };
}

/** How sure a worker was of a fact. */
export type Certainty = 'stated' | 'implied' | 'unsure';

/** A fact, quoted from the document. */
export interface Fact extends CitedExtract {
  readonly certainty: Certainty;
  /** From when it holds, in the document's own words: `May 2024`. */
  readonly asOf?: string;
  /** How much it has to do with what is asked, 0..1. */
  readonly relevance: number;
  /** Tokens of its line in the unit. */
  readonly tokens: number;
  readonly terms: ReadonlySet<string>;
  /** Its words, levelled. */
  readonly said: string;
  /**
   * True if the same words stand elsewhere: they may tell of a return to what was, but go first
   * where room is short.
   */
  readonly isRepeat: boolean;
  /** Place of the part that it was read in, from 0. */
  readonly part: number;
}

/** A question that a worker could not answer. */
export interface OpenQuestion {
  readonly id: string;
  readonly text: string;
}

/** What is not in the unit, by reason. */
export interface Dropped {
  /** Facts found and left out: others matter more. */
  readonly forRoom: number;
  /** Facts that were known already, by their place. */
  readonly repeated: number;
  /**
   * Quotes that do not stand in their part, are too long to be one fact, or tell models what to do.
   */
  readonly refused: number;
  /** Quotes that workers took from the notes or the prompt, and not from their part. */
  readonly copied: number;
  /** Ids of open questions that workers named and that do not exist. */
  readonly unknownIds: number;
  /** Open questions left out, since there were too many. */
  readonly questions: number;
}

/** What a unit may hold, and for what. */
export interface UnitLimits {
  /** Most tokens of its facts and questions. */
  readonly maxTokens: number;
  readonly count: (text: string) => number;
  /**
   * Terms that say what matters: those of the question, or the document's own where nothing is
   * asked.
   */
  readonly focus: ReadonlySet<string>;
  readonly documents: readonly Document[];
  /**
   * True where nothing is asked: then every part of the document is given its share of the room.
   */
  readonly isSpread: boolean;
}

/** The unit that the first worker gets. */
export const emptyUnit: Unit = {
  facts: [],
  held: [],
  openQuestions: [],
  dropped: { forRoom: 0, repeated: 0, refused: 0, copied: 0, unknownIds: 0, questions: 0 },
  numbered: { facts: 0, questions: 0 },
};

const mostOpenQuestions = 5;
// Beyond this the least relevant are forgotten for good; a unit shows some dozens.
const mostHeld = 2000;

/** Merges what a worker found into the unit; a report of nothing leaves it untouched. */
export function addToUnit(unit: Unit, report: Report, limits: UnitLimits): Unit {
  const questions = mergeQuestions(unit, report, limits);
  const fresh = freshFacts(unit, report, limits);
  const ids = unit.openQuestions.map(({ id }) => id);
  const told = {
    refused: report.refused,
    copied: report.repeated + report.echoed,
    repeated: report.facts.length - fresh.length,
    unknownIds: report.answered.filter(id => !ids.includes(id)).length,
  };
  if (questions === undefined && fresh.length === 0) return withDropped(unit, told);
  const openQuestions = questions?.open ?? unit.openQuestions;
  const room = roomFor(openQuestions, limits);
  const asked = [limits.focus, ...openQuestions.map(({ text }) => new Set(contentTerms(text)))];
  const scored = [...unit.held, ...fresh].map(fact => ({
    ...fact,
    relevance: relevanceOf(fact, asked),
  }));
  const { shown, held } = fitting(scored, { ...room, mostHeld });
  const numbered = {
    facts: unit.numbered.facts + fresh.length,
    questions: unit.numbered.questions + (questions?.added ?? 0),
  };
  const merged: Unit = {
    facts: inOrder(shown, limits.documents),
    held,
    openQuestions,
    numbered,
    dropped: {
      ...unit.dropped,
      forRoom: numbered.facts - shown.length,
      questions: unit.dropped.questions + (questions?.left ?? 0),
    },
  };
  return withDropped(merged, told);
}

/** Writes a fact as workers and the manager see it. */
export function factLine({
  id,
  text,
  certainty,
  asOf,
}: Pick<Fact, 'id' | 'text' | 'certainty' | 'asOf'>): string {
  const remark = remarkOf({ certainty, asOf });
  return `[${id}]${remark ? ` (${remark})` : ''} ${text.trim()}`;
}

/** What is said of a fact beside its words; empty where it is plainly stated. */
export function remarkOf({
  certainty,
  asOf,
}: {
  certainty: Certainty;
  asOf?: string | undefined;
}): string {
  return [...(asOf ? [`as of ${asOf}`] : []), ...(certainty === 'stated' ? [] : [certainty])].join(
    ', ',
  );
}

type Losses = Pick<Dropped, 'refused' | 'copied' | 'repeated' | 'unknownIds'>;

function withDropped(unit: Unit, told: Losses): Unit {
  const { dropped } = unit;
  const { refused, copied, repeated, unknownIds } = told;
  if (refused + copied + repeated + unknownIds === 0) return unit;
  return {
    ...unit,
    dropped: {
      ...dropped,
      refused: dropped.refused + refused,
      copied: dropped.copied + copied,
      repeated: dropped.repeated + repeated,
      unknownIds: dropped.unknownIds + unknownIds,
    },
  };
}

function freshFacts(unit: Unit, { facts, part }: Report, limits: UnitLimits): Fact[] {
  if (facts.length === 0) return [];
  const known = new Set(unit.held.map(({ said }) => said));
  const fresh: Fact[] = [];
  for (const found of facts) {
    if ([...unit.held, ...fresh].some(fact => holds(fact, found))) continue;
    const said = canonicalAnswer(found.text);
    const id = `f${unit.numbered.facts + fresh.length + 1}`;
    const terms = new Set(contentTerms(found.text));
    const tokens = limits.count(factLine({ ...found, id })) + 1;
    fresh.push({
      ...found,
      id,
      part,
      terms,
      said,
      isRepeat: known.has(said),
      relevance: 0,
      tokens,
    });
    known.add(said);
  }
  return fresh;
}

function holds(fact: Fact, found: FoundFact): boolean {
  return fact.document === found.document && fact.start <= found.start && fact.end >= found.end;
}

// A question may only be closed by a worker that brought a fact: words alone in a document close
// nothing.
function mergeQuestions(unit: Unit, report: Report, limits: UnitLimits) {
  const { focus, count } = limits;
  const closed = report.facts.length > 0 ? new Set(report.answered) : new Set<string>();
  const left = unit.openQuestions.filter(({ id }) => !closed.has(id));
  const known = new Set(left.map(({ text }) => canonicalAnswer(text)));
  const added: OpenQuestion[] = [];
  for (const text of report.openQuestions) {
    if (known.has(canonicalAnswer(text))) continue;
    known.add(canonicalAnswer(text));
    const id = `q${unit.numbered.questions + added.length + 1}`;
    added.push({ id, text: cutTo(text, questionRoom(limits) - lineTokens, count) });
  }
  if (added.length === 0 && left.length === unit.openQuestions.length) return undefined;
  const all = [...left, ...added];
  const ranked = all.map((question, index) => ({
    question,
    index,
    score: shareOf(focus, question.text),
  }));
  ranked.sort((a, b) => b.score - a.score || a.index - b.index);
  let room = questionRoom(limits);
  const kept = new Set<OpenQuestion>();
  for (const { question } of ranked.slice(0, mostOpenQuestions)) {
    const tokens = count(question.text) + lineTokens;
    if (tokens <= room) kept.add(question);
    if (tokens <= room) room -= tokens;
  }
  return {
    open: all.filter(question => kept.has(question)),
    added: added.length,
    left: all.length - kept.size,
  };
}

// What stands around a question or a fact in its line.
const lineTokens = 4;

// Questions never take more than a quarter of the unit from the facts.
function questionRoom({ maxTokens }: UnitLimits): number {
  return Math.floor(maxTokens / 4);
}

function cutTo(text: string, tokens: number, count: UnitLimits['count']): string {
  let cut = text;
  while (cut.length > 1 && count(cut) > tokens) cut = cut.slice(0, Math.floor(cut.length * 0.8));
  return cut;
}

function roomFor(openQuestions: readonly OpenQuestion[], limits: UnitLimits): Room {
  const asked = openQuestions.reduce((sum, { text }) => sum + limits.count(text) + lineTokens, 0);
  return { tokens: limits.maxTokens - asked, isSpread: limits.isSpread };
}

const certaintyWeight = { stated: 1, implied: 0.9, unsure: 0.7 };

// What is asked comes first; what answers an open question matters nearly as much.
function relevanceOf(fact: Fact, asked: readonly ReadonlySet<string>[]): number {
  const weight = certaintyWeight[fact.certainty] * (fact.isRepeat ? 0.5 : 1);
  const shares = asked.map((terms, index) => share(terms, fact.terms) * (index === 0 ? 1 : 0.9));
  return Math.max(0, ...shares) * weight;
}

function shareOf(focus: ReadonlySet<string>, text: string): number {
  return share(focus, new Set(contentTerms(text)));
}

function share(asked: ReadonlySet<string>, said: ReadonlySet<string>): number {
  if (asked.size === 0) return 0;
  let shared = 0;
  for (const term of asked) if (said.has(term)) shared++;
  return shared / asked.size;
}

function inOrder(facts: readonly Fact[], documents: readonly Document[]): Fact[] {
  const place = new Map(documents.map((document, index) => [document, index]));
  return [...facts].sort(
    (a, b) => place.get(a.document)! - place.get(b.document)! || a.start - b.start,
  );
}

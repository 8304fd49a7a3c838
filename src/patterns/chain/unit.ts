import { canonicalAnswer } from '../../algorithms/canonical-answer.ts';
import { relevance } from '../../algorithms/relevance.ts';
import type { CitedExtract } from '../../documents/cited-extract.ts';

/**
 * The communication unit that workers relay: facts with their places, and what is still asked. Facts are only ever
 * added or evicted, never rewritten, so that an early one is as exact at the end as it was when it was read.
 */
export interface Unit {
  readonly facts: readonly Fact[];
  readonly openQuestions: readonly string[];
  /** Facts evicted for want of room. */
  readonly dropped: number;
}

/** A fact, quoted from the document. */
export interface Fact extends CitedExtract {
  /** How much it has to do with the question, 0..1. */
  readonly relevance: number;
}

/** The unit that the first worker gets. */
export const emptyUnit: Unit = { facts: [], openQuestions: [], dropped: 0 };

const mostOpenQuestions = 5;

/**
 * Adds what a worker found, then evicts the least relevant facts (of equals, the latest) until the rest fits.
 * Never the oldest first: the cause of a thing stands before its effects.
 */
export function addToUnit(
  unit: Unit,
  found: { readonly extracts: readonly Omit<CitedExtract, 'id'>[]; readonly openQuestions: readonly string[] },
  limits: { readonly question: string; readonly maxCharacters: number },
): Unit {
  const facts = [...unit.facts];
  const known = new Set(facts.map(fact => canonicalAnswer(fact.text)));
  for (const extract of found.extracts) {
    const text = canonicalAnswer(extract.text);
    if (known.has(text)) continue;
    known.add(text);
    const number = unit.dropped + facts.length + 1;
    facts.push({ ...extract, id: `f${number}`, relevance: relevance(extract.text, limits.question) });
  }
  const kept = fitting(facts, limits.maxCharacters);
  const open = [...new Set([...unit.openQuestions, ...found.openQuestions])].slice(-mostOpenQuestions);
  return { facts: kept, openQuestions: open, dropped: unit.dropped + facts.length - kept.length };
}

function fitting(facts: readonly Fact[], maxCharacters: number): Fact[] {
  const ranked = facts.map((fact, index) => ({ fact, index }));
  ranked.sort((a, b) => b.fact.relevance - a.fact.relevance || a.index - b.index);
  let room = maxCharacters;
  const kept = new Set<Fact>();
  for (const { fact } of ranked) {
    if (fact.text.length > room) continue;
    room -= fact.text.length;
    kept.add(fact);
  }
  return facts.filter(fact => kept.has(fact));
}

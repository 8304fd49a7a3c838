import type { Call, LanguageModel } from '../../src/index.ts';
import { doubleOf, lastUserText } from '../../src/testing/index.ts';
import type { BridgingCase } from './bridging.ts';

/** The stated error model of a worker that relays. What is measured under it is a simulation. */
export interface RelayErrors {
  /**
   * Probability that a link is seen when the one before it is known, or when it is the first, 0..1.
   */
  readonly detection: number;
  /** The same where the link before it is not known, 0..1. */
  readonly blindDetection: number;
  /**
   * Probability that a fact in a free summary survives its rewriting, 0..1; structured facts are
   * never rewritten.
   */
  readonly retention: number;
  /**
   * Whether a link leads to the next in the same part; not where all parts are read at once with
   * earlier notes.
   */
  readonly leadsWithin: boolean;
}

/**
 * Makes a worker that sees links as its error model says, and writes the report of a structured
 * unit.
 */
export function structuredWorker(
  given: BridgingCase,
  errors: RelayErrors,
  random: () => number,
): LanguageModel {
  return simulated('worker', call => {
    const { part, before } = sectionsOf(lastUserText(call));
    const notes = [...before.matchAll(/^\[f\d+\] (.*)$/gm)].map(match => match[1]!);
    const known = given.links.map(link => notes.some(note => isNoteOf(note, link)));
    const { found, all } = look({ given, part, known }, errors, random);
    if (found.length === 0) return JSON.stringify({ facts: [], openQuestions: [], answered: [] });
    const open = [...before.matchAll(/^\[(q\d+)\]/gm)].map(match => match[1]!);
    const isWhole = all.every(Boolean);
    return JSON.stringify({
      facts: found.map(quote => ({ quote, certainty: 'stated', asOf: null })),
      openQuestions: isWhole || open.length > 0 ? [] : ['Which link of the chain is missing?'],
      answered: isWhole ? open : [],
    });
  });
}

// A note says a few words of its fact; the name that leads on is among them.
function isNoteOf(note: string, link: string): boolean {
  const name = /is (\w+)/.exec(link)?.[1] ?? link;
  const words = note.split(' ');
  return words.includes(name) && words.every(word => link.includes(word));
}

/** Makes a worker that rewrites a free summary: what it held before may be lost. */
export function rewritingWorker(
  given: BridgingCase,
  errors: RelayErrors,
  random: () => number,
): LanguageModel {
  return simulated('rewriter', call => {
    const text = lastUserText(call);
    const part = /<part>([\s\S]*)<\/part>/.exec(text)![1]!;
    const before = /<summary>([\s\S]*)<\/summary>/.exec(text)![1]!;
    const known = given.links.map(
      link => before.includes(link.trim()) && random() < errors.retention,
    );
    const { all } = look({ given, part, known }, errors, random);
    return given.links.filter((_link, index) => all[index]).join('\n') || 'Nothing yet.';
  });
}

/** Makes a manager that knows the answer if, and only if, all links stand in what it is shown. */
export function simulatedManager(given: BridgingCase): LanguageModel {
  return simulated('manager', call => {
    const text = lastUserText(call);
    return given.links.every(link => text.includes(link.trim()))
      ? given.answer
      : 'The notes do not say.';
  });
}

// Links of one part are seen in the order of the question, so that one may open the way to the
// next.
function look(
  { given, part, known }: { given: BridgingCase; part: string; known: readonly boolean[] },
  errors: RelayErrors,
  random: () => number,
): { found: string[]; all: boolean[] } {
  const all = [...known];
  const found: string[] = [];
  for (const [index, link] of given.links.entries()) {
    if (all[index] || !part.includes(link.trim())) continue;
    const isLed = index === 0 || (errors.leadsWithin ? all : known)[index - 1];
    if (random() >= (isLed ? errors.detection : errors.blindDetection)) continue;
    all[index] = true;
    found.push(link.trim());
  }
  return { found, all };
}

function sectionsOf(text: string): { part: string; before: string } {
  const at = text.indexOf('<part>');
  const end = text.indexOf('</part>');
  return { before: text.slice(0, at) + text.slice(end), part: text.slice(at, end) };
}

function simulated(role: string, answer: (call: Call) => string): LanguageModel {
  return doubleOf({ modelId: `simulated:${role}` }, call => ({ text: answer(call) }));
}

import { describe, expect, it } from 'vitest';
import { formulaText, inferenceRules, parseFormula } from './propositions.ts';

const spelled = (text: string) => {
  const formula = parseFormula(text);
  return formula && formulaText(formula);
};

describe('a formula', () => {
  it.each([
    ['P->Q->R', 'P -> (Q -> R)'],
    ['~P & Q | R -> S', '((~P & Q) | R) -> S'],
    ['¬(P ∨ Q) → ¬P', '~(P | Q) -> ~P'],
    ['((P))', 'P'],
    ['P & Q & R', '(P & Q) & R'],
  ])('%s is read as %s, and again as itself', (text, expected) => {
    expect(spelled(text)).toBe(expected);
    expect(spelled(expected)).toBe(expected);
  });

  it.each(['', 'P Q', 'P &', '(P', 'P)', '-> P', 'P % Q', '('.repeat(600)])('%j is none', text => {
    expect(parseFormula(text)).toBeUndefined();
  });
});

describe('a rule', () => {
  it.each([
    ['modus ponens', 'Q', ['P', 'P -> Q'], true],
    ['modus ponens', 'P', ['Q', 'P -> Q'], false],
    ['modus tollens', '~P', ['P -> Q', '~Q'], true],
    ['modus tollens', 'P', ['P -> Q', '~Q'], false],
    ['hypothetical syllogism', 'P -> R', ['Q -> R', 'P -> Q'], true],
    ['disjunctive syllogism', 'P', ['P | Q', '~Q'], true],
    ['disjunctive syllogism', 'Q', ['P | Q', '~Q'], false],
    ['and introduction', 'P & Q', ['Q', 'P'], true],
    ['and elimination', 'Q', ['P & Q'], true],
    ['or introduction', 'P | R', ['P'], true],
    ['or introduction', 'Q | R', ['P'], false],
    ['double negation', 'P', ['~~P'], true],
    ['modus ponens', 'Q', ['P'], false],
    ['and elimination', 'Q', [], false],
  ])('%s: %s from %j is %s', (rule, conclusion, lines, expected) => {
    const found = inferenceRules[rule]!(
      parseFormula(conclusion)!,
      lines.map(line => parseFormula(line)!),
    );
    expect(found).toBe(expected);
  });
});

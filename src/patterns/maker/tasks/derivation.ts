import {
  type Formula,
  formulaText,
  inferenceRules,
  parseFormula,
} from '../../../algorithms/text/propositions.ts';
import { TandemError } from '../../../model/errors.ts';
import type { Move, RedFlag, Task } from '../solve/task.ts';

/** What has been derived, as formulas, the premises first. */
export interface DerivationState {
  readonly lines: readonly string[];
}

/** A line of a derivation, and why it follows. */
export interface DerivationStep {
  readonly formula: string;
  readonly rule: string;
  /** Lines that it follows from, from 1. */
  readonly from: readonly number[];
}

const ruleNames = Object.keys(inferenceRules);

/**
 * Derives a goal from premises in propositional logic, a line a step. Every line is checked against
 * its rule before it counts: a line that does not follow, or says nothing new, is a red flag, and
 * the goal is reached soundly or not at all. Formulas: `~`, `&`, `|`, `->`. Several next lines may
 * be right, so that no k follows from a pilot: give one.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = derivationTask(['P -> Q', 'P'], 'Q');
 * ```
 */
export function derivationTask(
  premises: readonly string[],
  goal: string,
): Task<DerivationState, DerivationStep> {
  const lines = premises.map((text, index) =>
    formulaText(requireFormula(text, `premise ${index + 1}`)),
  );
  const wanted = formulaText(requireFormula(goal, 'the goal'));
  return {
    name: `derive ${wanted} from ${lines.join(', ')}`,
    initial: { lines },
    isDone: state => state.lines.includes(wanted),
    prompt: state => ({
      text: question(state.lines, wanted),
      maxOutputTokens: 200,
    }),
    parse,
    isLegal: (state, step) => follows(state.lines, step),
    apply: (state, { formula }) => ({ lines: [...state.lines, formula] }),
    // The same line for another reason is the same vote.
    key: ({ formula }) => formula,
    stateKey: state => state.lines.join('; '),
    answer: state => state.lines.map((line, index) => `${index + 1}. ${line}`).join('\n'),
  };
}

function requireFormula(text: string, what: string): Formula {
  const formula = parseFormula(text);
  if (formula) return formula;
  throw new TandemError(
    'invalid_argument',
    `${what[0]!.toUpperCase()}${what.slice(1)} is no formula: "${text.slice(0, 80)}". Write such ` +
      'as ~P & (Q | R) -> S.',
  );
}

function question(lines: readonly string[], goal: string): string {
  return [
    'Derive the goal from the lines, one line at a time.',
    ...lines.map((line, index) => `${index + 1}. ${line}`),
    `Goal: ${goal}`,
    `Rules: ${ruleNames.join(', ')}.`,
    'Answer with the next line as FORMULA; RULE; NUMBERS OF THE LINES USED. For example: Q; ' +
      'modus ponens; 1, 2',
  ].join('\n');
}

function parse(text: string): Move<DerivationState, DerivationStep> | RedFlag {
  // What is said before or behind the line, such as a number or a reason, does not count.
  const lines = text
    .split('\n')
    .map(line => line.replace(/^[\s>*`]*(?:\d+[.)]\s)?|[\s*`.]+$/g, ''));
  const line = lines.find(each => each.split(';').length === 3) ?? text.trim();
  const [written = '', rule = '', numbers = '', ...rest] = line.split(';');
  const formula = parseFormula(written);
  const from = numbers.split(/[\s,]+/).filter(number => number !== '');
  if (!formula || rest.length > 0 || !from.every(number => /^\d{1,4}$/.test(number)))
    return { redFlag: 'malformed' };
  const name = rule.trim().toLowerCase().replaceAll('-', ' ');
  if (!ruleNames.includes(name)) return { redFlag: 'no rule' };
  return { action: { formula: formulaText(formula), rule: name, from: from.map(Number) } };
}

function follows(
  lines: readonly string[],
  { formula, rule, from }: DerivationStep,
): true | RedFlag {
  if (lines.includes(formula)) return { redFlag: 'nothing new' };
  const used = from.map(number => parseFormula(lines[number - 1] ?? ''));
  const conclusion = parseFormula(formula);
  if (!conclusion || used.some(line => !line)) return { redFlag: 'no such line' };
  return (
    inferenceRules[rule]?.(conclusion, used as Formula[]) === true || { redFlag: 'does not follow' }
  );
}

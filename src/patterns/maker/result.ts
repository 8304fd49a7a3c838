import { yesOrNo } from '../../algorithms/text/answer-core.ts';
import { canonicalJson } from '../../algorithms/text/canonical-answer.ts';
import { jsonOf } from '../../algorithms/text/json-in.ts';
import { canonicalSolution } from '../../algorithms/votes/canonical-solution.ts';
import type { Check, ResultType } from './plan.ts';
import type { RedFlag } from './solve/task.ts';

/** The result of a step: JSON. */
export type Result =
  | string
  | number
  | boolean
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

/**
 * Reads a result as what the plan says it is, so that 40, 40.0 and "40 apples" are one answer; what
 * is of another type is a red flag.
 */
export function readResult(type: ResultType, given: unknown): { readonly value: Result } | RedFlag {
  const value = readers[type](given);
  return value === undefined ? { redFlag: `not a ${type}` } : { value };
}

const readers: Readonly<Record<ResultType, (given: unknown) => Result | undefined>> = {
  text: given => {
    if (typeof given === 'number' || typeof given === 'boolean') return String(given);
    return typeof given === 'string' && given.trim() !== '' ? given.trim() : undefined;
  },
  number: readNumber,
  boolean: given => {
    if (typeof given === 'boolean') return given;
    const words = typeof given === 'string' ? given.trim().replace(/[.。!]$/, '') : '';
    return /[\s,]/.test(words) ? undefined : yesOrNo(words);
  },
  date: readDate,
  list: given => {
    const value = typeof given === 'string' ? jsonOf(given) : given;
    return Array.isArray(value) ? value : undefined;
  },
  object: given => {
    const value = typeof given === 'string' ? jsonOf(given) : given;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  },
};

// A number with a sign of money before it or a unit behind it; never one of several numbers in a
// sentence.
const numberForm =
  /^[$€£]?\s*([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?)\s*(?:%|[^\d\s][^\d]*)?$/i;

// What an answer comes to: the end of an equation, what is set in a box, or the only number said.
const numbersSaid = /(?<![\w.])[$€£]?[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)/gi;

// In many languages a comma stands before the decimals, and a point or a space between thousands.
// `1.200` and `1,200` stay what they are in English: alone they do not tell.
const otherForm = new RegExp(
  String.raw`^([$€£]?\s*[-+]?)(\d{1,3}(?:[\s'’]\d{3})+|\d{1,3}(?:\.\d{3})+(?=,)` +
    String.raw`|\d{1,3}(?:\.\d{3}){2,}|\d+(?=,))(?:[,.](\d{1,2}|\d{4,}))?(?=\D*$)`,
);

function pointed(text: string): string {
  return text.replace(otherForm, (_all, sign: string, whole: string, decimals?: string) => {
    const digits = whole.replace(/\D/g, '');
    return `${sign}${decimals === undefined ? digits : `${digits}.${decimals}`}`;
  });
}

function numberSaid(text: string): string {
  const boxed = /\\boxed\{([^{}]*)\}/.exec(text)?.[1];
  if (boxed !== undefined) return boxed.trim();
  const end = text.slice(text.lastIndexOf('=') + 1).trim();
  if (numberForm.test(pointed(end))) return end;
  const said = text.match(numbersSaid) ?? [];
  return said.length === 1 ? said[0] : text;
}

function readNumber(given: unknown): number | undefined {
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
  const match =
    typeof given === 'string' ? numberForm.exec(pointed(numberSaid(given.trim()))) : null;
  if (!match) return undefined;
  const value = Number(match[1]!.replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}

// Dates in figures alone, such as 3/4/2026, mean different days in different places: they are no
// dates here.
function readDate(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const text = given.trim();
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  if (day) return Number.isNaN(Date.parse(day)) ? undefined : day;
  if (!/[a-z]{3}/i.test(text) || !/\b\d{4}\b/.test(text)) return undefined;
  const time = Date.parse(`${text.replace(/(\d)(st|nd|rd|th)\b/i, '$1')} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}

/** Names a result: equal names are equal votes. */
export function resultKey(type: ResultType, value: Result): string {
  if (type === 'number') return String(Number((value as number).toPrecision(12)));
  if (type === 'list' || type === 'object') return canonicalJson(value);
  return canonicalSolution(String(value).replace(/^"(.*)"$/s, '$1'));
}

/** Checks a result as the plan demands; returns the red flag, or `undefined`. */
export function failedCheck(
  check: Check | undefined,
  value: Result,
  inputs: ReadonlyMap<string, Result>,
): string | undefined {
  if (!check) return undefined;
  const { min, max, oneOf, length, sameItemsAs } = check;
  if (min !== undefined && !(typeof value === 'number' && value >= min)) return `below ${min}`;
  if (max !== undefined && !(typeof value === 'number' && value <= max)) return `above ${max}`;
  const is = canonicalJson(value);
  if (oneOf && !oneOf.some(allowed => canonicalJson(allowed) === is))
    return 'not one of the allowed values';
  if (length !== undefined && lengthOf(value) !== length) return `not of length ${length}`;
  if (sameItemsAs !== undefined && sortedItems(value) !== sortedItems(inputs.get(sameItemsAs))) {
    return `not the items of "${sameItemsAs}"`;
  }
  return undefined;
}

function lengthOf(value: Result): number {
  return typeof value === 'string' || Array.isArray(value)
    ? value.length
    : Object.keys(value as object).length;
}

function sortedItems(value: unknown): string {
  return Array.isArray(value) ? value.map(canonicalJson).sort().join('\n') : '';
}

/** Writes a result for a reader. */
export function resultText(value: Result): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

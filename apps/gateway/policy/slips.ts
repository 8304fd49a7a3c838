/**
 * Controls that are misspelt or out of place. Whoever asks that less leaves must not be answered as
 * if nothing had been asked: a slip is refused with the word that was probably meant.
 */

import { nearest } from '../../../src/entries/config.ts';
import { labels, privacyModes } from '../../../src/index.ts';
import { invalid, type Problem } from '../wire/problem.ts';

/** Headers that carry a control each. */
export const controlHeaders = [
  'x-tandem-mode',
  'x-tandem-budget-usd',
  'x-tandem-deadline-ms',
  'x-tandem-mask',
  'x-tandem-label',
  'x-tandem-explain',
  'x-tandem-events',
] as const;

const controlNames = [
  'mode',
  'budgetUsd',
  'deadlineMs',
  'mask',
  'label',
  'options',
  'explain',
  'events',
] as const;
const wordsByName: Readonly<Record<string, readonly string[]>> = {
  mode: privacyModes,
  label: labels,
  mask: ['true', 'false'],
  explain: ['true', 'false'],
  events: ['true', 'false'],
};

/**
 * Refuses headers and parts of a query that look like controls and are none. @throws Problem 400
 * with the nearest one
 */
export function refuseSlips(headers: readonly string[], query: URLSearchParams): void {
  for (const name of headers) {
    if (isSlip(name))
      throw unknown(`header "${shown(name)}"`, { word: name, words: controlHeaders, param: name });
  }
  for (const [name, value] of query) {
    if (!/tandem/i.test(name) && strayControl(name, value) === undefined) continue;
    const message =
      `A control of Tandem stands in the query, "${shown(name)}", where nothing reads it. Give ` +
      'it as a header.';
    throw invalid(message, shown(name), 'unknown_parameter');
  }
}

/**
 * Refuses keys of a body that look like `tandem` or stand outside it. @throws Problem 400 with the
 * nearest one
 */
export function refuseBodySlips(body: unknown): void {
  if (!isObject(body)) return;
  for (const [key, value] of Object.entries(body)) if (key !== 'tandem') refuseField(key, value);
  for (const [key, value] of Object.entries(isObject(body.tandem) ? body.tandem : {})) {
    if (!(controlNames as readonly string[]).includes(key)) {
      throw unknown(`control "tandem.${shown(key)}"`, {
        word: key,
        words: controlNames,
        param: 'tandem',
      });
    }
    refuseValueSlip(key, value, `tandem.${key}`);
  }
}

function refuseField(key: string, value: unknown): void {
  if (isNearTandem(key))
    throw unknown(`field "${shown(key)}"`, { word: 'tandem', words: ['tandem'], param: key });
  const control = strayControl(key, value);
  if (control !== undefined) throw stray(key, `tandem.${control}`);
  if (isObject(value)) refuseInside(key, value);
  if (lists.has(key)) refuseDeep(key, value);
}

/** Refuses what stands beside the `body` of a batch's line and looks like a control. */
export function refuseLineSlips(line: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(line)) {
    if (key === 'body') continue;
    if (isNearTandem(key)) throw stray(key, 'tandem', 'in `body`');
    if (isObject(value)) refuseInside(key, value);
    const control = strayControl(key, value);
    if (control !== undefined) throw stray(key, `tandem.${control}`, 'in `body`');
  }
}

// Metadata, more of a body, and whatever else other services know as an object.
function refuseInside(where: string, fields: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (/^x[-_]tandem[-_]/i.test(key) || (isObject(value) && /^tandem$/i.test(key)))
      throw stray(`${where}.${key}`, 'tandem');
  }
}

/**
 * Refuses a word that is none of those which a control can have. @throws Problem 400 with the
 * nearest one
 */
export function refuseValueSlip(name: string, value: unknown, param: string): void {
  const words = Object.hasOwn(wordsByName, name) ? wordsByName[name]! : [];
  if (typeof value !== 'string' || words.length === 0 || words.includes(value)) return;
  throw unknown(`value "${shown(value)}" of ${param}`, {
    word: value,
    words,
    param,
    code: 'invalid_value',
  });
}

/** Refuses fields of a form that look like its label. @throws Problem 400 */
export function refuseFormSlips(form: FormData): void {
  for (const name of new Set(form.keys())) {
    if (new Set(form.getAll(name).map(String)).size > 1 && name !== 'file') {
      const message = `The field "${shown(name)}" is given twice with different values. Give one.`;
      throw invalid(message, shown(name));
    }
    if (name === 'label' || name === 'purpose' || name === 'file') continue;
    const isControl = isNearTandem(name) || strayControl(name, form.get(name)) !== undefined;
    if (!isControl && nearest(name, ['label']) === undefined) continue;
    throw unknown(`field "${shown(name)}"`, { word: 'label', words: ['label'], param: name });
  }
  refuseValueSlip('label', form.get('label'), 'label');
}

// Names of headers come again and again, and are compared once.
const isSlipByHeader = new Map<string, boolean>();
const mostNames = 512;

function isSlip(name: string): boolean {
  const known = isSlipByHeader.get(name);
  if (known !== undefined) return known;
  const found = looksLikeControl(name);
  if (isSlipByHeader.size >= mostNames) isSlipByHeader.clear();
  isSlipByHeader.set(name, found);
  return found;
}

function looksLikeControl(name: string): boolean {
  if ((controlHeaders as readonly string[]).includes(name)) return false;
  if (name.includes('tandem')) return true;
  const parts = name.split(/[-_.]/);
  const at = parts.findIndex(isNearTandem);
  if (at < 0) return false;
  const rest = parts.slice(at + 1).join('-');
  return (
    nearest(rest, [
      ...controlHeaders.map(header => header.slice('x-tandem-'.length)),
      'options',
    ]) !== undefined
  );
}

function isNearTandem(name: string): boolean {
  return /tandem/i.test(name) || nearest(name, ['tandem']) !== undefined;
}

// Other services have fields of these names; only a value that can be nothing else is a control.
function strayControl(key: string, value: unknown): string | undefined {
  const name = key.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
  if (name === 'mode' || name === 'label') {
    return typeof value === 'string' && nearest(value, wordsByName[name]!) !== undefined
      ? name
      : undefined;
  }
  if (name === 'mask') return ['true', 'false'].includes(String(value)) ? name : undefined;
  return name === 'budgetUsd' || name === 'deadlineMs' ? name : undefined;
}

const lists: ReadonlySet<string> = new Set([
  ...['messages', 'input', 'items', 'tools', 'instructions'],
]);
// What holds the text or the file of a part, or what a tool says of itself.
const holders = ['content', 'output', 'file', 'function'] as const;

// A label of one message, part or tool is no control that is understood here, and none that may
// be lost.
function refuseDeep(where: string, given: unknown): void {
  if (!Array.isArray(given)) {
    if (isObject(given)) refuseIn(where, given);
    return;
  }
  for (let at = 0; at < given.length; at++) refuseDeep(`${where}[${at}]`, given[at]);
}

function refuseIn(where: string, each: Record<string, unknown>): void {
  if ('tandem' in each) throw stray(`${where}.tandem`, 'tandem');
  if (each.label !== undefined && strayControl('label', each.label) !== undefined)
    throw stray(`${where}.label`, 'tandem.label');
  for (const holder of holders) refuseDeep(`${where}.${holder}`, each[holder]);
}

interface Unknown {
  readonly word: string;
  readonly words: readonly string[];
  readonly param: string;
  readonly code?: string;
}

function unknown(
  what: string,
  { word, words, param, code = 'unknown_parameter' }: Unknown,
): Problem {
  const begun = words.filter(each => each.toLowerCase().startsWith(word.toLowerCase()));
  const near = begun.length === 1 ? begun[0] : nearest(word, words);
  const advice = near === undefined ? `There are ${words.join(', ')}.` : `Did you mean "${near}"?`;
  return invalid(
    `The ${what} is not known, and a control is never ignored. ${advice}`,
    shown(param),
    code,
  );
}

function stray(where: string, right: string, place = 'at the top of the body'): Problem {
  const message =
    `\`${shown(where)}\` is a control where nothing reads it, and a control is never ` +
    `ignored. Write it as \`${right}\`, ${place}.`;
  return invalid(message, shown(where), 'unknown_parameter');
}

function shown(text: string): string {
  return text.slice(0, 64);
}

/** Tells whether a value is an object of JSON. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What a request may ask of Tandem beside OpenAI's fields: in a `tandem` object, or in `x-tandem-*`
 * headers.
 */

import * as z from 'zod';
import { type Label, labels, type PrivacyMode, privacyModes } from '../../../src/index.ts';
import { controlHeaders, refuseValueSlip } from '../policy/slips.ts';
import { invalid } from './problem.ts';

export const controls = z.strictObject({
  /** Can only be stricter than the server's. */
  mode: z.enum(privacyModes as [PrivacyMode, ...PrivacyMode[]]).optional(),
  /**
   * Most that the cloud calls of this request may cost, in US dollars; at most the server's own
   * limit.
   */
  budgetUsd: z.number().min(0).optional(),
  /** Milliseconds the request may take; at most the server's own limit. */
  deadlineMs: z.number().int().min(1).max(86_400_000).optional(),
  /** Masks personal data on the way to a cloud. */
  mask: z.boolean().optional(),
  /** What may leave of the request's content. */
  label: z.enum(labels as [Label, ...Label[]]).optional(),
  /** Options of the pattern, as a configuration writes them. */
  options: z.record(z.string(), z.unknown()).optional(),
  /** Adds the tree of calls to the answer. */
  explain: z.boolean().optional(),
  /** Tells what happens meanwhile, in comments of a stream. */
  events: z.boolean().optional(),
});

export type Controls = z.infer<typeof controls>;

/** What a request asks that names no control. */
export const noControls: Controls = {};

/**
 * Reads the controls of the headers, whose names are `names`, in lower case.
 * @throws Problem for a value that is none, and for a header that is given twice with different
 * values
 */
export function readControls(headers: Headers, names: readonly string[]): Controls {
  // Few requests have one, and asking for each of them would cost more than a look at all names.
  if (!names.some(name => name.startsWith('x-tandem-'))) return noControls;
  const given: Record<string, unknown> = {};
  for (const header of controlHeaders) {
    const value = headers.get(header);
    if (value === null) continue;
    const name = header
      .slice('x-tandem-'.length)
      .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    given[name] = controlOf(name, oneOf(header, value), header);
  }
  const parsed = controls.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  throw invalid(
    `The header x-tandem-${name} is not valid: ${issue?.message}. Fix it or leave it out.`,
    name,
  );
}

// Headers of one name arrive as one, with commas between.
function oneOf(header: string, value: string): string {
  const values = new Set(value.split(',').map(each => each.trim()));
  if (values.size === 1) return [...values][0]!;
  throw invalid(`The header ${header} is given twice with different values. Give one.`, header);
}

const flags = new Set(['mask', 'explain', 'events']);

function controlOf(name: string, value: string, header: string): unknown {
  if (name === 'budgetUsd' || name === 'deadlineMs') return value === '' ? value : Number(value);
  refuseValueSlip(name, value, header);
  return flags.has(name) ? value === 'true' : value;
}

/**
 * Joins the controls of the headers with those of the body. Where both speak, the stricter holds:
 * neither control is lost.
 */
export function joinControls(header: Controls, body: Controls = noControls): Controls {
  if (header === noControls) return body;
  const joined: Record<string, unknown> = { ...header, ...body };
  const least = (name: 'budgetUsd' | 'deadlineMs') =>
    Math.min(header[name] ?? Infinity, body[name] ?? Infinity);
  for (const name of ['budgetUsd', 'deadlineMs'] as const)
    if (name in joined) joined[name] = least(name);
  if (header.mode && body.mode) joined.mode = later(privacyModes, header.mode, body.mode);
  if (header.label && body.label) joined.label = later(labels, header.label, body.label);
  if (header.mask || body.mask) joined.mask = true;
  return joined;
}

/** Returns the stricter of two labels, where either may be unsaid. */
export function stricterLabel(a: Label | undefined, b: Label | undefined): Label | undefined {
  return a && b ? later(labels, a, b) : (a ?? b);
}

/**
 * The label of what is kept of a request: what was asked of this device alone goes to no cloud
 * later.
 */
export function keptLabel({ label, mode }: Controls): Label | undefined {
  return mode === 'local-only' ? mode : label;
}

function later<Word>(words: readonly Word[], a: Word, b: Word): Word {
  return words.indexOf(a) > words.indexOf(b) ? a : b;
}

/** What a request may ask of Tandem beside OpenAI's fields: in a `tandem` object, or in `x-tandem-*` headers. */

import * as z from 'zod';
import { type Label, labels, type PrivacyMode, privacyModes } from '../../../src/index.ts';
import { invalid } from './problem.ts';

export const controls = z.strictObject({
  /** Can only be stricter than the server's. */
  mode: z.enum(privacyModes as [PrivacyMode, ...PrivacyMode[]]).optional(),
  /** Most that the cloud calls of this request may cost, in US dollars; at most the server's own limit. */
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
});

export type Controls = z.infer<typeof controls>;

/** Headers that carry a control each. */
export const controlHeaders = [
  'x-tandem-mode',
  'x-tandem-budget-usd',
  'x-tandem-deadline-ms',
  'x-tandem-mask',
  'x-tandem-label',
  'x-tandem-explain',
] as const;

/** Joins the controls of the headers with those of the body, which win where both speak. @throws Problem */
export function readControls(headers: Headers, body: Controls | undefined): Controls {
  const given: Record<string, unknown> = {};
  for (const header of controlHeaders) {
    const value = headers.get(header);
    if (value === null) continue;
    const name = header.slice('x-tandem-'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    given[name] = controlOf(name, value);
  }
  if (Object.keys(given).length === 0) return body ?? {};
  const parsed = controls.safeParse(given);
  if (parsed.success) return { ...parsed.data, ...body };
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  throw invalid(`The header x-tandem-${name} is not valid: ${issue?.message}. Mend it or leave it out.`, name);
}

function controlOf(name: string, value: string): unknown {
  if (name === 'budgetUsd' || name === 'deadlineMs') return value.trim() === '' ? value : Number(value);
  if (name === 'mask' || name === 'explain') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}

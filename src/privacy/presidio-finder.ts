import * as z from 'zod';
import { TandemError } from '../model/errors.ts';
import { isRedirect, redirectRefused } from '../model/redirect.ts';
import type { MaskedSpan } from '../model/run/ports.ts';

/** Options of a Presidio analyzer. */
export interface PresidioOptions {
  /** Base URL of the service, which sees the text unmasked: run it inside your own walls. */
  readonly endpoint: string;
  /** Default: `en`. */
  readonly language?: string;
  /** Findings below it are left out, 0..1. Default: the service's own. */
  readonly scoreThreshold?: number;
  /** Kinds to look for, such as `PERSON`. Default: all that the service knows. */
  readonly entities?: readonly string[];
}

const findings = z.array(
  z.looseObject({
    start: z.int().min(0),
    end: z.int().min(0),
    entity_type: z.string().regex(/^[A-Z][A-Z_]*$/),
  }),
);

/**
 * Finds personal data by a Microsoft Presidio analyzer (`POST /analyze`): for `personalDataMasker({
 * more })`. A service that is down, refuses or answers otherwise fails the detector, and then
 * nothing leaves.
 */
export function presidioFinder(options: PresidioOptions): (text: string) => Promise<MaskedSpan[]> {
  const url = analyzerOf(options.endpoint);
  const { language = 'en', scoreThreshold, entities } = options;
  return async text => {
    if (text.trim() === '') return [];
    const body = {
      text,
      language,
      ...(scoreThreshold !== undefined && { score_threshold: scoreThreshold }),
    };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entities ? { ...body, entities } : body),
      redirect: 'manual',
    });
    if (isRedirect(response)) throw failed(url, redirectRefused(response, url.href).message);
    if (!response.ok) throw failed(url, `it answered ${response.status}`);
    const found = findings.safeParse(await response.json());
    if (!found.success) throw failed(url, 'its answer is not a list of findings');
    const at = offsetsOf(text);
    return found.data.map(({ start, end, entity_type: kind }) => ({
      start: at(start),
      end: at(end),
      kind,
    }));
  };
}

function analyzerOf(endpoint: string): URL {
  try {
    return new URL('analyze', endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
  } catch (cause) {
    const message =
      `\`endpoint\` is "${endpoint}", which is no URL. Give one such as ` +
      'http://127.0.0.1:5002.';
    throw new TandemError('invalid_argument', message, { cause });
  }
}

// Presidio counts code points, JavaScript code units: they part at the first emoji.
function offsetsOf(text: string): (codePoints: number) => number {
  if (!/[\uD800-\uDBFF]/.test(text)) return codePoints => codePoints;
  const units = [0];
  for (const character of text) units.push(units.at(-1)! + character.length);
  return codePoints => units[Math.min(codePoints, units.length - 1)]!;
}

function failed(url: URL, why: string): TandemError {
  return new TandemError(
    'egress_denied',
    `The detector at ${url.origin} failed: ${why}. Nothing leaves until it works; fix it, or ` +
      'use another.',
  );
}

import { isIban } from './checksums.ts';
import lengths from './iban-lengths.json' with { type: 'json' };
import type { PersonalDatum } from './spans.ts';

// ISO 13616: how many letters and digits the IBAN of a country has.
const lengthByCountry: Readonly<Record<string, number>> = lengths;
const beginning = /(?<![A-Za-z0-9])[A-Z]{2} ?\d{2}(?=[\s./_-]{0,3}[A-Z0-9])/gi;

/** Finds IBANs by their country's length and their remainder, whatever parts their groups. */
export function findIbans(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const { index: start, 0: head } of text.matchAll(beginning)) {
    const end = endOf(text, start, lengthByCountry[head.slice(0, 2).toUpperCase()] ?? 0);
    if (end > start && isIban(text.slice(start, end))) found.push({ start, end, kind: 'IBAN' });
  }
  return found;
}

function endOf(text: string, start: number, length: number): number {
  let counted = 0;
  let gap = 0;
  for (let at = start; at < text.length && counted < length; at++) {
    if (/[A-Za-z0-9]/.test(text[at]!)) {
      gap = 0;
      if (++counted === length) return /[A-Za-z0-9]/.test(text[at + 1] ?? '') ? start : at + 1;
    } else if (++gap > 3 || !/[\s./_-]/.test(text[at]!)) return start;
  }
  return start;
}

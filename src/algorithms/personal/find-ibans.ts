import { isIban } from './checksums.ts';
import type { PersonalDatum } from './spans.ts';

// ISO 13616: how many letters and digits the IBAN of a country has.
const lengths =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18' +
  'FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21' +
  'LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27' +
  'SV28TL23TN24TR26UA29VA22VG24XK20';
const lengthByCountry = new Map(
  [...lengths.matchAll(/([A-Z]{2})(\d{2})/g)].map(([, country = '', length]) => [
    country,
    Number(length),
  ]),
);
const beginning = /(?<![A-Za-z0-9])[A-Z]{2} ?\d{2}(?=[\s./_-]{0,3}[A-Z0-9])/gi;

/** Finds IBANs by their country's length and their remainder, whatever parts their groups. */
export function findIbans(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const { index: start, 0: head } of text.matchAll(beginning)) {
    const end = endOf(text, start, lengthByCountry.get(head.slice(0, 2).toUpperCase()) ?? 0);
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

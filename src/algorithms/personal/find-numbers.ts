import {
  isBrazilianId,
  isChineseId,
  isFrenchId,
  isGermanTaxId,
  isIssuedCard,
  isLuhn,
  isSpanishId,
} from './checksums.ts';
import { findIbans } from './find-ibans.ts';
import { lengthThatHolds } from './length-that-holds.ts';
import type { PersonalDatum } from './spans.ts';

interface NumberForm {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Decides where the form alone does not: a checksum, a range. */
  readonly holds?: (found: string) => boolean;
}

const forms: readonly NumberForm[] = [
  {
    kind: 'ID',
    pattern: new RegExp(
      String.raw`(?<!\w)[A-Z&Ñ]{3,4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=[A-` +
        String.raw`Z\d]{0,2}[A-Z])[A-Z\d]{3}(?!\w)`,
      'g',
    ),
  },
  {
    // In groups as cards are printed, or whole; parted by anything short.
    kind: 'CARD',
    pattern: new RegExp(
      String.raw`(?<![\d.,])(?=[2-69])(?:\d{4}(?:(?:[^\w\n]|_){1,3}\d{4}){3}(?:[^\w\n]{` +
        String.raw`1,3}\d{1,3})?` +
        String.raw`|\d{4}[^\w\n]{1,3}\d{6}[^\w\n]{1,3}\d{4,5}|\d{8}[ -]\d{8}|\d{14,19})(?!\d)`,
      'g',
    ),
    holds: text => isIssuedCard(text.replace(/\D/g, '')),
  },
  {
    kind: 'CARD',
    pattern: /(?<![\d.])(?=[2-69])\d{4}[ -]\d{4}[ -]?\r?\n[ \t]{0,8}\d{4}[ -]\d{4}(?!\d)/g,
    holds: text => isIssuedCard(text.replace(/\D/g, '')),
  },
  { kind: 'ID', pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g },
  {
    kind: 'ID',
    pattern: /\b(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ]-?\d{7})[- ]?[A-Z]\b/g,
    holds: isSpanishId,
  },
  {
    kind: 'ID',
    pattern: new RegExp(
      String.raw`\b(?!BG|GB|NK|KN|TN|NT` +
        String.raw`|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[` +
        String.raw` -]?[A-D]\b`,
      'g',
    ),
  },
  {
    kind: 'ID',
    pattern: new RegExp(
      String.raw`(?<!\d)[12][ .-]?\d{2}[ .-]?(?:0[1-9]|1[0-2])[ .-]?\d[\dAB][ .-]?\d{3}` +
        String.raw`[ .-]?\d{3}[ .-]?\d{2}(?!\d)`,
      'g',
    ),
    holds: isFrenchId,
  },
  {
    kind: 'ID',
    pattern: /(?<![\d.])[1-9]\d[ /]\d{3}[ /]\d{3}[ /]\d{3}(?![\d.])/g,
    holds: isGermanTaxId,
  },
  { kind: 'ID', pattern: /\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b/g },
  { kind: 'ID', pattern: /\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d\b/g },
  { kind: 'ID', pattern: /(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g, holds: isBrazilianId },
  { kind: 'ID', pattern: /(?<![\d.])756\.\d{4}\.\d{4}\.\d{2}(?![\d.])/g },
  { kind: 'ID', pattern: /(?<![\d.])\d{1,2}\.\d{3}\.\d{3}-[\dkK](?!\w)/g },
  { kind: 'ID', pattern: /(?<![\w-])\d{6}-[1-8]\d{6}(?![\w-])/g },
  {
    kind: 'ID',
    pattern: /(?<![\w-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}(?![\w-])/g,
    holds: text => isLuhn(text.replace(/\D/g, '').slice(-10)),
  },
  {
    kind: 'ID',
    pattern:
      /(?<!\w)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\w)/gi,
    holds: isChineseId,
  },
  {
    kind: 'PHONE',
    pattern:
      /(?<![\w+])\+\d{1,3}[ ./-]{0,2}(?:\(\d{1,4}\)[ ./-]{0,2})?\d(?:[ ./-]{0,3}\d){5,12}(?!\d)/g,
  },
  {
    // The prefix of international calls, where a country and groups follow it.
    kind: 'PHONE',
    pattern: new RegExp(
      String.raw`(?<![\w.,-])(?<!\d )(?:00 ?|011[ -])[1-9]\d{0,2}[ ./-]\(?\d{1,4}\)?(?:[ ./` +
        String.raw`-]?\d){5,10}(?![\d.,-])`,
      'g',
    ),
  },
  {
    kind: 'PHONE',
    pattern: new RegExp(
      String.raw`(?<![\w.,-])(?<!\d )(?:\(0\d{1,4}\)|0[1-9]\d{1,3})[ /-]\d(?:[ ./-]?\d){` +
        String.raw`4,9}(?![\d.,-]\d)(?!\d)`,
      'g',
    ),
  },
  {
    kind: 'PHONE',
    pattern:
      /(?<![\w.,-])(?<!\b[\da-f]{2}[ .-])0[1-9](?:[ .-]\d{2}){4}(?![\d-])(?![ .-][\da-f]{1,2}\b)/g,
  },
  {
    kind: 'PHONE',
    pattern:
      /(?<![\w.,-])(?:1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])(?!\.\d)/g,
  },
  { kind: 'PHONE', pattern: /(?<![\w.,-])\(\d{2,3}\) ?\d{4,5}-\d{4}(?![\d-])/g },
  { kind: 'PHONE', pattern: /(?<![\w.,-])0[1-9]-(?:\d{4}-\d{4}|\d{8})(?![\d-])/g },
  { kind: 'PHONE', pattern: /(?<![\w.,-])8 ?\(\d{3}\) ?\d{3}-?\d{2}-?\d{2}(?![\d-])/g },
  { kind: 'PHONE', pattern: /(?<=\b(?:wa\.me\/|[?&]phone=))\+?\d{8,15}(?!\d)/g },
  { kind: 'PHONE', pattern: /(?<![\w.,-])1[3-9]\d[ -]\d{4}[ -]\d{4}(?![\d-])/g },
];

/** Finds numbers that are personal by their form, with their checksum where there is one. */
export function findNumbers(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  if (!/\d[^\n]{0,3}\d/.test(text)) return found;
  for (const form of forms) addFound(form, text, found);
  return [...found, ...findIbans(text)];
}

// What does not hold hides nothing that begins inside it: the search goes on at its next group.
function addFound({ kind, pattern, holds }: NumberForm, text: string, found: PersonalDatum[]) {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { index: start, 0: words } = match;
    const end = start + (holds ? lengthThatHolds(words, holds) : words.length);
    if (end > start) found.push({ start, end, kind });
    else pattern.lastIndex = start + Math.max(1, words.search(/(?<=\w)[^\w]/));
  }
}

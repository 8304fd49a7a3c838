/** Something personal or secret in a text. */
export interface PersonalDatum {
  readonly start: number;
  readonly end: number;
  /** In capitals, such as `EMAIL`; it names the placeholder. */
  readonly kind: string;
}

interface Detector {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Decides where the form alone does not: a checksum, a range. */
  readonly holds?: (found: string) => boolean;
}

// From the most certain to the least: where two overlap, the first one wins.
const detectors: readonly Detector[] = [
  {
    kind: 'KEY',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  { kind: 'KEY', pattern: /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}/g },
  {
    kind: 'KEY',
    pattern: new RegExp(
      String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}` +
        String.raw`|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[\w-]{35}`,
      'g',
    ),
  },
  { kind: 'TOKEN', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
  { kind: 'TOKEN', pattern: /(?<=\bBearer\s)[\w.~+/-]{16,}=*/g },
  { kind: 'EMAIL', pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu },
  {
    kind: 'IBAN',
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    holds: isIban,
  },
  { kind: 'CARD', pattern: /(?<!\d)(?<!\d[.-])\d(?:[ -]?\d){12,18}(?!\d)/g, holds: isCard },
  { kind: 'ID', pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g },
  { kind: 'ID', pattern: /\b(?:\d{8}|[XYZ]\d{7})[- ]?[A-Z]\b/g, holds: isSpanishId },
  {
    kind: 'ID',
    pattern: new RegExp(
      String.raw`\b(?!BG|GB|NK|KN|TN|NT` +
        String.raw`|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`,
      'g',
    ),
  },
  {
    kind: 'ID',
    pattern: /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?!\d)/g,
    holds: isFrenchId,
  },
  {
    kind: 'PHONE',
    pattern: /(?<![\w+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,12}(?!\d)/g,
  },
  {
    kind: 'PHONE',
    pattern: /(?<![\w.-])(?<!\d )(?:\(0\d{1,4}\)|0[1-9]\d{1,3})[ /-]\d(?:[ .-]?\d){4,9}(?![\d.-])/g,
  },
  { kind: 'PHONE', pattern: /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])/g },
  {
    kind: 'ADDRESS',
    pattern: new RegExp(
      String.raw`\b\d{1,5} (?:\p{Lu}[\p{L}'.]* ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln` +
        String.raw`|Drive|Dr|Way|Boulevard|Blvd|Court|Ct|Square|Sq)\b`,
      'gu',
    ),
  },
  {
    kind: 'ADDRESS',
    pattern: new RegExp(
      String.raw`(?<!\p{L})\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring` +
        String.raw`|damm) \d{1,4} ?[a-z]?(?!\p{L})`,
      'gu',
    ),
  },
  {
    kind: 'ADDRESS',
    pattern: new RegExp(
      String.raw`\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse` +
        String.raw`|quai) (?:de la |de l'|du |des |de )?\p{Lu}[\p{L}' -]{2,30}\p{L}`,
      'gu',
    ),
  },
  {
    kind: 'IP',
    pattern:
      /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g,
  },
];

/**
 * Finds personal data and secrets in a text: in order, without overlaps. Checksums are checked
 * where there are any.
 */
export function findPersonalData(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const detector of detectors)
    for (const finding of findingsOf(detector, text, found)) found.push(finding);
  return found.sort((a, b) => a.start - b.start);
}

// What does not hold, or was found already, hides nothing that begins inside it: the search goes on
// from there.
function* findingsOf(
  { kind, pattern, holds }: Detector,
  text: string,
  found: readonly PersonalDatum[],
): Generator<PersonalDatum> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { index: start, 0: words } = match;
    const end = start + (holds ? lengthThatHolds(words, holds) : words.length);
    const known = found.find(other => start < other.end && other.start < end);
    if (known) pattern.lastIndex = Math.max(known.end, start + 1);
    else if (end === start) pattern.lastIndex = start + 1;
    else {
      pattern.lastIndex = end;
      yield { start, end, kind };
    }
  }
}

// A number may have more groups after it that are not its own, such as a date: the longest part
// that holds counts.
function lengthThatHolds(words: string, holds: (found: string) => boolean): number {
  for (
    let length = words.length;
    length > 0;
    length = words.slice(0, length).search(/[ -][^ -]*$/)
  ) {
    if (holds(words.slice(0, length))) return length;
  }
  return 0;
}

/** Checks the digits of a payment card (Luhn). */
export function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = index % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Checks an IBAN (ISO 13616: remainder 1 by 97). */
export function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '');
  if (plain.length < 15 || plain.length > 34) return false;
  const digits = [...plain.slice(4), ...plain.slice(0, 4)]
    .map(letter => Number.parseInt(letter, 36))
    .join('');
  return remainder(digits, 97) === 1;
}

function isSpanishId(text: string): boolean {
  const plain = text.replace(/[- ]/g, '');
  const number = plain.slice(0, -1).replace(/^[XYZ]/, letter => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === plain.at(-1);
}

function isFrenchId(text: string): boolean {
  const plain = text.replaceAll(' ', '').replace('2A', '19').replace('2B', '18');
  return 97 - remainder(plain.slice(0, 13), 97) === Number(plain.slice(13));
}

// Digit by digit: such numbers are longer than floating point holds.
function remainder(digits: string, by: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % by;
  return rest;
}

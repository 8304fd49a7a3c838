import { questionIn } from '../finding/asked-terms.ts';
import { citedIds } from '../finding/cited-ids.ts';
import { later } from '../later.ts';
import { sentenceSpans } from './sentences.ts';
import { contentTerms } from './terms.ts';
import { daysIn, withoutDates } from './written/dates.ts';

/** How far an answer rests on its extracts. */
export interface Grounding {
  /** Sentences that state something. */
  readonly claims: number;
  readonly supported: number;
  /**
   * Those that no extract supports, as they stand in the answer; at most 8, each of at most 200
   * characters.
   */
  readonly unsupported: readonly string[];
}

const shown = { claims: 8, characters: 200 };
// A claim whose numbers are all found needs fewer of its words.
const shareOfTerms = { withNumbers: 1 / 3, without: 0.5 };
const tolerance = 0.006;

/**
 * Checks an answer sentence by sentence against the extracts it was made from; where a claim names
 * extracts by their ids, against those alone. A claim is supported
 * if every number in it stands in the extracts, or is the sum, difference, quotient or change in
 * per cent of two that do, dates in whatever words; and if half of its words, those of the question
 * and of reckoning apart, stand in them (a third where it has numbers). It is a check of words and
 * numbers, not of logic.
 */
export function groundingOf(
  answer: string,
  extracts: readonly string[],
  question: string,
  ids: readonly string[] = [],
): Grounding {
  const asked = {
    words: new Set(contentTerms(questionIn(question, 65_536))),
    numbers: new Set(numbersIn(question)),
    days: daysIn(question),
  };
  const sources = sourcesOf(extracts, ids);
  const unsupported: string[] = [];
  let claims = 0;
  for (const { claim, cited } of claimsIn(answer)) {
    if (!isClaim(claim)) continue;
    claims++;
    if (!isSupported(claim, sources(cited), asked))
      unsupported.push(claim.slice(0, shown.characters));
  }
  return {
    claims,
    supported: claims - unsupported.length,
    unsupported: unsupported.slice(0, shown.claims),
  };
}

interface KnownFacts {
  readonly words: ReadonlySet<string>;
  readonly numbers: readonly number[];
  readonly days: ReadonlySet<string>;
}

// The facts of the extracts that a claim names; of all of them where it names none that is there.
function sourcesOf(
  extracts: readonly string[],
  ids: readonly string[],
): (cited: readonly string[]) => KnownFacts {
  const known = new Map<string, KnownFacts>();
  return cited => {
    const named = cited.filter(id => ids.includes(id));
    const key = named.join(' ');
    const ready = known.get(key);
    if (ready) return ready;
    const chosen =
      named.length === 0 ? extracts : extracts.filter((_, at) => named.includes(ids[at]!));
    const text = chosen.join('\n');
    const facts = {
      words: new Set(contentTerms(text)),
      numbers: [...new Set(numbersIn(text))],
      days: daysIn(text),
    };
    known.set(key, facts);
    return facts;
  };
}

interface CitingClaim {
  claim: string;
  cited: string[];
}

// An id that stands behind the mark of its sentence belongs to it, and not to the next.
function claimsIn(answer: string): CitingClaim[] {
  const claims: CitingClaim[] = [];
  for (const { start, end } of sentenceSpans(answer)) {
    const sentence = answer.slice(start, end);
    const leading = /^\s*(?:\[[a-z]\d+(?:\s*,\s*[a-z]\d+)*\]\s*)+/.exec(sentence)?.[0] ?? '';
    claims.at(-1)?.cited.push(...citedIds(leading));
    const own = claims.length > 0 ? sentence.slice(leading.length) : sentence;
    const claim = own.replace(/\[[a-z]?\d+(?:\s*,\s*[a-z]?\d+)*\]/g, '').trim();
    if (claim !== '') claims.push({ claim, cited: citedIds(own) });
  }
  return claims;
}

function isSupported(
  claim: string,
  { words, numbers, days }: KnownFacts,
  asked: Omit<KnownFacts, 'numbers'> & { readonly numbers: ReadonlySet<number> },
): boolean {
  // The same date in other words has other numbers.
  const rest = withoutDates(withoutDates(claim, days), asked.days);
  const least = /\d/.test(claim) ? shareOfTerms.withNumbers : shareOfTerms.without;
  return (
    numbersIn(rest).every(number => asked.numbers.has(number) || isKnown(number, numbers)) &&
    supportedShare(rest, words, asked.words) >= least
  );
}

// What says that something is missing claims nothing of the document.
const denial = new RegExp(
  String.raw`\b(?:not|no|nothing|none|neither|cannot|missing|unclear` +
    String.raw`|unknown)\b[^.]{0,300}\b(?:state|stated|say|says|said|given|found|contain|contains` +
    '|mention|mentioned|answer|answers|extracts?|information|provided?|document' +
    String.raw`|specified|known|disclosed)\b|\b(?:extracts?|document)\b[^.]{0,300}\b(?:not|no` +
    String.raw`|nothing|missing)\b`,
  'i',
);

// Words of reckoning say how a number was made of others, not what the document says.
const reckoning = later(
  () =>
    new Set(
      contentTerms(
        'rose rise fell fall grew grow increased increase decreased decrease declined decline ' +
          'change changed difference ' +
          'higher lower more less total together sum per cent percent times ratio came combined ' +
          'doubled halved',
      ),
    ),
);

function isClaim(sentence: string): boolean {
  return contentTerms(sentence).length > 0 && !sentence.endsWith('?') && !denial.test(sentence);
}

// Words of the question alone support nothing; a claim must say something that the extracts say.
function supportedShare(
  claim: string,
  words: ReadonlySet<string>,
  asked: ReadonlySet<string>,
): number {
  const terms = [...new Set(contentTerms(claim))].filter(
    term => !/\d/.test(term) && !reckoning().has(term),
  );
  const own = terms.filter(term => !asked.has(term));
  if (own.length === 0) return terms.length === 0 || terms.some(term => words.has(term)) ? 1 : 0;
  return own.filter(term => words.has(term)).length / own.length;
}

function isKnown(number: number, numbers: readonly number[]): boolean {
  if (numbers.some(known => isNear(known, number) || isScaled(known, number))) return true;
  if (numbers.length > 200) return false;
  return numbers.some((a, index) =>
    numbers.some((b, other) => {
      if (other === index) return false;
      return [a + b, Math.abs(a - b), a / b, (100 * a) / b, 100 * Math.abs(a / b - 1)].some(made =>
        isNear(made, number),
      );
    }),
  );
}

// 41 million is 41,000 thousand.
function isScaled(known: number, number: number): boolean {
  return [1e3, 1e6, 1e9].some(
    scale => isNear(known * scale, number) || isNear(known / scale, number),
  );
}

// Rounded, and by less than one in the last figure that is told: 2024 is not 2023.
function isNear(made: number, told: number): boolean {
  const apart = Math.abs(made - told);
  return apart === 0 || (apart <= tolerance * Math.abs(told) && apart < 0.999 * lastPlace(told));
}

// What one more in the last figure of a number is, zeros at its end apart: 41,000 ends in
// thousands.
function lastPlace(number: number): number {
  const [, decimals = ''] = String(number).split('.');
  if (decimals !== '') return 10 ** -decimals.length;
  let place = 1;
  while (number !== 0 && number % (10 * place) === 0) place *= 10;
  return place;
}

function numbersIn(text: string): number[] {
  const found = text.match(/(?<![\p{L}\d])\d[\d,]*(?:\.\d+)?(?![\p{L}\d])/gu) ?? [];
  return found.map(each => Number(each.replaceAll(',', ''))).filter(Number.isFinite);
}

import { answerKey } from '../../algorithms/text/answer-key.ts';
import { canonicalAnswer } from '../../algorithms/text/canonical-answer.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';

/** What an answer states, as far as it can be compared. */
interface ComparableFacts {
  readonly figures: readonly Figure[];
  readonly verdict: 'yes' | 'no' | undefined;
  /** A few words without a figure; absent of longer ones, which may say the same in other words. */
  readonly words: string | undefined;
}

interface Figure {
  readonly number: string;
  readonly unit: string;
}

/**
 * Finds answers to one question that cannot all hold: figures of which neither has all of the
 * other's, yes against no, or other short words. Numbers of the question are no answer. Returns
 * for each value the places of those it contradicts.
 */
export function contradictionsIn(question: string, values: readonly string[]): number[][] {
  const asked = new Set(figuresIn(question).map(({ number }) => number));
  const groups = new Map<string, { readonly facts: ComparableFacts; readonly places: number[] }>();
  const keys = values.map((value, place) => {
    const facts = factsOf(value, asked);
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { facts, places: [] };
    group.places.push(place);
    groups.set(key, group);
    return key;
  });
  const against = new Map(
    [...groups].map(([key, { facts }]) => [
      key,
      [...groups.values()]
        .flatMap(other => (isAgainst(facts, other.facts) ? other.places : []))
        .sort((a, b) => a - b),
    ]),
  );
  return keys.map(key => against.get(key)!);
}

const mostWords = 4;

function factsOf(value: string, asked: ReadonlySet<string>): ComparableFacts {
  const figures = figuresIn(value).filter(({ number }) => !asked.has(number));
  const said = canonicalAnswer(value);
  const isShort = figures.length === 0 && said !== '' && said.split(' ').length <= mostWords;
  return { figures, verdict: verdictIn(value), words: isShort ? said : undefined };
}

function isAgainst(a: ComparableFacts, b: ComparableFacts): boolean {
  if (a.verdict && b.verdict) return a.verdict !== b.verdict;
  if (a.figures.length > 0 && b.figures.length > 0)
    return !holdsAll(a.figures, b.figures) && !holdsAll(b.figures, a.figures);
  if (a.words === undefined || b.words === undefined) return false;
  const known = new Set(contentTerms(a.words));
  return a.words !== b.words && !contentTerms(b.words).some(term => known.has(term));
}

function holdsAll(all: readonly Figure[], some: readonly Figure[]): boolean {
  return some.every(({ number, unit }) =>
    all.some(
      each => each.number === number && (each.unit === unit || each.unit === '' || unit === ''),
    ),
  );
}

function verdictIn(value: string): 'yes' | 'no' | undefined {
  const first = /^\W*(\p{L}+)/u.exec(value)?.[1]?.toLowerCase();
  if (first === undefined) return undefined;
  if (/^(?:yes|ja|oui|sí|sì|sim|tak|да)$/u.test(first)) return 'yes';
  return /^(?:no|nein|nee|non|não|nie|нет)$/u.test(first) ? 'no' : undefined;
}

const written = String.raw`\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}`;
const named =
  String.raw`\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?\p{L}{3,9}\.?,?\s+\d{4}` +
  String.raw`|\p{L}{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}`;
const date = new RegExp(String.raw`(?<![\p{L}\d])(?:${written}|${named})(?![\p{L}\d])`, 'gu');
const iso = /^\d{4}-\d\d-\d\d$/;

function figuresIn(text: string): Figure[] {
  const dates: Figure[] = [];
  const rest = text.replace(date, found => {
    const key = answerKey(found.replace(/(?<=\d)\.(?=\s)/, ''), 'date');
    if (!iso.test(key)) return found;
    dates.push({ number: key, unit: '' });
    return ' ';
  });
  const amounts = [...rest.matchAll(amount)].map(([, before = '', number, after = '']) => ({
    number: String(numberOf(number!) * scaleOf(after)),
    unit: unitOf(before) || unitOf(after.replace(scale, '').trim()),
  }));
  return [...dates, ...amounts];
}

const scale = /^(?:thousand|tsd|mio|million(?:en|s)?|millones|mrd|milliarden?|billions?)\b\.?/iu;
// A number that is part of a word is a name; groups of three may be parted by a space.
const amount = new RegExp(
  String.raw`([$€£¥]?)\s?(?<![\p{L}\d.,-])` +
    String.raw`(\d{1,3}(?:[\u00a0\u202f ]\d{3}){1,6}(?!\d)(?:,\d{1,9})?` +
    String.raw`|\d[\d.,'’]{0,30}\d|\d)(?![\p{L}\d])` +
    String.raw`\s?((?:\p{L}{1,40}\.?|[%€$£¥])(?:\s(?:\p{L}{1,40}|[%€$£¥]))?)?`,
  'gu',
);

function numberOf(found: string): number {
  const bare = found.replace(/[\s\u00a0\u202f'’]/g, '');
  const last = bare.search(/[.,](?=[^.,]*$)/);
  if (last < 0) return Number(bare);
  const isOneKind = new Set(bare.replace(/\d/g, '')).size === 1;
  const groups = /^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(bare);
  if (isOneKind && groups) return Number(bare.replace(/[.,]/g, ''));
  const whole = bare.slice(0, last).replace(/[.,]/g, '');
  return Number(`${whole}.${bare.slice(last + 1)}`);
}

function scaleOf(after: string): number {
  const found = scale.exec(after)?.[0].toLowerCase() ?? '';
  if (found === '') return 1;
  if (/^t/.test(found)) return 1e3;
  return /^(?:mio|million|millones)/.test(found) ? 1e6 : 1e9;
}

const units: readonly (readonly [unit: string, words: RegExp])[] = [
  ['€', /^(?:€|eur|euros?)$/i],
  ['$', /^(?:\$|usd|dollars?)$/i],
  ['£', /^(?:£|gbp|pounds?)$/i],
  ['%', /^(?:%|per ?cent|percent|prozent)$/i],
  ['day', /^(?:days?|tagen?|tage?|jours?|días?)$/i],
  ['week', /^(?:weeks?|wochen?|semaines?|semanas?)$/i],
  ['month', /^(?:months?|monaten?|mois|meses|mes)$/i],
  ['year', /^(?:years?|jahren?|ans?|années?|años?)$/i],
  ['hour', /^(?:hours?|stunden?|heures?|horas?)$/i],
];

function unitOf(written: string): string {
  const [first = ''] = written.split(/\s/);
  return units.find(([, words]) => words.test(first))?.[0] ?? '';
}

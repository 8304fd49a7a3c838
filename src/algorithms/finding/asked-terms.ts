import { contentTerms } from '../text/terms.ts';
import data from './function-words.json' with { type: 'json' };

/** The terms that a question asks for, and how a text may say them. */
export interface AskedTerms {
  readonly terms: readonly string[];
  /** Position of the asked term that a term of the text is, inflected or in a compound. */
  indexOf(term: string): number | undefined;
}

// Words of questions and grammar in the larger languages of the European Union. What a question of
// one language drops may be a content word of another, so that each is used alone.
const functionWords: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries(data.others).map(([language, said]) => [language, words(said)]),
);
const english = words(data.english);

/**
 * Takes the terms out of a question. Where it is not in English, words of its own language that ask
 * or bind count for nothing, and inflected forms and compounds meet: `Verträge` and `Vertrag`,
 * `Laufzeit` and `Vertragslaufzeit`.
 */
export function askedTerms(given: string): AskedTerms {
  const question = questionIn(given);
  const language = languageOf(question);
  const own = language === undefined ? undefined : functionWords[language];
  const asked = withoutReferences(question);
  const kept = own
    ? asked.replace(/[\p{L}\p{M}]+/gu, word => (own.has(word.toLowerCase()) ? ' ' : word))
    : asked;
  const found = [...new Set(contentTerms(kept))];
  const terms = found.length > 0 ? found : [...new Set(contentTerms(question))];
  const exact = new Map(terms.map((term, index) => [term, index]));
  if (!own) return { terms, indexOf: term => exact.get(term) };
  const known = new Map<string, number | undefined>(exact);
  return {
    terms,
    indexOf(term) {
      if (known.has(term)) return known.get(term);
      const at = terms.findIndex(each => isForm(each, term));
      known.set(term, at < 0 ? undefined : at);
      return known.get(term);
    },
  };
}

const longestQuestion = 4000;

const longestAsked = 600;

/**
 * What of a question is looked for: all of it, or so many characters. What is longer was pasted,
 * with the question in a paragraph before it or behind it; where there is none, both ends count.
 */
export function questionIn(given: string, most = longestQuestion): string {
  if (given.length <= most) return given;
  const [head, tail] = [given.slice(0, most / 2), given.slice(-most / 2)];
  const asked = [head.split(/\n[ \t]*\r?\n/, 1)[0]!, tail.split(/\n[ \t]*\r?\n/).at(-1)!];
  const short = asked.map(part => part.trim()).filter(part => part.length <= longestAsked && part);
  if (short.length > 0) return short.join('\n');
  return `${head}\n${tail}`;
}

const reference = new RegExp(
  String.raw`\b(?:clause|section|article|paragraph|point|item|rule|ziffer|klausel|abschnitt` +
    String.raw`|artikel)\s+(?=\d)`,
  'gi',
);

// "What does clause 2.1 say?": the number is what is asked for.
function withoutReferences(question: string): string {
  return question.replace(reference, ' ');
}

function languageOf(question: string): string | undefined {
  const asked = question.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const count = (own: ReadonlySet<string>) => asked.filter(word => own.has(word)).length;
  let best: { language: string; count: number } | undefined;
  for (const [language, own] of Object.entries(functionWords)) {
    const found = count(own);
    if (found > (best?.count ?? 0)) best = { language, count: found };
  }
  return best && best.count > count(english) ? best.language : undefined;
}

const shortest = 5;
const longestEnding = 3;

// One stem with other endings, or a part of a compound.
function isForm(asked: string, term: string): boolean {
  if (asked.length < shortest || term.length < shortest || /\d/.test(asked)) return false;
  let same = 0;
  while (same < asked.length && asked[same] === term[same]) same++;
  const longest = Math.max(asked.length, term.length);
  const isStem = same >= shortest - 1 && same * 4 >= longest * 3;
  if (isStem && longest - same <= longestEnding) return true;
  return asked.length >= 6 && term.length >= 6 && (term.includes(asked) || asked.includes(term));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

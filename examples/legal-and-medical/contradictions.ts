// Looks for what cannot all be true: days of one event, sides of one part of the body, and drugs
// that are borne. Rules of words, on this machine: no model is asked, and nothing leaves.
import { type Paper, type Place, sentencesOf } from './case-file.ts';

/** Places that state different values of one thing. */
export interface Contradiction {
  readonly about: string;
  /** Each value with the places that state it; the rarest last. */
  readonly values: readonly (readonly [value: string, places: readonly Place[]])[];
}

interface Check {
  readonly about: string;
  /** What a sentence states of it; nothing where it states nothing. */
  readonly valueIn: (sentence: string) => string | undefined;
}

const fall = /\b(?:accident|fell|fall|falls|slipped|slid|on the stairs on)\b/i;
const months =
  'January|February|March|April|May|June|July|August|September|October|November|December';
const day = new RegExp(`\\b(\\d{1,2}) (${months}) (\\d{4})\\b`, 'g');

const checks: readonly Check[] = [
  {
    about: 'the day of the accident',
    valueIn(sentence) {
      const [only, another] = [...sentence.matchAll(day)];
      return fall.test(sentence) && only && !another ? only[0] : undefined;
    },
  },
  ...[
    ['wrist', 'wrist|radius|forearm|hand|arm'],
    ['ankle', 'ankle|foot'],
    ['knee', 'knee|patella'],
    ['hip', 'hip|femur'],
    ['shoulder', 'shoulder|clavicle'],
    ['eye', 'eye'],
  ].map(
    ([about, words]): Check => ({
      about: `which ${about} was hurt`,
      valueIn(sentence) {
        const found = [...sentence.matchAll(sideOf(words!))];
        const sides = new Set(found.map(([, side]) => side!.toLowerCase()));
        return sides.size === 1 ? [...sides][0] : undefined;
      },
    }),
  ),
  {
    about: 'what the patient does not bear',
    valueIn(sentence) {
      if (/\b(?:no|without) (?:known )?allerg/i.test(sentence)) return 'no allergy';
      return /\ballergic to (\w+)/i.exec(sentence)?.[0];
    },
  },
];

function sideOf(words: string): RegExp {
  return new RegExp(`\\b(left|right) (?:\\w+ )?(?:${words})\\b`, 'gi');
}

/** Finds contradictions in a file. */
export function contradictionsIn(papers: readonly Paper[]): Contradiction[] {
  const sentences = papers.flatMap(sentencesOf);
  return checks.flatMap(({ about, valueIn }) => {
    const stated = sentences.flatMap(place => {
      const value = valueIn(place.quote);
      return value === undefined ? [] : [{ value, place }];
    });
    const byValue = Map.groupBy(stated, ({ value }) => value);
    if (byValue.size < 2) return [];
    const values = [...byValue].map(
      ([value, places]) => [value, places.map(({ place }) => place)] as const,
    );
    return [{ about, values: values.sort(([, a], [, b]) => b.length - a.length) }];
  });
}

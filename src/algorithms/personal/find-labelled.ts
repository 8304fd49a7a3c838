import { isCard, isIban } from './checksums.ts';
import { type LabelledForm, labelledForms } from './labelled-forms.ts';
import { lengthThatHolds } from './length-that-holds.ts';
import type { PersonalDatum } from './spans.ts';

interface Compiled {
  readonly form: LabelledForm;
  readonly value: RegExp;
}

// A space of the table is any joint of words or none, as in names of fields.
const spelled = (words: readonly string[]) =>
  words.join('|').replaceAll(' ?', ' ').replaceAll(' ', '[ _-]?');
const compiled = labelledForms.map((form): Compiled => {
  const between =
    typeof form.between === 'string'
      ? form.between
      : String.raw`[^\d;]{0,${form.between + 4}}?(?<![\p{L}\d])`;
  return { form, value: new RegExp(`${between}(${form.value})`, 'uy') };
});
const groupOf = (index: number, words: string) => `(?<f${index}>${words})`;
const anyWords = labelledForms.map(({ words }, index) => groupOf(index, spelled(words)));
const inAnyCase = new RegExp(`(?<![\\p{L}\\d])(?:${anyWords.join('|')})s?(?![\\p{L}])`, 'giu');
const inCapitals = new RegExp(
  `(?:(?<![\\p{L}\\d])|(?<=[a-z]))(?:${labelledForms
    .flatMap(({ capitals }, index) => (capitals ? [groupOf(index, spelled(capitals))] : []))
    .join('|')})(?![\\p{L}])`,
  'gu',
);

const holdsByKind: Readonly<Record<string, (words: string) => boolean>> = {
  CARD: isCard,
  IBAN: isIban,
};

/** Finds what stands beside a word that says what it is. */
export function findLabelled(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  if (!/\d{2}|\d[ -]\d/.test(text)) return found;
  for (const labels of [inAnyCase, inCapitals]) {
    for (const { index, 0: label, groups = {} } of text.matchAll(labels)) {
      for (const name in groups) {
        if (groups[name] === undefined) continue;
        const span = valueAfter(text, index + label.length, compiled[Number(name.slice(1))]!);
        if (span) found.push(span);
      }
    }
  }
  return found;
}

function valueAfter(
  text: string,
  after: number,
  { form, value }: Compiled,
): PersonalDatum | undefined {
  value.lastIndex = after;
  const match = value.exec(text);
  const words = match?.[1];
  if (!match || words === undefined) return undefined;
  if (form.leastDigits && words.replace(/\D/g, '').length < form.leastDigits) return undefined;
  const start = after + match[0].length - words.length;
  // What follows a whole number is not its own; one that was never issued is masked as it stands.
  const holds = holdsByKind[form.kind];
  const length = (holds && lengthThatHolds(words, holds)) || words.length;
  return { start, end: start + length, kind: form.kind };
}

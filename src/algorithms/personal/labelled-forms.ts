import forms from './labelled-forms.json' with { type: 'json' };

/** What stands beside a word that says what it is, whether it was validly issued or not. */
export interface LabelledForm {
  readonly kind: string;
  /** The words, as alternatives of a pattern, in letters of either case; a space may be missing. */
  readonly words: readonly string[];
  /** Words that count in capitals alone, since they mean something else in small letters. */
  readonly capitals?: readonly string[];
  /** What may stand there; every repetition in it has a bound. */
  readonly value: string;
  /** How many characters other than digits may stand between, or the pattern of what may. */
  readonly between: number | string;
  readonly leastDigits?: number;
}

const digits = (least: number, most: number) =>
  String.raw`\+?\(?\d(?:[\s()./_:,|*-]{0,3}\d){${least - 1},${most - 1}}(?!\d)`;
const id =
  String.raw`(?:[A-Z]{1,5}[ ./-]?)?(?:[A-Z]{0,3}\d[A-Z\d]{0,19})` +
  String.raw`(?:[ ./-][A-Z]{0,3}\d[A-Z\d]{0,11}){0,5}(?:[ -]?[A-Z]{1,2}(?![A-Za-z]))?`;
const month =
  String.raw`(?:[Jj]an|[Ff]eb|[Mm][aä]r|[Aa]pr|[Mm]a[iy]|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo][ck]t` +
  String.raw`|[Nn]ov|[Dd]e[cz]|[Ff][ée]v|[Aa]vr|[Jj]ui|[Aa]oû|[Dd]éc|[Ee]ne|[Aa]br|` +
  String.raw`[Aa]go|[Dd]ic)\p{L}{0,7}`;
const date =
  String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{2,4}` +
  String.raw`|\d{1,2}(?:st|nd|rd|th|er|\.)? (?:of |de )?${month}\.?,? (?:de )?\d{2,4}` +
  String.raw`|${month}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{8})(?!\d)`;
const place = String.raw`[-+]?\d{1,3}\.\d{4,15}°?(?: ?[NS])?`;
const places = String.raw`${place}[ ,;/]{1,3}[-+]?\d{1,3}\.\d{4,15}°?(?: ?[EWO])?`;

const values: Readonly<Record<string, string>> = {
  phone: digits(7, 15),
  dialled: String.raw`(?!1[5-9]\d{8}(?!\d))\+?\(?\d(?:[ ()./-]{0,2}\d){8,11}(?!\d)`,
  card: digits(12, 19),
  code: String.raw`\d{3,4}(?![\d.])`,
  account:
    String.raw`(?:[A-Za-z]{2}\d{2}(?:[ ./_-]{0,2}[A-Za-z\d]){8,30}|\d(?:[ -]?\d){5,17}` +
    String.raw`)(?!\d)`,
  branch: String.raw`(?:[A-Z]{4}0[A-Z\d]{6}|\d(?:[ -]?\d){5,8})(?![\d.])`,
  id: id,
  date: date,
  places: places,
  degrees: String.raw`[-+]?[1-9]\d{0,2}\.\d{5,15},? [-+]?[1-9]\d{0,2}\.\d{5,15}`,
  one: `(?:${places}|${place})`,
};

/** The words that say what stands beside them, by what is masked there. */
export const labelledForms: readonly LabelledForm[] = forms.map(form => ({
  ...form,
  value: values[form.value]!,
}));

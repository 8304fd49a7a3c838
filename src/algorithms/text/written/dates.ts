import { later } from '../../later.ts';
import lists from './dates.json' with { type: 'json' };

const monthOf = later(
  () =>
    new Map(
      lists.months.flatMap((names, at) => names.split(' ').map(name => [name, String(at + 1)])),
    ),
);

type DateParts = readonly (string | undefined)[];

// Year, month and day of each way to write a date. Where figures alone may be read in two ways they
// stand for both days.
const forms: readonly {
  readonly form: RegExp;
  readonly read: (parts: DateParts) => DateParts[];
}[] = [
  { form: /(?<!\d)(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?!\d)/g, read: parts => [parts] },
  {
    form: /(?:(?<!\d)(\d{4}) ?[年년] ?)?(?<!\d)(\d\d?) ?[月월] ?(\d\d?) ?[日号號일]/g,
    read: parts => [parts],
  },
  {
    form: /(?<![\d./-])(\d\d?)[-/.](\d\d?)[-/.](\d{4}|\d\d)(?![\d/-])/g,
    read: ([a, b, y]) => [
      [y, b, a],
      [y, a, b],
    ],
  },
  {
    form: /\b(\d\d?)[a-zº.]{0,2}[ -](?:of |de )?(\p{L}{3,12})(?:[.,]?[ -](?:del? )?(\d{4}))?/gu,
    read: ([d, m, y]) => [[y, m, d]],
  },
  {
    form: /(?<!\p{L})(\p{L}{3,12})\.? (\d\d?)(?:st|nd|rd|th)?(?:,? (\d{4}))?(?![\p{L}\d])/gu,
    read: ([m, d, y]) => [[y, m, d]],
  },
];

/** Days that a text names, however it writes them: `2024-03-03`, without its year `-03-03`. */
export function daysIn(text: string): ReadonlySet<string> {
  const days = new Set<string>();
  replaceDates(text, (written, read) => {
    for (const { year, day } of read) days.add(year + day).add(`any${day}`);
    return written;
  });
  return days;
}

/**
 * Leaves out of a text the dates that are among some days, in whatever words: of two readings
 * either will do. What is left of one whose year stands elsewhere is its year.
 */
export function withoutDates(text: string, days: ReadonlySet<string>): string {
  if (days.size === 0) return text;
  return replaceDates(text, (written, read) => {
    if (read.some(({ year, day }) => days.has((year || 'any') + day))) return ' ';
    const apart = read.find(({ day }) => days.has(day));
    return apart ? ` ${apart.year} ` : written;
  });
}

interface ReadDay {
  /** Empty where none is written. */
  readonly year: string;
  /** Such as `-03-03`. */
  readonly day: string;
}

function replaceDates(
  text: string,
  replace: (written: string, read: readonly ReadDay[]) => string,
): string {
  if (!/\d/.test(text)) return text;
  let plain = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
  plain = plain.replace(/\s+/g, ' ');
  for (const { form, read } of forms)
    plain = plain.replace(form, (written: string, ...parts: string[]) => {
      const readings = read(parts.slice(0, 3)).flatMap(readingOf);
      return readings.length > 0 ? replace(written, readings) : written;
    });
  return plain;
}

function readingOf([year = '', month = '', day = '']: DateParts): ReadDay[] {
  const [m, d] = [Number(monthOf().get(month.toLowerCase()) ?? month), Number(day)];
  if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31)) return [];
  const two = (figure: number) => String(figure).padStart(2, '0');
  return [{ year: year.length === 2 ? `20${year}` : year, day: `-${two(m)}-${two(d)}` }];
}

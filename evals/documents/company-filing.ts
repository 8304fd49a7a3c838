import type { Evidence, GeneratedDocument, Making, TrueQuestion } from './generated.ts';
import { pick } from './generated.ts';

/** A question on a filing, with the same question in other words. */
export interface FilingQuestion extends TrueQuestion {
  /** One place; a figure to be made of two cells; or two places to be compared. */
  readonly type: 'lookup' | 'arithmetic' | 'comparison';
  readonly paraphrase: string;
}

/** A company's filing, in pages. */
export interface CompanyFiling extends GeneratedDocument {
  readonly questions: readonly FilingQuestion[];
}

interface Metric {
  readonly name: string;
  readonly other: string;
  readonly verb: string;
}

const metrics: readonly Metric[] = [
  { name: 'impairment charges', other: 'write-downs', verb: 'recorded' },
  { name: 'research spending', other: 'outlay on development', verb: 'reported' },
  { name: 'restructuring costs', other: 'expense of reorganising', verb: 'recorded' },
  { name: 'litigation provisions', other: 'sums set aside for lawsuits', verb: 'recognised' },
  { name: 'capital expenditure', other: 'investment in plant', verb: 'reported' },
  { name: 'warranty claims', other: 'cost of faulty goods', verb: 'settled' },
];
const years = [2020, 2021, 2022, 2023, 2024];
const rows = ['Revenue', 'Operating income', 'Depreciation', 'Inventories', 'Headcount'];
const beginnings = 'Nor Sel Kar Vin Tol Mer Bra Fen Gal Hol Jas Lun Oster Per Ruth Stav'.split(' ');
const endings = 'field wick mark by ton haven dale burg sund gate ford mere'.split(' ');
const businesses = [
  'industrial pumps',
  'marine coatings',
  'rail signals',
  'cold storage',
  'optical glass',
  'paper board',
];
const places = [
  'Aarhus',
  'Bergen',
  'Cork',
  'Ghent',
  'Graz',
  'Lyon',
  'Porto',
  'Tartu',
  'Turku',
  'Utrecht',
];
const pageCharacters = 3000;

interface Segment {
  readonly name: string;
  readonly business: string;
  /** In thousands of dollars, by metric and year. */
  readonly amounts: readonly (readonly number[])[];
  /** Cells of its table, by row and year; in thousands or in millions, as its head says. */
  readonly cells: readonly (readonly number[])[];
  readonly isInMillions: boolean;
}

interface Writing {
  text: string;
  readonly places: Map<string, Evidence>;
}

/**
 * A company's filing with exact truth: segments with figures in prose and tables, five years each,
 * restatements, units that change from table to table, and notes that name a figure again and again
 * without giving it, so that search alone is misled. Pages end with form feeds.
 */
export function companyFiling({ tokens, random }: Making): CompanyFiling {
  const wanted = tokens * 4;
  const names = shuffled(
    beginnings.flatMap(first => endings.map(last => `${first}${last}`)),
    random,
  );
  const writing: Writing = { text: front(names.length), places: new Map() };
  const segments: Segment[] = [];
  while (writing.text.length < wanted * 0.97 || segments.length < 4) {
    const number = segments.length;
    const name =
      number < names.length
        ? names[number]!
        : `${names[number % names.length]} ${Math.floor(number / names.length) + 1}`;
    const segment = makeSegment(name, random);
    segments.push(segment);
    writeSegment(segment, writing, random);
    writeMisleading(segments, writing, random);
  }
  writing.text = paged(writing);
  return {
    kind: 'company filing',
    title: 'annual-report.txt',
    text: writing.text,
    questions: questionsOn(segments, writing, random),
  };
}

function front(segments: number): string {
  return (
    'ANNUAL REPORT\n\nHalvorsen Group plc, for the fiscal year 2024\n\n' +
    `The group is organised in segments, of which up to ${segments} are described below. Amounts ` +
    'are in US dollars. Figures of earlier years have been restated where the text says so.\n\n'
  );
}

function makeSegment(name: string, random: () => number): Segment {
  const amount = () => 1000 + Math.floor(random() * 98_000);
  return {
    name,
    business: pick(businesses, random),
    amounts: metrics.map(() => years.map(amount)),
    cells: rows.map(() => years.map(() => 100 + Math.floor(random() * 9800))),
    isInMillions: random() < 0.5,
  };
}

function writeSegment(segment: Segment, writing: Writing, random: () => number): void {
  const { name, business, amounts, cells, isInMillions } = segment;
  writing.text += `SEGMENT ${name.toUpperCase()}\n\n`;
  writing.text +=
    `The ${name} segment makes ${business} at ${pick(places, random)} and ` +
    `${pick(places, random)}. ${filler(random, 4)}\n\n`;
  const units = `${isInMillions ? 'millions' : 'thousands'} of dollars; headcount in persons`;
  writing.text += `${name} segment, selected figures (in ${units})\n`;
  writing.text += `${name}\t${years.map(year => `FY${year}`).join('\t')}\n`;
  for (const [row, label] of rows.entries()) {
    const line = `${name} ${label.toLowerCase()}\t${cells[row]!.map(grouped).join('\t')}`;
    note(writing, `${name} row ${row}`, line);
    writing.text += '\n';
  }
  writing.text += '\n';
  for (const [index, metric] of metrics.entries()) {
    const order = shuffled([...years.keys()], random);
    for (const year of order) {
      const millions = (amounts[index]![year]! / 1000).toFixed(3);
      const sentence =
        `In fiscal ${years[year]}, the ${name} segment ${metric.verb} ${metric.name} of ` +
        `$${millions} million.`;
      note(writing, `${name} ${index} ${year}`, sentence);
      writing.text += random() < 0.4 ? ` ${filler(random, 1)} ` : ' ';
    }
    if (random() < 0.3) writing.text += `${restated(segment, index, random)} `;
    writing.text += `${filler(random, 2)}\n\n`;
  }
}

// What was first reported, and is no longer true, stands beside the truth, in other words.
function restated({ name }: Segment, metric: number, random: () => number): string {
  const was = (1 + random() * 90).toFixed(3);
  return (
    `An earlier report of the ${name} segment had shown ${metrics[metric]!.name} of $${was} ` +
    'million for one of these years; that figure was withdrawn.'
  );
}

// Names a figure again and again, and does not give it: what search by words finds first.
function writeMisleading(
  segments: readonly Segment[],
  writing: Writing,
  random: () => number,
): void {
  for (let count = 0; count < 3; count++) {
    const { name } = pick(segments, random);
    const metric = pick(metrics, random).name;
    const year = pick(years, random);
    const head = `${name} ${metric}, fiscal ${year}`;
    writing.text +=
      `Reconciliation of ${head}: the ${metric} of the ${name} segment in fiscal ${year} were ` +
      `reviewed by the audit committee. For the ${name} segment, ${metric} in fiscal ${year} ` +
      `followed the policy on ${metric}; the ${metric} of the ${name} segment are explained with ` +
      `the segment itself. ${filler(random, 1)}\n\n`;
  }
}

const subjects = [
  'Management',
  'The board',
  'Local staff',
  'The works council',
  'The plant manager',
  'A supplier',
  'The region',
];
const deeds = [
  'reviewed',
  'welcomed',
  'postponed',
  'described',
  'monitored',
  'renewed',
  'questioned',
  'simplified',
];
const objects = [
  'the maintenance plan',
  'long-term contracts',
  'energy use',
  'the training scheme',
  'freight routes',
  'safety drills',
];
const ends = [
  'during the period',
  'as in the year before',
  'with moderate effect',
  'without material effect',
  'across all sites',
];

function filler(random: () => number, sentences: number): string {
  const made = Array.from(
    { length: sentences },
    () =>
      `${pick(subjects, random)} ${pick(deeds, random)} ${pick(objects, random)} ` +
      `${pick(ends, random)}.`,
  );
  return made.join(' ');
}

function note(writing: Writing, key: string, words: string): void {
  const start = writing.text.length;
  writing.text += words;
  writing.places.set(key, { start, end: writing.text.length });
}

// A blank line becomes the end of a page of its own length: offsets stay as they are.
function paged({ text }: Writing): string {
  const letters = text.split('');
  let pageStart = 0;
  for (
    let at = text.indexOf('\n\n', pageCharacters);
    at >= 0;
    at = text.indexOf('\n\n', pageStart + pageCharacters)
  ) {
    letters[at + 1] = '\f';
    pageStart = at + 2;
  }
  return letters.join('');
}

function questionsOn(
  segments: readonly Segment[],
  { places: known }: Writing,
  random: () => number,
): FilingQuestion[] {
  const chosen = Array.from({ length: 20 }, () => pick(segments, random));
  return chosen.flatMap((segment, index) => {
    const other = segments[(segments.indexOf(segment) + 1 + index) % segments.length]!;
    return [
      lookup(segment, known, random),
      ...(index % 4 === 0
        ? [difference(segment, known, random), compared(segment, other, known)]
        : []),
    ];
  });
}

type Known = ReadonlyMap<string, Evidence>;

function lookup({ name, amounts }: Segment, known: Known, random: () => number): FilingQuestion {
  const index = Math.floor(random() * metrics.length);
  const year = Math.floor(random() * years.length);
  const metric = metrics[index]!;
  const said = (at: number) => `$${(amounts[index]![at]! / 1000).toFixed(3)} million`;
  return {
    type: 'lookup',
    question: `What were the ${metric.name} of the ${name} segment in fiscal ${years[year]}?`,
    paraphrase: `How large was the ${metric.other} at ${name} in ${years[year]}?`,
    answer: said(year),
    traps: [...years.keys()].filter(at => at !== year).map(said),
    evidence: [known.get(`${name} ${index} ${year}`)!],
  };
}

function difference(
  { name, cells, isInMillions }: Segment,
  known: Known,
  random: () => number,
): FilingQuestion {
  const row = Math.floor(random() * (rows.length - 1));
  const label = rows[row]!.toLowerCase();
  const change = cells[row]![4]! - cells[row]![3]!;
  const unit = isInMillions ? 'million' : 'thousand';
  return {
    type: 'arithmetic',
    question: `By how much did ${name} ${label} change from FY2023 to FY2024?`,
    paraphrase: `What is the difference between the last two years in ${label} at ${name}?`,
    answer: `${grouped(change)} ${unit} dollars`,
    traps: [`${grouped(change)} ${isInMillions ? 'thousand' : 'million'} dollars`],
    evidence: [known.get(`${name} row ${row}`)!],
  };
}

function compared(a: Segment, b: Segment, known: Known): FilingQuestion {
  const year = years.length - 1;
  const higher = a.amounts[4]![year]! >= b.amounts[4]![year]! ? a : b;
  const lower = higher === a ? b : a;
  return {
    type: 'comparison',
    question:
      `Which had the higher capital expenditure in fiscal 2024, the ${a.name} segment or the ` +
      `${b.name} segment?`,
    paraphrase: `Who put more into plant in 2024, ${a.name} or ${b.name}?`,
    answer: higher.name,
    traps: [lower.name],
    evidence: [known.get(`${a.name} 4 ${year}`)!, known.get(`${b.name} 4 ${year}`)!],
  };
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const drawn = [...values];
  for (let at = drawn.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [drawn[at], drawn[other]] = [drawn[other]!, drawn[at]!];
  }
  return drawn;
}

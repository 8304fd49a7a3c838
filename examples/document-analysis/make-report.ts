// Writes report.pdf: the yearly report of an invented water board, prose and tables from the same
// figures. No real board stands behind it.
//
//   node examples/document-analysis/make-report.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlacedText, pdfOf } from 'tandem/testing';

const names = [
  'Ostermoor',
  'Pellwick',
  'Graufeld',
  'Nether Ashby',
  'Tannhorst',
  'Coldbrook',
  'Severin',
  'Maaslo',
  'Highmere',
  'Lowenau',
  'Querfurt',
  'Birkenhead Mill',
  'Stavel',
  'Ravensey',
  'Umberton',
  'Zweihoven',
];
const years = [2021, 2022, 2023, 2024];
const spread = (base: number, step: number, range: number, index: number) =>
  base + ((index * step) % range);

const districts = names.map((name, index) => ({
  name,
  people: spread(8200, 3677, 41_000, index + 1),
  pipes: spread(96, 57, 310, index + 2),
  engineer: `${['Ada', 'Bo', 'Cem', 'Dag', 'Eva', 'Finn', 'Gil', 'Hana'][index % 8]} ${
    ['Thorne', 'Okoye', 'Lindahl', 'Marsh', 'Petrov'][(index * 3) % 5]
  }`,
  price: years.map((_, n) => (1.42 + ((index * 7) % 23) / 50 + n * 0.06).toFixed(2)),
  leakage: years.map((_, n) => (8 + ((index * 13 + n * 5) % 71) / 10).toFixed(1)),
  supplied: years.map((_, n) => spread(410, 173, 1900, index + n * 3)),
  bursts: years.map((_, n) => spread(3, 11, 29, index + n)),
  samples: spread(220, 89, 700, index),
  works: spread(2, 7, 19, index),
}));
type District = (typeof districts)[number];

const width = 92;
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const columns = [72, 240, 310, 380, 450];
type Row = readonly (string | number)[];

/** A page: its heading, paragraphs, and a table below them. */
function page(heading: string, paragraphs: readonly string[], rows: readonly Row[] = []) {
  const placed: PlacedText[] = [{ text: heading, y: 730 }];
  let y = 705;
  for (const paragraph of paragraphs) {
    for (const text of wrapped(paragraph)) {
      y -= 13;
      placed.push({ text, y });
    }
    y -= 9;
  }
  for (const row of rows) {
    y -= 15;
    for (const [n, cell] of row.entries())
      placed.push({ text: String(cell), x: columns[n] ?? 72, y });
  }
  return placed;
}

function ofDistrict(district: District, index: number): PlacedText[] {
  const { name, people, pipes, engineer, samples, works } = district;
  return page(
    `${index + 3}. ${name}`,
    [
      `The district of ${name} supplies ${people} people through ${pipes} kilometres of pipes. ` +
        `Its chief engineer is ${engineer}.`,
      `In 2024 ${samples} samples were taken in ${name}, of which ${index % 4} did not meet the ` +
        'limits. Each of them was repeated within two days and then met them.',
      `Works worth ${works} million crowns were finished in ${name}: ${
        [
          'a new reservoir with two chambers',
          'the lining of the main along the railway',
          'pumps that run by night',
          'meters in all houses',
        ][index % 4]
      }.`,
      `The council of ${name} was told of the results in ${
        ['March', 'April', 'May', 'June'][(index * 3) % 4]
      }. Nobody objected to the plan for the next year, which foresees ` +
        `${pipes % 17} kilometres of new pipes.`,
    ],
    [
      [`Table ${index + 2}: ${name}`, ...years],
      ['Water supplied, ML', ...district.supplied],
      ['Leakage, per cent', ...district.leakage],
      ['Bursts of mains', ...district.bursts],
      ['Price, crowns per m3', ...district.price],
    ],
  );
}

const pages = [
  page('Rivenmark Water Board: report on the year 2024', [
    'This report is laid before the assembly under section 14 of the Water Act. It covers the ' +
      'calendar year 2024 and the sixteen districts of the board.',
    'The board is chaired by Ottilie Vance. Its seat is Graufeld. The report was adopted on ' +
      '27 February 2025 with eleven votes to two.',
  ]),
  page('1. Summary', [
    'No district was without water for longer than nine hours. The longest interruption was in ' +
      'Maaslo on 3 August, when a digger cut the main.',
    'A reserve of 46 million crowns was set aside for the replacement of ' +
      'lead pipes, which must be ' +
      'gone by 2031.',
    'The board employed 1,284 people at the end of the year, 37 more than a year before.',
    'The drought of June and July was the longest since 1976. Watering of ' +
      'lawns was forbidden for 41 ' +
      'days in the districts of the south.',
  ]),
  page(
    '2. Finances',
    [
      'Revenue was 612 million crowns and expenses 589 million crowns. The surplus goes to the ' +
        'reserve for lead pipes.',
      'Energy cost 71 million crowns, which is 9 million less than in 2023, since the pumps of ' +
        'Severin and Stavel run on current from the sun.',
      'A loan of 120 million crowns at 3.1 per cent was taken up with the ' +
        'Bank of Lowenau. It is to be ' +
        'paid back in twenty years.',
    ],
    [
      ['Table 1: millions of crowns', ...years],
      ['Revenue', 541, 566, 590, 612],
      ['Expenses', 528, 559, 581, 589],
      ['Energy', 52, 77, 80, 71],
      ['Investment', 133, 141, 158, 187],
    ],
  ),
  ...districts.map(ofDistrict),
  page('19. Incidents', [
    'On 11 January a pump in Tannhorst caught fire. Nobody was hurt; the ' +
      'damage was 2.3 million crowns.',
    'On 19 May chlorine was dosed twice in Highmere because a valve had ' +
      'stuck. 6,400 people were told ' +
      'to boil no water but to let it run; the order was lifted after 14 hours.',
    'On 3 August a digger cut the main in Maaslo. The firm Hollis and ' +
      'Daughters pays for the damage.',
  ]),
  page('20. Outlook', [
    'The board will merge the works of Coldbrook and Umberton in 2026. No one will be dismissed.',
    'Prices will rise by four per cent on average in July 2025. Households ' +
      'with low income can ask for ' +
      'a rebate of a third.',
    'A desalination plant on the coast of Ravensey is being examined; a ' +
      'decision is expected in 2027.',
  ]),
];

const path = join(import.meta.dirname, 'report.pdf');
writeFileSync(path, pdfOf(pages));
console.log(`${pages.length} pages in ${path}`);

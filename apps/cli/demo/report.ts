/**
 * A yearly report of an invented harbour company: 32 pages, made from tables that hold its figures.
 */
const terminals = [
  'Norderfeld',
  'Osterquay',
  'Sandholm',
  'Brakewater',
  'Lindhaven',
  'Westmole',
  'Kalkbruck',
  'Skarnes',
];
const months = ['January', 'April', 'July', 'October'];

interface Figures {
  readonly name: string;
  readonly cargo: number;
  readonly cargoBefore: number;
  readonly emissions: number;
  readonly cranes: number;
  readonly accidents: number;
  readonly staff: number;
  readonly investment: number;
}

// Spread by multiplication and remainder, so that no two terminals share a figure.
function figuresOf(name: string, index: number): Figures {
  const spread = (base: number, step: number, range: number) => base + ((index * step) % range);
  return {
    name,
    cargo: spread(2100, 373, 2900),
    cargoBefore: spread(1990, 347, 2700),
    emissions: spread(11_200, 1733, 9000),
    cranes: spread(6, 5, 17),
    accidents: spread(2, 7, 11),
    staff: spread(310, 97, 640),
    investment: spread(14, 11, 53),
  };
}

const figures = terminals.map(figuresOf);

/** The report, with a form feed between pages. */
export const report: string = pages().join('\f');

function pages(): string[] {
  const front = [
    title(1, 'Harbour Group North', [
      'Report for the year 2025',
      'This report was approved by the board on 12 March 2026.',
    ]),
    title(2, 'Letter to the owners', [
      'The year 2025 was one of calm trade and of hard work on our quays.',
      'We moved more cargo than ever, though two storms closed the river for eleven days.',
      `The group operates ${terminals.length} terminals on the river and the coast.`,
      'We thank everyone who worked through both storms.',
    ]),
  ];
  const middle = figures.flatMap((terminal, index) => terminalPages(terminal, 3 + index * 3));
  return [...front, ...middle, ...backPages(3 + figures.length * 3)];
}

function terminalPages(terminal: Figures, page: number): string[] {
  const { name, cargo, cargoBefore, emissions, cranes, accidents, staff, investment } = terminal;
  return [
    title(page, `${name}: trade`, [
      `In 2025 the ${name} terminal handled ${cargo} thousand tonnes of cargo.`,
      `In 2024 the ${name} terminal had handled ${cargoBefore} thousand tonnes of cargo.`,
      ...months.map((month, quarter) => quarterLine(name, month, cargo, quarter)),
      `Grain and timber made up the larger part of what passed the ${name} quays; containers the ` +
        'smaller.',
      `Customers of ${name} rated its service 4.${(cranes * 3) % 10} of 5 in the yearly survey.`,
    ]),
    title(page + 1, `${name}: environment and safety`, [
      `The ${name} terminal emitted ${emissions} tonnes of carbon dioxide in 2025.`,
      `Its ${cranes} cranes were inspected twice, as the rules demand.`,
      `There were ${accidents} accidents with absence from work at ${name} in 2025.`,
      `Shore power was used by ${cranes * 4 + 7} ships at ${name}.`,
      `Noise measured at the fence of ${name} stayed below the limit on all but ${accidents + 1} ` +
        'days.',
    ]),
    title(page + 2, `${name}: people and investment`, [
      `At the end of 2025 the ${name} terminal employed ${staff} people.`,
      `The group invested ${investment} million euros at ${name}, most of it in quay walls.`,
      `Apprentices at ${name} numbered ${Math.round(staff / 23)}.`,
      `The works council of ${name} and the management signed an agreement on night shifts.`,
    ]),
  ];
}

function quarterLine(name: string, month: string, cargo: number, quarter: number): string {
  const share = [0.22, 0.27, 0.26, 0.25][quarter]!;
  return (
    `In the quarter that began in ${month}, ${name} moved about ` +
    `${Math.round(cargo * share)} thousand tonnes.`
  );
}

function backPages(page: number): string[] {
  return [
    title(page, 'Risks', [
      'Low water in summer is the greatest risk to the river terminals.',
      'The group holds a credit line of 85 million euros, of which nothing was drawn at the end ' +
        'of 2025.',
      'A strike of the pilots would cost about 1.4 million euros a day.',
    ]),
    title(page + 1, 'Legal matters', [
      'A former contractor claims 6.2 million euros for delays at the Sandholm quay wall; the ' +
        'court at Sandholm will hear the case in September 2026.',
      'The group regards the claim as unfounded and has set nothing aside for it.',
    ]),
    title(page + 2, 'The board', [
      'The chair of the board is Ingrid Solheim, elected until 2028.',
      'The board met nine times in 2025.',
      'Members of the board received fees of 412 thousand euros in all.',
    ]),
    title(page + 3, 'Accounts in brief', [
      'Revenue rose to 618 million euros, from 583 million euros in 2024.',
      'Profit after tax was 47 million euros.',
      'The owners receive a dividend of 0.80 euros for each share.',
    ]),
    title(page + 4, 'Auditor', [
      'The auditor examined the accounts and found nothing to object to.',
    ]),
    title(page + 5, 'Glossary', [
      'A tonne is 1,000 kilograms. Shore power is electricity that ships take from the quay.',
    ]),
  ];
}

function title(page: number, heading: string, sentences: readonly string[]): string {
  return `${heading}\n\n${sentences.join(' ')}\n\nPage ${page}\n`;
}

/**
 * A question on the report, with words that a right answer holds; none where the report has no
 * answer.
 */
export interface ReportQuestion {
  readonly question: string;
  readonly expected?: string;
}

const cargoOf = (name: string) => figures.find(terminal => terminal.name === name)!.cargo;
const emissionsOf = (name: string) => figures.find(terminal => terminal.name === name)!.emissions;

export const reportQuestions: readonly ReportQuestion[] = [
  {
    question: 'How many thousand tonnes of cargo did the Lindhaven terminal handle in 2025?',
    expected: `${cargoOf('Lindhaven')} thousand tonnes`,
  },
  {
    question: 'How many tonnes of carbon dioxide did the Westmole terminal emit?',
    expected: `${emissionsOf('Westmole')} tonnes`,
  },
  {
    question: 'How much does the former contractor claim for the Sandholm quay wall?',
    expected: '6.2 million euros',
  },
  { question: 'Who chairs the board?', expected: 'Ingrid Solheim' },
  { question: 'Which shipbuilder delivered the new icebreaker?' },
];

import {
  type Evidence,
  type GeneratedDocument,
  type Making,
  pick,
  type TrueQuestion,
} from './generated.ts';

const drugs = [
  'metoprolol',
  'lisinopril',
  'warfarin',
  'levothyroxine',
  'furosemide',
  'amlodipine',
  'prednisolone',
  'sertraline',
];
const findings = [
  'pneumonia',
  'atrial fibrillation',
  'pleural effusion',
  'deep vein thrombosis',
  'anaemia',
  'cataract',
  'gallstones',
];
const complaints = ['chest pain', 'night sweats', 'dizziness', 'loss of weight', 'back pain'];
const doctors = ['Dr. Amsel', 'Dr. Brook', 'Dr. Costa', 'Dr. Dahl'];
const signs = ['Blood pressure', 'Pulse', 'Temperature', 'Weight', 'Oxygen saturation'];
const asides = [
  'Bowel habits unchanged',
  'Sleeps six hours',
  'Lives with a sister',
  'Walks without aid',
  'Appetite good',
  'Skin unremarkable',
];

interface Drug {
  readonly name: string;
  dose: number;
  readonly changes: {
    readonly visit: number;
    readonly dose: number;
    readonly evidence: Evidence;
  }[];
}

/**
 * A patient's file, visit by visit: doses that change, findings that are denied ("no evidence of
 * …", "denies …") beside the same findings in relatives or in plans, and one finding that is true.
 * Pages end with form feeds.
 */
export function patientFile({ tokens, random }: Making): GeneratedDocument {
  const wanted = tokens * 4;
  const list: Drug[] = drugs
    .slice(0, 4)
    .map(name => ({ name, dose: 5 * (1 + Math.floor(random() * 10)), changes: [] }));
  const present = pick(findings, random);
  const places = new Map<string, Evidence>();
  const presentVisit = 2;
  let text = 'PATIENT FILE\n\nName: withheld. Born 1958.\n';
  const say = (key: string, words: string) => {
    places.set(key, { start: text.length, end: text.length + words.length });
    text += `${words} `;
  };
  const visits = Math.max(8, Math.round(wanted / 1500));
  for (let visit = 0; visit < visits; visit++) {
    text += `\f\nVISIT OF ${dateOf(visit)}\n\nSeen by ${pick(doctors, random)}. `;
    for (const sign of signs) text += `${sign} ${60 + Math.floor(random() * 80)}. `;
    text += '\n\n';
    if (visit === presentVisit) say('present', `The scan of ${dateOf(visit)} shows ${present}.`);
    const absent = pick(
      findings.filter(each => each !== present),
      random,
    );
    if (random() < 0.6) say(`absent ${absent}`, `No evidence of ${absent} on ${dateOf(visit)}.`);
    if (random() < 0.4) text += `Her mother had ${absent}. `;
    if (random() < 0.4) text += `The patient denies ${pick(complaints, random)}. `;
    const drug = list[visit % list.length]!;
    const dose = drug.dose + 5 * (1 + Math.floor(random() * 3));
    const change = `was changed from ${drug.dose} mg to ${dose} mg a day`;
    drug.dose = dose;
    say(`${drug.name} ${visit}`, `On ${dateOf(visit)} ${drug.name} ${change}.`);
    drug.changes.push({ visit, dose, evidence: places.get(`${drug.name} ${visit}`)! });
    text += '\n\n';
    while (text.length < ((visit + 1) * wanted) / visits) text += `${pick(asides, random)}. `;
    text += '\n';
  }
  return {
    kind: 'patient file',
    title: 'patient-file.txt',
    text,
    questions: questionsOn(list, { present, places }),
  };
}

function questionsOn(
  list: readonly Drug[],
  { present, places }: { present: string; places: ReadonlyMap<string, Evidence> },
): TrueQuestion[] {
  const doses = list.flatMap(({ name, changes }) => {
    const last = changes.at(-1);
    const before = changes.at(-2);
    if (!last || !before) return [];
    return [
      {
        question: `To which dose was ${name} changed on ${dateOf(last.visit)}?`,
        answer: `${last.dose} mg`,
        traps: [`${before.dose - 5} mg`],
        evidence: [last.evidence],
      },
    ];
  });
  const denied = [...places].filter(([key]) => key.startsWith('absent '));
  const negations = denied.slice(0, 4).map(([key, evidence]) => ({
    question: `Is there any evidence of ${key.slice('absent '.length)}?`,
    answer: 'No evidence',
    traps: ['yes'],
    evidence: [evidence],
  }));
  const shown = {
    question: `Which scan shows ${present}?`,
    answer: dateOf(2),
    traps: [],
    evidence: [places.get('present')!],
  };
  return [...doses, ...negations, shown];
}

function dateOf(visit: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const year = 2015 + Math.floor(visit / 6);
  const month = 1 + ((visit * 2) % 12);
  const day = 1 + ((visit * 7) % 27);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

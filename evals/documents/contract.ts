import { fill, type GeneratedDocument, type Making, type Placed, pick } from './generated.ts';

const subjects = [
  { clause: '4.2', name: 'notice period', unit: 'days', base: 30 },
  { clause: '7.1', name: 'liability cap', unit: 'thousand euros', base: 250 },
  { clause: '9.3', name: 'warranty term', unit: 'months', base: 12 },
  { clause: '11.4', name: 'late payment charge', unit: 'euros per day', base: 80 },
];
const parties = ['the Supplier', 'the Customer', 'either party', 'the Contractor'];
const duties = [
  'keeps records of',
  'informs the other party of',
  'bears the cost of',
  'may audit',
  'documents',
];
const objects = [
  'every delivery',
  'all changes to staff',
  'spare parts',
  'the insurance cover',
  'each inspection',
];
const dates = ['1 March 2021', '15 June 2022', '1 September 2023', '10 May 2024'];

/**
 * A contract and its amendments: each term is set once and replaced several times, one of them back
 * to what it was, and an unsigned draft proposes what never came to hold.
 */
export function contract(making: Making): GeneratedDocument {
  const { random } = making;
  const subject = pick(subjects, random);
  const { name } = subject;
  const values = [subject.base, subject.base * 2, subject.base * 3, subject.base];
  const draft = subject.base * 7;
  const facts: Placed[] = [
    { at: 0.1, text: `${subject.clause} The ${name} is ${values[0]} ${subject.unit}.` },
    ...values.slice(1).map((value, index) => ({
      at: 0.4 + index * 0.2,
      text:
        `Amendment No. ${index + 1} of ${dates[index]}: in clause ${subject.clause} the ` +
        `${name} is now ${value} ${subject.unit}.`,
    })),
    {
      at: 0.95,
      text:
        `Draft of ${dates[3]}, not signed: in clause ${subject.clause} the ${name} ` +
        `would be ${draft} ${subject.unit}.`,
    },
  ];
  const { text, spans } = fill(making, facts, index => clause(index, making));
  const said = (value: number) => `${value} ${subject.unit}`;
  return {
    kind: 'contract with amendments',
    title: 'contract.txt',
    text,
    questions: [
      {
        question: `What is the ${name} of clause ${subject.clause} after all amendments?`,
        answer: said(values[3]!),
        traps: [said(draft)],
        evidence: [spans[3]!],
      },
      {
        question: `What did Amendment No. 1 say of the ${name} in clause ${subject.clause}?`,
        answer: said(values[1]!),
        traps: [said(draft)],
        evidence: [spans[1]!],
      },
    ],
  };
}

function clause(index: number, { random }: Making): string {
  const number = `${12 + Math.floor(index / 9)}.${(index % 9) + 1}`;
  const days = 5 + Math.floor(random() * 40);
  return (
    `${number} In good faith ${pick(parties, random)} ${pick(duties, random)} ` +
    `${pick(objects, random)} within ${days} days.`
  );
}

import { describe, expect, it } from 'vitest';
import { sentenceSpans } from './sentences.ts';

/** Sentences, each with a value that must not be cut off when it begins a line. */
const templates: readonly string[] = [
  'For the whole of the year the fee that is due comes to {money} euros, to be paid in two parts.',
  'The contract that the parties signed ends without notice on {date} at noon.',
  'The office is open on working days until {hour}, on Fridays until {hour} at the latest.',
  'The board said {word} words: open and shut, and it did not say anything else on that day.',
  'Either party may (a) end the lease, (b) ask for a new one, or (c) wait until {date} for it.',
  'The parts, bolts,nuts and pins,rivets are sold by the box of {money} for {money} euros each.',
  'According to Dr. Meyer and Prof. Lund, e.g. in sec. {n} of vol. 2, the rate was {n}.5 percent.',
  'The value x=1 holds where the ratio = {n} was measured; note: it was not measured at {hour}.',
  'Between {iso} and {iso} the pumps ran for {n} hours, i.e. longer than the ones before them.',
  'Its owner [who lives in Oslo] paid {money} crowns - which is a lot - for <tag> number {n}.',
  'Did the court of the second instance say on {date} that {money} euros were enough for him?',
  'Die Gebühr beträgt für das ganze Jahr {geld} Euro und ist bis zum {n}. Dezember zu zahlen.',
  'Der Vertrag endet ohne Kündigung am {date}, z. B. wenn nach § 5 Abs. {n} nichts vereinbart ist.',
  'Das Büro ist montags bis donnerstags bis {hour} Uhr offen, freitags ca. bis {hour} Uhr.',
  'Im {n}. Jahrhundert lebten in der Stadt rund {geld} Menschen, d. h. mehr als je zuvor.',
  'Die Frist beträgt zwei Worte: sechs Monate, vgl. Art. {n} der Satzung in der 2. Auflage.',
  'Pour toute la durée du contrat, le loyer annuel est de {geld} euros, payable en deux fois.',
  'Le bureau est ouvert les jours ouvrables de {hour} à {hour}, cf. art. {n} du règlement.',
  'El contrato que firmaron las partes termina sin aviso el {date} a las {hour} en punto.',
  'La cuota que el Sr. García debe pagar es de {geld} euros, véase la pág. {n} del anexo.',
  'Il canone annuo che il sig. Rossi deve pagare è di {geld} euro, da versare entro il {date}.',
  'De huurder betaalt voor het hele jaar {geld} euro, te voldoen vóór {date} om {hour} precies.',
];

const values: Readonly<Record<string, (n: number) => string>> = {
  money: n => `${1 + (n % 9)},${String(100 + ((n * 37) % 900))}`,
  geld: n => `${1 + (n % 9)}.${String(100 + ((n * 37) % 900))}`,
  date: n =>
    [`${1 + (n % 28)}.12.2024`, `${1 + (n % 28)}/11/2023`, `2024-0${1 + (n % 9)}-17`][n % 3]!,
  iso: n => `2024-0${1 + (n % 9)}-1${n % 10}`,
  hour: n => `${8 + (n % 12)}:${n % 2 ? '30' : '00'}`,
  word: n => ['two', 'three', 'seven'][n % 3]!,
  n: n => String(2 + (n % 20)),
};

function sentence(index: number): string {
  let seed = index * 7;
  return templates[index % templates.length]!.replace(/\{(\w+)\}/g, (_, kind: string) =>
    values[kind]!(seed++),
  );
}

function wrap(text: string, columns: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(line);
    line = line === '' || line.length + 1 + word.length > columns ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

const level = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Sentences that are a span of their own in the wrapped text of all of them. */
function share(columns: number, perParagraph: number) {
  const sentences = Array.from({ length: 330 }, (_, index) => sentence(index * 5 + perParagraph));
  const paragraphs: string[] = [];
  for (let at = 0; at < sentences.length; at += perParagraph)
    paragraphs.push(wrap(sentences.slice(at, at + perParagraph).join(' '), columns));
  const text = paragraphs.join('\n\n');
  const found = new Set(sentenceSpans(text).map(({ start, end }) => level(text.slice(start, end))));
  const cut = sentences.filter(each => !found.has(level(each)));
  return { cut, share: 1 - cut.length / sentences.length };
}

describe('sentences on wrapped lines', () => {
  const columns = Array.from({ length: 21 }, (_, index) => 60 + index);

  it.each([1, 2, 3, 6, 11])('stay whole in paragraphs of %d', perParagraph => {
    for (const width of columns) {
      const { share: whole, cut } = share(width, perParagraph);
      expect(whole, `${width} columns\n${cut.join('\n')}`).toBeGreaterThanOrEqual(0.98);
    }
  });
});

describe('abbreviations', () => {
  it.each([
    'Der Mietvertrag endet am 31. Dezember 2024 und nicht früher.',
    'Nach Abs. 3 Nr. 4 der Satzung gilt das nicht.',
    'Die Muster GmbH & Co. KG hat ihren Sitz in Köln.',
    'In Smith v. Jones, 12 F. Supp. 3d 45, the court held otherwise.',
    'The U.S. Department of Labor pays the fee.',
    'El N.I.F. B-123 de la empresa consta en la página 4.',
    'La loi du 5 janv. 2020 fixe le montant de 3 000 € env. par an.',
    'Er wohnt in St. Gallen, Bahnhofstr. 5, bei Fr. Keller.',
    'Das kostet ca. 5 Mio. Euro pro Jahr, zzgl. 19 % MwSt. an die Stadt.',
    'Der Fall Müller ./. Meyer wird am 2. März verhandelt.',
    'Wniosek z dn. 5 maja zgodnie z art. 5 ust. 2 pkt 3 ustawy.',
    'Il sig. Rossi abita in v.le Roma n. 5 a Torino.',
  ])('end no sentence: %s', sentence => {
    const text = `${sentence} The next one begins here.`;
    const [first, ...rest] = sentenceSpans(text).map(({ start, end }) => text.slice(start, end));
    expect([first?.trim(), rest.length]).toEqual([sentence, 1]);
  });
});

const row = (form: (n: number) => string) => Array.from({ length: 12 }, (_, n) => form(n + 1));
const things = 'pens,paper for the printer,a chair,twelve long bolts,ink,a very small lamp'.split(
  ',',
);
const thing = (n: number) =>
  `${things[n % 6]}${n % 4 === 0 ? ' of the kind that the office buys each year' : ''}`;

describe('entries', () => {
  it.each<[string, string[]]>([
    ['a list with dashes', row(n => `- ${thing(n)}`)],
    ['a list with bullets', row(n => `• ${thing(n)}`)],
    ['a numbered list', row(n => `${n}. ${thing(n)}`)],
    ['a lettered list', row(n => `(${String.fromCharCode(96 + n)}) ${thing(n)}`)],
    ['long items of one width', row(n => `${n}) ${'the same long words of an item '.repeat(2)}x`)],
    ['a log', row(n => `2026-05-03 10:${10 + n}:00 INFO ${thing(n)}`)],
    ['a log of hours', row(n => `10:${10 + n} ${thing(n)} was moved to the other hall`)],
    ['a log of levels', row(n => `${n % 2 ? 'ERROR' : 'WARN'} ${thing(n)}`)],
    ['comma-separated values', row(n => `${n},${things[n % 6]},${n * 3}.50`)],
    ['a table with bars', row(n => `| ${n} | ${thing(n)} |`)],
    ['a table with tabs', row(n => `${n}\t${thing(n)}\t${n * 3}`)],
    ['keys and values', row(n => `${things[n % 6]!.slice(0, 9)}: ${thing(n + 1)}`)],
    ['settings', row(n => `key_${n}=${thing(n)}`)],
    ['dates', row(n => `${n}.12.2024 ${thing(n)}`)],
    ['quoted mail', row(n => `> ${thing(n)}`)],
    [
      'a table of contents',
      row(n => `${n}.1 ${things[n % 6]} ${'.'.repeat(60 - things[n % 6]!.length)} ${n}`),
    ],
    ['columns', row(n => `${things[n % 6]!.padEnd(30)}   ${String(n).padEnd(20)}    ${n * 3}.00`)],
    [
      'hanging items',
      row(n => `- ${'a long item whose words run on and'.repeat(2)}\n  1,00${n} of them`),
    ],
    ['JSON', ['{', ...row(n => `"k${n}": "${thing(n)}",`), '}']],
  ])('of %s stay apart', (_name, lines) => {
    const text = `They are named here.\n${lines.join('\n')}\n`;
    const starts = new Set(sentenceSpans(text).map(({ start }) => start));
    let at = text.indexOf('\n') + 1;
    const merged: string[] = [];
    for (const line of lines) {
      if (!starts.has(at)) merged.push(line);
      at += line.length + 1;
    }
    expect(merged).toEqual([]);
  });
});

import type { Maker } from './questions.ts';

const capitals: readonly (readonly [country: string, capital: string])[] = [
  ['Australia', 'Canberra'],
  ['Canada', 'Ottawa'],
  ['Brazil', 'Bras[ií]lia'],
  ['Turkey', 'Ankara'],
  ['Switzerland', 'Bern'],
  ['Kazakhstan', 'Astana|Nur-Sultan'],
  ['New Zealand', 'Wellington'],
  ['Pakistan', 'Islamabad'],
  ['Nigeria', 'Abuja'],
  ['Morocco', 'Rabat'],
  ['Vietnam', 'Hanoi'],
  ['Myanmar', 'Naypyidaw'],
  ['Ecuador', 'Quito'],
  ['Tanzania', 'Dodoma'],
  ['Kenya', 'Nairobi'],
  ['Norway', 'Oslo'],
  ['Finland', 'Helsinki'],
  ['Hungary', 'Budapest'],
  ['Portugal', 'Lisbon'],
  ['Croatia', 'Zagreb'],
  ['Slovenia', 'Ljubljana'],
  ['Slovakia', 'Bratislava'],
  ['Lithuania', 'Vilnius'],
  ['Estonia', 'Tallinn'],
  ['Georgia (the country)', 'Tbilisi'],
  ['Armenia', 'Yerevan'],
  ['Mongolia', 'Ulaa?n ?baatar'],
  ['Nepal', 'Kathmandu'],
  ['Laos', 'Vientiane'],
  ['Fiji', 'Suva'],
  ['Peru', 'Lima'],
  ['Chile', 'Santiago'],
  ['Uruguay', 'Montevideo'],
  ['Paraguay', 'Asunci[oó]n'],
  ['Honduras', 'Tegucigalpa'],
  ['Senegal', 'Dakar'],
  ['Ghana', 'Accra'],
  ['Zambia', 'Lusaka'],
  ['Namibia', 'Windhoek'],
  ['Madagascar', 'Antananarivo'],
  ['Iceland', 'Reykjav[ií]k'],
  ['Latvia', 'Riga'],
  ['Bulgaria', 'Sofia'],
  ['Albania', 'Tirana'],
  ['Moldova', 'Chi[sș]in[aă]u'],
  ['Jordan', 'Amman'],
  ['Oman', 'Muscat'],
  ['Qatar', 'Doha'],
  ['Bhutan', 'Thimphu'],
  ['Sri Lanka', 'Kotte|Colombo'],
];

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const germanMonths = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
] as const;
const romans: readonly (readonly [value: number, numeral: string])[] = [
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

/** Questions whose answers are a word or two. */
export const factQuestions: Readonly<Record<string, Maker>> = {
  capitals: draw => {
    const [country, capital] = capitals[draw(0, capitals.length - 1)]!;
    const prompt = `What is the capital of ${country}?`;
    return { prompt, most: 24, isRight: text => new RegExp(capital, 'i').test(text) };
  },
  dates: draw => {
    const [day, month, year] = [draw(1, 28), draw(1, 12), draw(1980, 2029)];
    const wanted = [year, two(month), two(day)].join('-');
    const prompt = `Write ${day} ${months[month - 1]} ${year} as YYYY-MM-DD. Date only.`;
    return { prompt, isRight: text => text.includes(wanted) };
  },
  weekdays: draw => {
    const [from, later] = [draw(0, 6), draw(2, 12)];
    const wanted = days[(from + later) % 7]!;
    const prompt = `Today is ${days[from]}. Which day is it in ${later} days? One word.`;
    return { prompt, isRight: text => new RegExp(`\\b${wanted}\\b`, 'i').test(text) };
  },
  romans: draw => {
    const value = draw(4, 149);
    const prompt = `Write ${value} as a Roman numeral. Reply with the numeral only.`;
    return { prompt, isRight: text => new RegExp(`\\b${roman(value)}\\b`).test(text) };
  },
  german: draw => {
    const [month, later] = [draw(0, 11), draw(2, 8)];
    const wanted = germanMonths[(month + later) % 12]!;
    const prompt = `Welcher Monat ist ${later} Monate nach ${germanMonths[month]}? Nur der Monat.`;
    return { prompt, isRight: text => new RegExp(wanted, 'i').test(text) };
  },
};

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function roman(value: number): string {
  let [left, text] = [value, ''];
  for (const [worth, numeral] of romans) for (; left >= worth; left -= worth) text += numeral;
  return text;
}

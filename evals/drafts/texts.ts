import type { Draw, Maker } from './questions.ts';

const names = ['Baker', 'Novak', 'Iyer', 'Costa', 'Lind', 'Okafor', 'Meyer', 'Sato', 'Rossi'];
const cities = ['Lyon', 'Graz', 'Porto', 'Bergen', 'Turin', 'Ghent', 'Brno', 'Cork'];
const words = [
  'apple',
  'river',
  'stone',
  'candle',
  'window',
  'garden',
  'mirror',
  'pencil',
  'bottle',
  'silver',
  'market',
  'planet',
  'hammer',
  'ladder',
  'button',
  'forest',
];

const complaints: readonly (readonly [label: string, texts: readonly string[]])[] = [
  [
    'delivery',
    [
      'My parcel has still not arrived.',
      'The tracking page shows nothing since Friday.',
      'The courier left the box with a neighbour whom I do not know.',
      'It was promised for Tuesday and today is Saturday.',
      'You shipped it to my old address.',
    ],
  ],
  [
    'payment',
    [
      'I was charged twice for the same order.',
      'My card is declined although there is money on it.',
      'The invoice shows another amount than the shop.',
      'I still wait for my refund.',
      'Can I pay in three parts?',
    ],
  ],
  [
    'account',
    [
      'I cannot log in any more.',
      'How do I change my e-mail address?',
      'The reset mail for my password never comes.',
      'Please delete all that you know of me.',
      'Someone else seems to have used my profile.',
    ],
  ],
  [
    'product',
    [
      'The handle broke off on the first day.',
      'Does this lamp also come in green?',
      'The battery lasts only one hour.',
      'One of the screws is missing.',
      'It smells of plastic and gets very hot.',
    ],
  ],
];

/** Questions that are answered out of a text, by a label, a value or a sentence. */
export const textQuestions: Readonly<Record<string, Maker>> = {
  labels: draw => {
    const [label, texts] = complaints[draw(0, complaints.length - 1)]!;
    const known = complaints.map(([name]) => name);
    const prompt =
      `Classify the message as one of: ${known.join(', ')}. Reply with the label only.\n` +
      `Message: ${texts[draw(0, texts.length - 1)]}`;
    const isRight = (text: string) => {
      const said = known.filter(name => new RegExp(`\\b${name}\\b`, 'i').test(text));
      return said.length === 1 && said[0] === label;
    };
    return { prompt, isRight };
  },
  orders: draw => {
    const orders = picked(draw, names, 4).map(name => ({
      name,
      number: draw(10_000, 99_999),
      city: cities[draw(0, cities.length - 1)]!,
      total: draw(12, 480),
    }));
    const lines = orders.map(
      ({ name, number, city, total }) => `Order ${number}: ${name}, ${city}, ${total} EUR.`,
    );
    const most = orders.reduce((a, b) => (b.total > a.total ? b : a));
    const one = orders[draw(0, 3)]!;
    const [question, wanted] =
      draw(0, 1) === 0
        ? ['Which customer has the highest total? Name only.', most.name]
        : [`Which city is the order of ${one.name} for? City only.`, one.city];
    return { prompt: `${lines.join('\n')}\n${question}`, isRight: text => only(text, wanted) };
  },
  sorting: draw => {
    const some = picked(draw, words, 4);
    const wanted = some.toSorted().join(', ');
    const prompt = `Sort these words alphabetically: ${some.join(', ')}. Reply with the list only.`;
    return { prompt, most: 24, isRight: text => text.toLowerCase().includes(wanted) };
  },
  service: draw => {
    const [price, free, days, late] = [draw(3, 9), draw(4, 9) * 10, draw(2, 5), draw(6, 12)];
    const shop =
      `Our shop ships by post for ${price} EUR, and free of charge from ${free} EUR on. Parcels ` +
      `take ${days} working days; furniture goes by freight and takes ${late} working days.`;
    const [question, wanted] = serviceQuestion(draw, { price, free, days, late });
    const prompt = `${shop}\n\nCustomer: ${question}\nAnswer the customer in one short sentence.`;
    return { prompt, most: 60, isRight: text => new RegExp(wanted, 'i').test(text) };
  },
};

function serviceQuestion(
  draw: Draw,
  { price, free, days, late }: Readonly<Record<'price' | 'free' | 'days' | 'late', number>>,
): readonly [question: string, wanted: string] {
  const worth = draw(10, 120);
  const isFree = 'free|no (?:charge|shipping|cost)|without';
  const forms = [
    [
      `What do I pay for shipping if I order for ${worth} EUR?`,
      worth >= free ? isFree : `^(?!.*\\bfree\\b).*\\b${price}\\b`,
    ],
    ['How long does a table take to arrive?', `\\b${late}\\b`],
    ['How long does a book take to arrive?', `^(?!.*\\b${late}\\b).*\\b${days}\\b`],
    ['From which amount on is shipping free?', `\\b${free}\\b`],
  ] as const;
  return forms[draw(0, forms.length - 1)]!;
}

function only(text: string, wanted: string): boolean {
  return text.length < 60 && new RegExp(`\\b${wanted}\\b`, 'i').test(text);
}

function picked(draw: Draw, from: readonly string[], count: number): string[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(draw(0, left.length - 1), 1)[0]!);
}

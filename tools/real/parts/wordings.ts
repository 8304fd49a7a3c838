import { textOf, userCall } from '../../../src/index.ts';
import type { ResultType } from '../../../src/patterns/maker/plan.ts';
import { mostWordings, stepPrompt } from '../../../src/patterns/maker/prompts.ts';
import { type Result, readResult, resultKey } from '../../../src/patterns/maker/result.ts';
import { countFigure, type Measured } from '../figures.ts';
import type { Bench, Stand } from '../stand.ts';

type Step = readonly [
  instruction: string,
  type: ResultType,
  expected: Result | RegExp,
  given?: Readonly<Record<string, Result>>,
];

// Invented requests and single steps of plans for them.
const stepsByRequest: readonly (readonly [request: string, steps: readonly Step[]])[] = [
  [
    'Tom has 15 apples. He gives 4 to Mia and then buys twice as many as he has left. ' +
      'How many apples does he have?',
    [
      ['State how many apples Tom has at first.', 'number', 15],
      ['Work out how many apples Tom has after giving 4 to Mia.', 'number', 11],
      ['Double the number of apples that are left.', 'number', 22, { left: 11 }],
    ],
  ],
  [
    'A shop sells pens at 3 euros and books at 12 euros. Anna buys 4 pens and 2 books ' +
      'and pays with a 50 euro note. How much change does she get?',
    [
      ['Work out what 4 pens cost.', 'number', 12],
      ['Work out what 2 books cost.', 'number', 24],
      [
        'Add the price of the pens and the price of the books.',
        'number',
        36,
        { pens: 12, books: 24 },
      ],
      ['Subtract the total from 50.', 'number', 14, { total: 36 }],
    ],
  ],
  [
    'A room costs 80 euros a night, breakfast 9 euros a person a day. What do two ' +
      'people pay for three nights with breakfast?',
    [
      ['Multiply 80 by 3.', 'number', 240],
      ['Multiply 9 by 2.', 'number', 18],
      ['Work out what breakfast costs for two people on one day.', 'number', 18],
      [
        'Add the cost of the room and the cost of breakfast.',
        'number',
        294,
        { room: 240, breakfast: 54 },
      ],
    ],
  ],
  ['What is 331 + 71?', [['Add 331 and 71.', 'number', 402]]],
  ['What is 208 + 356, and is that more than 500?', [['Add 208 and 356.', 'number', 564]]],
  [
    'What is 12 * 11, plus 5?',
    [
      ['Multiply 12 by 11.', 'number', 132],
      ['Add 5 to the product.', 'number', 137, { product: 132 }],
    ],
  ],
  ['What is 940 - 515, minus 20?', [['Subtract 515 from 940.', 'number', 425]]],
  [
    'From: Lena Roth. Subject: order 4471. The lamp came broken on 12 May 2025. Please ' +
      'send a new one to Hauptstr. 5, 70173 Stuttgart. Summarise this complaint for the ' +
      'warehouse and say how urgent it is.',
    [
      ['Extract the order number.', 'text', /^(order )?4471$/i],
      ['Extract the name of the sender.', 'text', /^lena roth$/i],
      ['Give the date when the lamp came.', 'date', '2025-05-12'],
      ['Extract the city.', 'text', /^(70173 )?stuttgart$/i],
    ],
  ],
  [
    'Sort these cities by length of their names: Rome, Berlin, Oslo, Madrid. Then give the first.',
    [
      ['List the cities that are named.', 'list', ['Rome', 'Berlin', 'Oslo', 'Madrid']],
      ['Count the letters of "Berlin".', 'number', 6],
    ],
  ],
  [
    'Is the text "Das Haus ist alt." German? If so, translate it.',
    [
      ['Say whether the text is German.', 'boolean', true],
      ['Translate the text to English.', 'text', /^"?the house is old\.?"?$/i],
    ],
  ],
  [
    'How many minutes are 2.5 hours, and how many seconds?',
    [['Multiply 2.5 by 60.', 'number', 150]],
  ],
  [
    'How many days do March and April have together?',
    [['State how many days April has.', 'number', 30]],
  ],
  [
    'Order 88: 3 lamps at 25 euros each and 6 bulbs at 4 euros each, sent to Anna Weber ' +
      'in Kiel on 3 June 2024. Work out the total with 10 euros of shipping.',
    [
      ['Multiply 3 by 25.', 'number', 75],
      ['Work out what the bulbs cost.', 'number', 24],
      [
        'Add the cost of the lamps and the cost of the bulbs.',
        'number',
        99,
        { lamps: 75, bulbs: 24 },
      ],
      ['Add 10 euros of shipping to the subtotal.', 'number', 109, { subtotal: 99 }],
      ['State how many lamps were ordered.', 'number', 3],
      ['Extract the name of the customer.', 'text', /^anna weber$/i],
      ['Extract the city.', 'text', /^kiel$/i],
      ['Give the date of the order.', 'date', '2024-06-03'],
      ['Extract the order number.', 'number', 88],
    ],
  ],
  [
    'A bus drives 60 km in the first hour and 45 km in the second, then turns back for ' +
      '30 km. How far is it from where it began?',
    [
      ['Add 60 and 45.', 'number', 105],
      ['Subtract 30 from the distance.', 'number', 75, { distance: 105 }],
      ['State how far the bus drives in the first hour.', 'number', 60],
    ],
  ],
  [
    'Meeting moved from Tuesday to Friday at 15:30, room 204. Paul cannot come; Ines ' +
      'brings the contract. Write a short note for the team and list who is there.',
    [
      ['Extract the new day of the meeting.', 'text', /^friday$/i],
      ['Extract the room number.', 'number', 204],
      ['Extract the time of the meeting.', 'text', /^15:30$/],
      ['Name the person who cannot come.', 'text', /^paul$/i],
      ['Say whether Ines brings the contract.', 'boolean', true],
    ],
  ],
  ['What is 427 + 96?', [['Add 427 and 96.', 'number', 523]]],
  [
    'What is 15 * 14, minus 8?',
    [
      ['Multiply 15 by 14.', 'number', 210],
      ['Subtract 8 from the product.', 'number', 202, { product: 210 }],
    ],
  ],
  ['What is 640 + 225, and is it odd?', [['Add 640 and 225.', 'number', 865]]],
  [
    'Write "good morning" in capital letters and count the words.',
    [
      ['Write the text in capital letters.', 'text', /^GOOD MORNING$/],
      ['Count the words.', 'number', 2, { capitals: 'GOOD MORNING' }],
    ],
  ],
  [
    'Name the even numbers among 4, 7, 10 and 13.',
    [['List the numbers that are even.', 'list', [4, 10]]],
  ],
  ['Is 51 larger than 39?', [['Say whether 51 is larger than 39.', 'boolean', true]]],
  ['How many hours are 180 minutes?', [['Divide 180 by 60.', 'number', 3]]],
];

// Written before the third wording was chosen on those above, and looked at once.
const keptApart: typeof stepsByRequest = [
  [
    'Bob is 34 years old. His sister is 6 years younger and his father is twice as old as Bob. ' +
      'How old are the three together?',
    [
      ['State the age of Bob.', 'number', 34],
      ['Work out the age of his sister.', 'number', 28],
      ['Double the age of Bob.', 'number', 68],
      ['Add the three ages.', 'number', 130, { bob: 34, sister: 28, father: 68 }],
    ],
  ],
  [
    'A train leaves at 9:15 with 120 passengers. At the first stop 35 get off and 20 get on. ' +
      'How many are on it then?',
    [
      ['State how many passengers are on the train at first.', 'number', 120],
      ['Subtract 35 from the passengers.', 'number', 85, { passengers: 120 }],
      ['Add 20 to those that are left.', 'number', 105, { left: 85 }],
      ['Give the time when the train leaves.', 'text', /^9:15( a\.?m\.?)?$/i],
    ],
  ],
  [
    'A baker sells rolls at 2 euros and loaves at 5 euros. Mia buys 6 rolls and 3 loaves. ' +
      'What does she pay?',
    [
      ['Work out what 6 rolls cost.', 'number', 12],
      ['Work out what 3 loaves cost.', 'number', 15],
      ['Add both prices.', 'number', 27, { rolls: 12, loaves: 15 }],
      ['State the price of one loaf.', 'number', 5],
    ],
  ],
  [
    'Ticket 5120 by Omar Haddad: the printer on floor 3 jams since Monday. Serial PX-77. Tell ' +
      'the helpdesk in one line what to do.',
    [
      ['Extract the number of the ticket.', 'text', /^(ticket )?5120$/i],
      ['Extract the name of the person.', 'text', /^omar haddad$/i],
      ['Extract the serial number.', 'text', /^PX-77$/i],
      ['State on which floor the printer is.', 'number', 3],
      ['Give the day since when it jams.', 'text', /^(since )?monday$/i],
    ],
  ],
  [
    'A box holds 8 jars of 250 grams. How many kilograms are 5 boxes?',
    [
      ['Multiply 8 by 250.', 'number', 2000],
      ['Multiply the grams of one box by 5.', 'number', 10_000, { box: 2000 }],
      ['Divide the grams by 1000.', 'number', 10, { grams: 10_000 }],
    ],
  ],
  [
    'What is 15 + 26 - 7?',
    [
      ['Add 15 and 26.', 'number', 41],
      ['Subtract 7 from the sum.', 'number', 34, { sum: 41 }],
    ],
  ],
  [
    'Which of 18, 25 and 31 is a multiple of 5?',
    [
      ['Divide 25 by 5.', 'number', 5],
      ['List the three numbers.', 'list', [18, 25, 31]],
    ],
  ],
  [
    'The lease began on 1 March 2022 and the rent is 700 euros a month. What was paid by the ' +
      'end of 2022?',
    [
      ['Give the date when the lease began.', 'date', '2022-03-01'],
      ['State the rent for a month.', 'number', 700],
      ['Multiply 700 by 10.', 'number', 7000],
    ],
  ],
];

/** Whether small models do one step of a plan, in each of the wordings that votes go through. */
export async function wordings(bench: Bench): Promise<Measured> {
  const [cloud, local] = [...bench.files].reverse();
  if (!cloud || !bench.runtimes.some(({ name }) => name === 'llama-server'))
    return { figures: [], skipped: ['wordings: llama-server and a model are needed'] };
  const figures = [];
  for (const file of local ? [local, cloud] : [cloud]) {
    const stand = await bench.stand(file, 'llama-server');
    for (const [which, steps] of Object.entries({
      single: stepsByRequest,
      'other single': keptApart,
    }))
      for (let wording = 0; wording < mostWordings; wording++) {
        const done = await doneBy(bench, stand, { steps, wording });
        figures.push(
          countFigure(`${file.name}, ${which} steps in wording ${wording + 1}: right`, done, {
            wanted: ['≥ .8', share => share >= 0.8],
          }),
        );
      }
  }
  return { figures, skipped: [] };
}

async function doneBy(
  bench: Bench,
  { model }: Stand,
  { steps, wording }: { readonly steps: typeof stepsByRequest; readonly wording: number },
): Promise<[right: number, all: number]> {
  const cases = steps
    .flatMap(([request, own]) => own.map(step => ({ request, step })))
    .slice(0, bench.rows);
  let right = 0;
  for (const { request, step } of cases) {
    const [instruction, type, expected, given = {}] = step;
    const node = { id: 'step', instruction, type, needs: Object.keys(given), atomic: true };
    const inputs = new Map(Object.entries(given));
    const { text, system, schema } = stepPrompt({ request }, node, { inputs, wording });
    const answer = await model.doGenerate(
      userCall(text, {
        temperature: 0,
        maxOutputTokens: 60,
        ...(system !== undefined && { system }),
        responseFormat: { type: 'json', ...(schema && { schema: { ...schema } }) },
      }),
    );
    const said = textOf(answer);
    if (isRight(said, type, expected)) right++;
    else bench.note(`wording ${wording + 1}: ${instruction} ${said}`);
  }
  return [right, cases.length];
}

function isRight(said: string, type: ResultType, expected: Result | RegExp): boolean {
  let given: unknown;
  try {
    given = (JSON.parse(said) as { readonly result?: unknown }).result;
  } catch {
    return false;
  }
  const read = readResult(type, given);
  if (!('value' in read)) return false;
  return expected instanceof RegExp
    ? expected.test(String(read.value))
    : resultKey(type, read.value) === resultKey(type, expected);
}

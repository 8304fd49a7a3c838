import { describe, expect, it } from 'vitest';
import { isUnmet } from './unmet.ts';

type Pair = readonly [request: string, text: string];

const unmet: Readonly<Record<string, readonly Pair[]>> = {
  'a number': [
    ['How many legs has a spider?', 'Spiders have some legs.'],
    ['Combien de jours a une année ?', 'Une année a des jours.'],
    ['What is 17 * 23?', 'To find 17 * 23 we have to multiply 17 by 23.'],
    ['How deep is the Atlantic?', 'The Atlantic is very deep.'],
  ],
  'a name': [
    ['Who painted the Mona Lisa?', 'An artist did.'],
    ['Wer komponierte die Zauberflöte?', 'Ein Komponist.'],
    ['Кто написал «Анну Каренину»?', 'Её написал писатель.'],
  ],
  items: [['Name three fruits.', 'Fruits are healthy things that taste good.']],
  code: [
    ['Write a Python function that adds two numbers.', 'This function adds two numbers.'],
    ['Write a Python function that adds two numbers.', '```python\ndef add(a, b):\n    pass\n```'],
    ['Fix this: `x = (1`', '`x = (1`'],
  ],
  values: [
    ['Give the city as JSON: "She lives in Bern."', '{"city": "<city>"}'],
    ['Give the city as JSON: "She lives in Bern."', '{"city": ""}'],
    ['Give the city as JSON: "She lives in Bern."', '{"error": "no input"}'],
  ],
  'a choice': [
    ['Pick the topic (sport, money, health): "The team won."', 'sport, money, health'],
    ['Pick the topic (sport, money, health): "The team won."', 'One of these topics fits it.'],
  ],
  'another language': [
    ['Translate to German: "The sun is warm."', 'The sun is warm.'],
    ['Translate to Russian: "The sun is warm."', 'I would translate that for you.'],
    ['Translate into Spanish: "The sun is warm."', 'This is what you are looking for.'],
  ],
  substance: [
    ['Explain what a mutex is.', 'I will explain what a mutex is.'],
    ['What does HTML stand for?', 'HTML stands for HTML.'],
    ['Write a haiku about snow.', 'A haiku has three lines.'],
    ['Write a card for my boss.', 'How old is your boss?'],
  ],
};

const answers: readonly Pair[] = [
  ['How many moons has Venus?', 'It has none.'],
  ['How many people came?', 'A handful.'],
  ['Convert 14 to Roman numerals.', 'XIV'],
  ['What is 5 + 0?', '5 + 0 is 5.'],
  ['Who wrote Beowulf?', 'Nobody knows who wrote it.'],
  ['Who sells bread?', 'A baker.'],
  ['Name two noble gases.', 'Helium and neon.'],
  ['Write a bash one-liner that lists files.', 'ls'],
  ['Write a Python stub with a TODO.', 'def todo():\n    # TODO\n    pass'],
  ['Return JSON with the key "email": "No address was given."', '{"email": null}'],
  ['Give name and phone as JSON: "the shop is closed today"', '{"name": "", "phone": ""}'],
  ['Choose a gift for my mum, dad and sister.', 'A family album would please them.'],
  ['Pick the topic (sport, money): "The team won."', 'The topic is sport.'],
  ['Translate to Dutch: "Where is the laundry?"', 'Waar is de was?'],
  ['Say that you will help me.', 'I will help you.'],
  ['Summarise this story: "A boy cried wolf."', 'The story is about a boy who cried wolf.'],
  ['Rewrite more politely: "What do you want?"', 'What would you like?'],
];

describe('what an answer cannot be without', () => {
  it.each(Object.entries(unmet))('is missed: %s', (_, pairs) => {
    expect(pairs.filter(([request, text]) => !isUnmet(text, request))).toEqual([]);
  });

  it('is found in answers, however short', () => {
    expect(answers.filter(([request, text]) => isUnmet(text, request))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { fitsForm, requestedForm } from './requested-form.ts';

const read: readonly (readonly [request: string, answer: string, fits: boolean | undefined])[] = [
  [
    'Classify. Reply with one intent only, out of: card_arrival, lost_card, ' +
      'Refund_not_showing_up.\nCustomer message: x\nIntent:',
    'Refund_not_showing_up',
    true,
  ],
  [
    'Classify. Reply with one intent only, out of: card_arrival, ' +
      'lost_card.\nCustomer message: x\nIntent:',
    'card_lost',
    false,
  ],
  [
    'Intents: a_b, c_d.\nCustomer message: hi\nWhich intent is it? Reply with the intent only.',
    'c_d',
    true,
  ],
  [
    'Intents: a_b, c_d.\nCustomer message: hi\nWhich intent is it? Reply with the intent only.',
    'other',
    false,
  ],
  ['Answer yes, no or maybe. One word.', 'maybe', true],
  ['Answer yes, no or maybe. One word.', 'The study', false],
  ['Reply with the number only. What is 2+2?', '4', true],
  ['Reply with the number only. What is 2+2?', 'The sum', false],
  ['What is 27 * 14? Reply with the number only.', '27 * 14 = 324.', false],
  ['What is 2? Just the number.', '**4**', true],
  ['Antworte nur mit der Zahl.', '12,5', true],
  ['Classify the sentiment as positive, negative or neutral: I love it', 'Positive.', true],
  [
    'Classify the sentiment as positive, negative or neutral: I love it',
    'The sentiment is positive.',
    true,
  ],
  ['Classify the sentiment as positive, negative or neutral: I love it', 'happy', false],
  ['Answer with yes or no. Is water wet?', 'Yes, water is wet.', true],
  ['Pick one of the following:\n- red\n- dark blue\n', 'Dark blue', true],
  ['Pick one of the following:\n- red\n- dark blue\n', 'green', false],
  ['Tell me about one thing: love, life and the rest of it are hard.', 'whatever', undefined],
  ['What is the capital of Australia?', 'x', undefined],
  ['Choose the best of these labels: "bug", "feature", "question". Issue: crash', 'bug', true],
  ['Answer only with A, B, C or D.', 'B', true],
  ['Answer only with A, B, C or D.', 'E', false],
  ['How many? Give only the number.', 'Seven', true],
  ['Give the date only.', '2020', undefined],
  ['Reply with the number only. What is 5-7?', '-2', true],
  ['Reply with only a number', '$1,200.50', true],
  ['What is x? number only', 'about 5 or 6', false],
];

describe('the form that a request names', () => {
  it.each(read)('%j, answered by %j: %s', (request, answer, fits) => {
    const form = requestedForm(request);
    expect(form && fitsForm(answer, form)).toBe(fits);
  });

  it('is one of 77 labels in a line', () => {
    const labels = Array.from({ length: 77 }, (_, index) => `label_no_${index + 1}`);
    const request = `Reply with one intent only, out of: ${labels.join(', ')}.\nMessage: hello`;
    expect(requestedForm(request)).toEqual({ kind: 'label', labels });
  });

  it('is found behind many words that a list might have followed', () => {
    const before = 'Choose among these topics with care: read it well.\n'.repeat(200);
    const request = `${before}Reply with one of: spam, ham, eggs.`;
    expect(requestedForm(request)).toEqual({ kind: 'label', labels: ['spam', 'ham', 'eggs'] });
  });

  it.each([
    'one of: a, ',
    'only the number ',
    'options: ',
    'a, b or c ',
    '- a\n',
    'choose one of the options:\n',
    '- choose one:\n',
    `one of:\n- ${' '.repeat(5000)}${'x'.repeat(90)}`,
  ])('is read from 240 kB of %j in no time', part => {
    const request = part.repeat(Math.ceil(240_000 / part.length));
    const before = process.cpuUsage();
    requestedForm(request);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(200);
  });

  it.each([
    'Write 121 as a Roman numeral. Reply with the numeral only.',
    'Give the number in words, number only: 17',
    'Schreibe 12 als römische Zahl, nur die Zahl.',
  ])('asks for no digits in %j', request => {
    expect(requestedForm(request)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { locateAlteredQuote, locateAnswer, locateFewWords } from './locate-answer.ts';

const text =
  'Employees get 18 days of paid leave. Unused days are kept, with a maximum bank of 27 days at ' +
  'any time. The bonus for a desk is $3,000, paid once. Leave is asked for a week ahead.';
const found = (span: { start: number; end: number } | undefined) =>
  span && text.slice(span.start, span.end);

describe('locateAnswer', () => {
  it.each([
    ['27 days', 'How many vacation days can be saved up at most?', /^Unused days/],
    ['27', 'How many vacation days can be saved up at most?', /^Unused days/],
    ['$3,000', 'What do they pay for my desk?', /^The bonus/],
    ['3000 dollars', 'What do they pay for my desk?', /^The bonus/],
    ['a week ahead', 'When must I ask for leave?', /^Leave is asked/],
  ])('finds the sentence that holds "%s"', (answer, question, sentence) => {
    expect(found(locateAnswer(text, answer, question))).toMatch(sentence);
  });

  it.each([
    ['41 tons', 'How much?'],
    ['the maximum is thirty', 'How many days?'],
    ['', 'How many days?'],
    [text, 'How many days?'],
  ])('finds nothing for "%s"', (answer, question) => {
    expect(locateAnswer(text, answer, question)).toBeUndefined();
  });

  it('takes of several sentences the one that shares most with the question', () => {
    const span = locateAnswer(text, 'days', 'How many days are kept in the bank at most?');
    expect(found(span)).toMatch(/^Unused|^Employees/);
  });
});

describe('locateAlteredQuote', () => {
  it('finds the sentence that a quote with changed words was made of', () => {
    expect(found(locateAlteredQuote(text, 'The maximum bank of 27 days at any time.'))).toMatch(
      /^Unused days/,
    );
  });

  it('finds a long clause of which a word was changed', () => {
    const damage = 'for damage of its customers and their clients, '.repeat(8);
    const clause = `The provider is liable ${damage}up to 250,000 euros.`;
    const rest = 'Rooms are let by the day, and are paid for a week before. '.repeat(4).trim();
    const whole = `Offices open at nine. ${clause} ${rest}`;
    const span = locateAlteredQuote(whole, clause.replace('up to', 'at most'))!;
    expect(whole.slice(span.start, span.end)).toBe(clause);
    // Whoever gives back all of it with a word more quotes nothing.
    expect(locateAlteredQuote(clause, `${clause} And more`)).toBeUndefined();
  });

  it.each(['Employees … service.', 'Employees [...] service'])(
    'finds what "%s" leaves out',
    said => {
      const whole = 'Rooms are let. Employees are paid after a year of service. Service is free.';
      const span = locateAlteredQuote(whole, said)!;
      expect(whole.slice(span.start, span.end)).toMatch(/^Employees .* service\.$/);
      expect(locateAlteredQuote(whole, 'Rooms … service.')).toBeUndefined();
    },
  );

  it('finds nothing for words that stand nowhere together', () => {
    expect(locateAlteredQuote(text, 'The total came to 41 tons of desks.')).toBeUndefined();
  });
});

describe('locateFewWords', () => {
  const text =
    'The fund paid $12,646,673,553 in that year. Fracking fluids are exempt from the permit, ' +
    'unless diesel fuel is used. The fund was set up in 1954. Permits are kept by the state.';
  const found = (said: string, question: string) => {
    const span = locateFewWords(text, said, question);
    return span && text.slice(span.start, span.end);
  };

  it.each([
    ['2,646,673,553', 'How much did the fund pay?', 'The fund paid'],
    ['Fracketing fluids are exempt from permit', 'Does fracking need a permit?', 'Fracking fluids'],
    ['No, exempted unless diesel is us', 'Does fracking need a permit?', 'Fracking fluids'],
    ['1954', 'When was the fund set up?', 'The fund was'],
  ])('finds where "%s" came from', (said, question, start) => {
    expect(found(said, question)).toMatch(new RegExp(`^${start}`));
  });

  it.each([
    ['Ninety-nine elephants', 'How much did the fund pay?'],
    ['$7,100', 'How much did the fund pay?'],
    ['Marie Curie', 'Who keeps permits?'],
  ])('finds nothing for "%s", which stands nowhere', (said, question) => {
    expect(found(said, question)).toBeUndefined();
  });
});

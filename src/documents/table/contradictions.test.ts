import { describe, expect, it } from 'vitest';
import { contradictionsIn } from './contradictions.ts';

describe('contradictionsIn', () => {
  it.each([
    ['What is the fee?', 'The fee is 4,800 euros.', 'The fee is 5,200 euros.'],
    ['What was revenue in 2023?', 'In 2023 it was 512 million.', 'Revenue in 2023: 498 million'],
    ['When does it end?', 'It ends on 31 December 2024.', 'It ends on 30 June 2025.'],
    ['When does it end?', 'Am 31. Dezember 2024.', 'Am 30.06.2025.'],
    ['How long is the notice?', '30 days', '30 months'],
    ['Is subletting allowed?', 'Yes, with consent.', 'No.'],
    ['Which law governs?', 'Delaware.', 'New York'],
    ['Was kostet es?', '4.800,50 €', '4.800,60 €'],
  ])('%s: %s / %s', (question, one, other) => {
    expect(contradictionsIn(question, [one, other])).toEqual([[1], [0]]);
  });

  it.each([
    ['What is the fee?', 'The fee is 4,800 euros.', 'A fee of 4.800 EUR, payable in 3 parts.'],
    ['What was revenue?', 'It was 512 million.', 'It was 512,000,000.'],
    ['When does it end?', 'On 31 December 2024.', 'On 2024-12-31.'],
    ['What is the fee?', 'It is 1 200 €.', 'It is 1,200 euros.'],
    ['Which law governs?', 'The law of Delaware.', 'Delaware law'],
    ['What is it about?', 'It is about a lease of rooms.', 'Rooms are let, it says at length.'],
    ['What is due in 2023?', 'In 2023 all of it.', 'The rest, in the year 2023.'],
    ['Is it allowed?', 'Yes', 'It is allowed where the landlord agrees.'],
  ])('%s: %s = %s', (question, one, other) => {
    expect(contradictionsIn(question, [one, other])).toEqual([[], []]);
  });

  it('sets each answer against those that say otherwise', () => {
    const values = ['10 euros', '20 euros', '10 euros', 'by agreement of both of the parties'];
    expect(contradictionsIn('What is the fee?', values)).toEqual([[1], [0, 2], [1], []]);
  });
});

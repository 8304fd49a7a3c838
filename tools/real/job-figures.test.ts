import { expect, it } from 'vitest';
import { jobFigures } from './job-figures.ts';

it('reads what the program of a job prints: figures with their interval, and no notes', () => {
  const text = `Customer service
  Data: questions.jsonl of this folder, invented; 40 to calibrate, 40 to test.
  the desk keeps  28 of 45 (62 %, 48 to 75)  (at least 90 %: MISSED)
  always local    2 of 4 (50 %, 15 to 85)  $0.00000  12 s
  cost            $0.10 and $0.20  (less: met)
`;
  expect(jobFigures('service', text)).toEqual([
    {
      what: 'service: the desk keeps',
      value: '28 of 45',
      n: 45,
      interval: '.48 to .75',
      wanted: { says: 'at least 90 %', holds: false },
    },
    {
      what: 'service: always local',
      value: '2 of 4 (50 %, 15 to 85), $0.00000, 12 s',
      n: 4,
    },
    {
      what: 'service: cost',
      value: '$0.10 and $0.20',
      n: 1,
      wanted: { says: 'less', holds: true },
    },
  ]);
});

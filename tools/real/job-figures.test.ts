import { expect, it } from 'vitest';
import { jobFigures, withoutTime } from './job-figures.ts';

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
      value: '2 of 4, $0.00000, 12 s',
      n: 4,
      interval: '.15 to .85',
    },
    {
      what: 'service: cost',
      value: '$0.10 and $0.20',
      n: 0,
      wanted: { says: 'less', holds: true },
    },
  ]);
});

it('tells of a difference its interval and of how many pairs it is', () => {
  const [above] = jobFigures('desk', '  above local  +25 points (-24 to +74) of 4');
  expect(above).toEqual({
    what: 'desk: above local',
    value: '+25 points',
    n: 4,
    interval: '-24 to +74',
  });
});

it('takes a number in the middle of a value for no number of cases', () => {
  const [left] = jobFigures('file', '  what left  9 calls, 14 characters; the file has 8 of 24');
  expect(left).toMatchObject({ n: 0 });
});

it('leaves out how long answers took that may have been kept', () => {
  const text = '  always local: right, price, time  2 of 4 (50 %, 15 to 85)  $0.00000  12 s';
  const [local] = jobFigures('desk', text).map(withoutTime);
  expect(local).toMatchObject({
    what: 'desk: always local: right, price',
    value: '2 of 4, $0.00000',
  });
});

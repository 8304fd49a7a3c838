import { router, run, summaryOf, userCall } from '../../../src/index.ts';
import { scriptedModel } from '../../../src/testing/scripted-model.ts';
import { countFigure, type Figure, type Measured, share } from '../figures.ts';
import type { Bench, Stand } from '../stand.ts';

const simple = [
  'What is the capital of Peru?',
  'Translate "see you tomorrow" to German.',
  'Extract the date: "We meet on 3 May at the harbour."',
  'Who painted the Mona Lisa?',
  'Correct the spelling: "I recieved your mesage."',
  'How many days has April?',
  'Is this mail friendly or angry? "Thank you so much!"',
  'Name three kinds of fruit.',
  'Make this polite: close the door.',
  'What is the opposite of "cold"?',
  'Which currency is used in Japan?',
  'Give the email address in "Write to eva@mail.org please."',
];
const hard = [
  'Prove that the square root of 3 is irrational.',
  'Write a concurrent web crawler in Go with rate limits and tests.',
  'Find all integer solutions of x^2 - 7y^2 = 1 and justify each step.',
  'Design the database schema of an airline with bookings, refunds and audits.',
  'Write an expert opinion on the liability of a carrier under maritime law.',
  'Work out the expected number of throws until all six faces of a die were seen.',
  'Port this parser from Python to Rust without allocation and explain the lifetimes.',
  'Compare Keynes and Hayek on the causes of crises, with sources, in 1200 words.',
  'Debug a deadlock between two transactions and prove that the mend is right.',
  'Plan a migration of 200 services to another cloud, with risks and a timetable.',
  'Integrate x^3 * sin(x) and check the result by differentiation.',
  'Implement a B-tree with deletion and analyse its worst case.',
];

/** Whether a model that sorts requests gives verdicts, and how good they are. */
export async function routing(bench: Bench): Promise<Measured> {
  const [runtime] = bench.runtimes.filter(({ name }) => name !== 'in process');
  if (!runtime) return { figures: [], skipped: ['routing: no server is here'] };
  const most = Math.ceil(Math.min(24, bench.rows ?? 24) / 2);
  const figures: Figure[] = [];
  for (const file of bench.files) {
    const stand = await bench.stand(file, runtime.name);
    figures.push(...(await sorted(stand, most)));
  }
  return { figures, skipped: [] };
}

async function sorted(stand: Stand, most: number): Promise<Figure[]> {
  const easy = await verdictsOf(stand, simple.slice(0, most));
  const difficult = await verdictsOf(stand, hard.slice(0, most));
  const all = [...easy, ...difficult];
  const rate = (verdicts: readonly (string | undefined)[], letter: string) =>
    verdicts.filter(verdict => verdict === letter).length / verdicts.length;
  const given = all.filter(verdict => verdict !== undefined).length;
  const balanced = (rate(easy, 'S') + rate(difficult, 'L')) / 2;
  return [
    countFigure(`${stand.file.name} sorts requests: a verdict`, [given, all.length], {
      wanted: ['≥ .95', part => part >= 0.95],
    }),
    {
      what: `${stand.file.name} sorts requests: balanced accuracy`,
      value: share(balanced),
      n: all.length,
      baseline:
        `simple as S ${share(rate(easy, 'S'))}, hard as L ${share(rate(difficult, 'L'))}; ` +
        'chance .500',
    },
  ];
}

async function verdictsOf({ model }: Stand, requests: readonly string[]) {
  const verdicts: (string | undefined)[] = [];
  for (const request of requests) {
    const answer = { text: 'an answer' };
    const pair = {
      local: scriptedModel([answer], { modelId: 'local' }),
      cloud: scriptedModel([answer], { modelId: 'cloud', place: 'cloud' }),
    };
    const sorts = router({ ...pair, scorer: 'llm', classifier: model });
    const told = await run({}, async () => sorts.doGenerate(userCall(request)));
    verdicts.push(/ says ([SLU])/.exec(summaryOf(told)?.reason ?? '')?.[1]);
  }
  return verdicts;
}

import { seededRandom } from '../../../src/entries/eval.ts';
import { type AdditionState, additionTask, solve, type Task } from '../../../src/entries/solve.ts';
import type { LanguageModel } from '../../../src/index.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import type { Bench } from '../stand.ts';
import type { Crossing } from '../wire.ts';

type Addition = Task<AdditionState, number>;

const seeds = [11, 12, 13];

// A sum of more digits takes a thousand steps and more: it is run once.
const longest = 300;

function summands(digits: number, seed: number): [string, string] {
  const random = seededRandom(seed);
  const draw = () =>
    Array.from({ length: digits }, (_, at) => Math.floor(random() * (at === 0 ? 9 : 10)));
  const number = () => {
    const [first = 0, ...rest] = draw();
    return [first + 1, ...rest].join('');
  };
  return [number(), number()];
}

// The wording of the carry that small models answer alike and wrong.
function misleading(task: Addition): Addition {
  return {
    ...task,
    wordings: 1,
    prompt: (state, wording) =>
      state.sum === null
        ? task.prompt(state, wording)
        : { text: `What is ${state.sum} + 1? Answer with the number alone.`, maxOutputTokens: 40 },
  };
}

interface Added {
  readonly isRight: boolean;
  readonly steps: number;
  readonly votes: number;
  readonly pilotVotes: number;
  readonly error: string;
}

async function added(solver: LanguageModel, task: Addition, truth: string): Promise<Added> {
  let steps = 0;
  let votes = 0;
  let pilotVotes = 0;
  try {
    const { state } = await solve({
      task,
      solver,
      onPilot: pilot => {
        pilotVotes = pilot.votes;
      },
      onStep: ({ samples }) => {
        steps++;
        votes += samples;
      },
    });
    return { isRight: task.answer?.(state) === truth, steps, votes, pilotVotes, error: '' };
  } catch (error) {
    return { isRight: false, steps, votes, pilotVotes, error: String(error) };
  }
}

const noServer = 'No server stands behind this wire';

// Of the answers that crossed the wire, those that are the sum of the question's two numbers.
function votesOf(crossings: readonly Crossing[]): [right: number, of: number] {
  const votes = crossings.flatMap(({ body, answer, status }) => {
    const asked = /What is (\d+) \+ (\d+)\?|Add (1) to (?:the number )?(\d+)\./.exec(
      JSON.stringify(body.messages),
    );
    if (status !== 200 || !asked) return [];
    const [x, y] = asked.slice(1).filter(each => each !== undefined);
    const said = /"content":"([^"]*)"/.exec(answer)?.[1]?.trim();
    return [said === String(Number(x) + Number(y))];
  });
  return [votes.filter(Boolean).length, votes.length];
}

/** Whether votes on small steps carry a long sum, and a pilot refuses a wording that cannot. */
export async function maker(bench: Bench): Promise<Measured> {
  const file = bench.files.at(bench.files.length > 1 ? -2 : -1);
  if (!file || !bench.runtimes.some(({ name }) => name === 'llama-server'))
    return { figures: [], skipped: ['maker: llama-server and a model are needed'] };
  const { model: solver, wire } = await bench.stand(file, 'llama-server');
  const digits = bench.rows ?? 100;
  const runs: Added[] = [];
  for (const seed of digits > longest ? seeds.slice(0, 1) : seeds) {
    const [a, b] = summands(digits, seed);
    const run = await added(solver, additionTask(a, b), String(BigInt(a) + BigInt(b)));
    bench.note(`${digits} digits, seed ${seed}: ${JSON.stringify(run).slice(0, 500)}`);
    runs.push(run);
  }
  const [a, b] = summands(digits, seeds[0]!);
  const twin = await added(solver, misleading(additionTask(a, b)), '');
  bench.note(`misleading wording: ${twin.error.slice(0, 600)}`);
  const sum = (of: (run: Added) => number) => runs.reduce((total, run) => total + of(run), 0);
  const votes = votesOf(wire?.crossings ?? []);
  const voted = countFigure(`${file.name}, votes on steps of an addition: right`, votes);
  // Of a replay that ends early what was kept is told.
  if (bench.isReplay && [...runs, twin].some(({ error }) => error.includes(noServer)))
    return { figures: [voted], skipped: ['maker: no answers are kept of all of its runs'] };
  const figures: Figure[] = [
    voted,
    countFigure(
      `${file.name}, addition of ${digits} digits, pilot included: right`,
      [runs.filter(({ isRight }) => isRight).length, runs.length],
      {
        baseline:
          `${sum(r => r.steps)} steps, ${sum(r => r.votes)} votes, ` +
          `${sum(r => r.pilotVotes)} of pilots`,
        wanted: ['each time', share => share === 1],
      },
    ),
    countFigure(
      'its twin with a misleading wording: refused, since another wording is needed',
      [
        /k does nothing here.*another wording does/s.test(twin.error) && twin.steps === 0 ? 1 : 0,
        1,
      ],
      { wanted: ['1 of 1', (_, count) => count === 1] },
    ),
  ];
  return { figures, skipped: [] };
}

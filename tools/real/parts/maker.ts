import { seededRandom } from '../../../src/entries/eval.ts';
import { pilot, solve, type Task } from '../../../src/entries/solve.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import type { Bench } from '../stand.ts';

interface State {
  readonly place: number;
  readonly carry: number;
  /** The two digits added, while the carry is still to be added; else null. */
  readonly sum: number | null;
  readonly written: string;
}

/** Says how a carry is asked for. */
type CarryWording = (sum: number) => string;

const plainCarry: CarryWording = sum => `Add 1 to ${sum}. Answer with the number alone.`;
const blindCarry: CarryWording = sum => `What is ${sum} + 1? Answer with the number alone.`;

// Long addition in the smallest steps: two digits, then the carry.
function additionTask(digits: number, carried: CarryWording): Task<State, number> {
  const random = seededRandom(11);
  const draw = () => Array.from({ length: digits }, () => Math.floor(random() * 10));
  const [a, b] = [draw(), draw()];
  const terms = ({ place, sum }: State) => (sum === null ? [a[place]!, b[place]!] : [sum, 1]);
  const truth = (state: State) => terms(state).reduce((one, other) => one + other, 0);
  const write = ({ place, written }: State, sum: number): State => ({
    place: place + 1,
    carry: sum > 9 ? 1 : 0,
    sum: null,
    written: `${sum % 10}${written}`,
  });
  return {
    name: `add two numbers of ${digits} digits`,
    initial: { place: 0, carry: 0, sum: null, written: '' },
    isDone: ({ place }) => place >= digits,
    prompt: state => {
      const [x, y] = terms(state);
      const asked =
        state.sum === null ? `What is ${x} + ${y}? Answer with the number alone.` : carried(x!);
      return { text: asked, maxOutputTokens: 8 };
    },
    parse: text =>
      /^\d{1,2}$/.test(text.trim())
        ? { action: Number(text.trim()) }
        : { redFlag: 'no number alone' },
    isLegal: (_, sum) => sum <= 19,
    apply: (state, sum) =>
      state.sum === null && state.carry === 1 ? { ...state, sum } : write(state, sum),
    truth,
    answer: ({ carry, written }) => `${carry === 1 ? '1' : ''}${written}`,
  };
}

/** Whether votes on small steps carry a long sum, and a pilot sees a wording that cannot. */
export async function maker(bench: Bench): Promise<Measured> {
  const file = bench.files.at(-2);
  if (!file || !bench.runtimes.some(({ name }) => name === 'llama-server'))
    return { figures: [], skipped: ['maker: llama-server and two models are needed'] };
  const { model: solver } = await bench.stand(file, 'llama-server');
  const digits = bench.rows ?? 100;
  const task = additionTask(digits, plainCarry);
  let state = task.initial;
  let steps = 0;
  let right = 0;
  const solution = await solve({
    task,
    solver,
    k: 2,
    onStep: ({ action }) => {
      steps++;
      if (task.truth?.(state) === action) right++;
      state = task.apply(state, action);
    },
  }).catch((error: unknown) => bench.note(String(error).slice(0, 300)));
  const figures: Figure[] = [
    countFigure(`${file.name}, addition of ${digits} digits, k = 2: steps right`, [right, steps], {
      baseline: `${solution ? 'came to its end' : 'did not come to its end'}`,
      wanted: ['all', share => share === 1 && solution !== undefined],
    }),
  ];
  const { poisoned, states } = await pilot({
    task: additionTask(digits, blindCarry),
    solver,
    states: 'all',
    votes: 2,
  });
  figures.push(
    countFigure('the pilot of a wording that misleads: states seen that votes cannot cure', [
      poisoned?.states ?? 0,
      states,
    ]),
  );
  return { figures, skipped: [] };
}

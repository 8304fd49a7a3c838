import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  commandCheck,
  type RefactoringStep,
  refactoringTask,
  solve,
} from '../../../src/entries/solve.ts';
import { countFigure, type Measured } from '../figures.ts';
import type { Bench } from '../stand.ts';

const root = new URL('../../../', import.meta.url);
const compiler = fileURLToPath(new URL('node_modules/.bin/tsc', root));
const settings = JSON.stringify({
  compilerOptions: { strict: true, target: 'es2024', module: 'nodenext', noEmit: true, types: [] },
  include: ['*.ts'],
});

interface Edit {
  readonly path: string;
  readonly step: Omit<RefactoringStep, 'file'>;
  /** A program that holds where the edit is right. */
  readonly holds: string;
}

const edits: readonly Edit[] = [
  {
    path: 'src/eval/statistics/quantile.ts',
    step: {
      instruction: 'Throw a RangeError if share is below 0 or above 1, before anything else.',
      present: ['RangeError'],
    },
    holds:
      "import { quantile } from './quantile.ts';\n" +
      'let thrown = false;\n' +
      'try { quantile([1], 2); } catch (error) { thrown = error instanceof RangeError; }\n' +
      "if (!thrown || quantile([3, 1, 2], 0.5) !== 2) throw new Error('wrong');\n",
  },
  {
    path: 'src/eval/statistics/quantile.ts',
    step: {
      instruction:
        'Below it, export a function median(values: readonly number[]): number that calls ' +
        'quantile with 0.5.',
      present: ['median'],
    },
    holds:
      "import { median, quantile } from './quantile.ts';\n" +
      "if (median([3, 1, 2]) !== 2 || quantile([3, 1, 2], 1) !== 3) throw new Error('wrong');\n",
  },
  {
    path: 'src/algorithms/seeded-random.ts',
    step: {
      instruction: 'Rename the function seededRandom to randomOf.',
      gone: ['seededRandom'],
      present: ['randomOf'],
    },
    holds:
      "import { randomOf } from './seeded-random.ts';\n" +
      'const draw = randomOf(1)();\n' +
      "if (!(draw >= 0 && draw < 1) || draw !== randomOf(1)()) throw new Error('wrong');\n",
  },
];

/** Edits of files of this very project by the largest model: votes, with the compiler as a flag. */
export async function ownEdits(bench: Bench): Promise<Measured> {
  const file = bench.files.at(-1);
  if (!file || !bench.runtimes.some(({ name }) => name === 'llama-server'))
    return { figures: [], skipped: ['edits: llama-server and a model are needed'] };
  const { model: solver } = await bench.stand(file, 'llama-server');
  const beside = { 'tsconfig.json': settings };
  const compiles = commandCheck({ command: [compiler, '-p', '.'], beside });
  let right = 0;
  for (const { path, step, holds } of edits) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const files = { [name]: readFileSync(new URL(path, root), 'utf8') };
    const steps = [{ ...step, file: name }];
    const task = refactoringTask({ files, steps, check: compiles });
    // What a model wrote may read its folder, and do nothing else.
    const runs = commandCheck({
      command: [process.execPath, '--permission', '--allow-fs-read=.', 'holds.ts'],
    });
    const fault = await solve({ task, solver, k: 2 }).then(
      ({ state }) => runs({ ...state.files, 'holds.ts': holds }),
      (error: unknown) => String(error),
    );
    bench.note(`${name}: ${fault ?? 'right'}`);
    if (fault === undefined) right++;
  }
  return {
    figures: [
      countFigure(
        `${file.name}, edits of files of this project: compile and do what was asked`,
        [right, edits.length],
        { wanted: ['all', share => share === 1] },
      ),
    ],
    skipped: [],
  };
}

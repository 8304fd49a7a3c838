import { cascade, run, selfCheck, userCall } from '../../../src/index.ts';
import { drawSums } from '../deciding-tasks.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import { type Bench, pairOf } from '../stand.ts';

const checks = 4;

/** Whether what a self-check says hangs on the request, and not on the place of its sample. */
export async function samples(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`samples: ${pair}`] };
  const { local } = pair;
  const items = drawSums(Math.min(20, bench.rows ?? 20), 25);
  const asked = cascade({
    local: local.model,
    cloud: local.model,
    accept: selfCheck({ checks, threshold: 0 }),
  });
  const from = local.wire?.crossings.length ?? 0;
  for (const { prompt } of items) {
    const call = userCall(prompt, { temperature: 0, maxOutputTokens: 20 });
    await run({}, async () => asked.doGenerate(call));
  }
  const said = (local.wire?.crossings ?? [])
    .slice(from)
    .filter(({ body }) => body.seed !== undefined)
    .map(({ body, answer }) => ({
      seed: Number(body.seed),
      isYes: /"content":"\s*yes/i.test(answer),
    }));
  return { figures: figuresOf(local.file.name, said), skipped: [] };
}

interface Said {
  readonly seed: number;
  readonly isYes: boolean;
}

function figuresOf(name: string, said: readonly Said[]): Figure[] {
  const places = Array.from({ length: checks }, (_, place) =>
    said.filter((_each, at) => at % checks === place),
  );
  const yes = places.map(each => `${each.filter(({ isYes }) => isYes).length} of ${each.length}`);
  const rows = Array.from({ length: said.length / checks }, (_, row) =>
    said.slice(row * checks, (row + 1) * checks).map(({ isYes }) => Number(isYes)),
  );
  const patterns = new Set(rows.map(row => row.join(''))).size;
  const seeds = new Set(said.map(({ seed }) => seed)).size;
  return [
    countFigure(`${name}, self-checks: seeds that no other check has`, [seeds, said.length], {
      wanted: ['all', share => share === 1],
    }),
    countFigure(
      `${name}, self-checks: patterns of verdicts over the requests`,
      [patterns, rows.length],
      {
        baseline: `yes by place of the sample: ${yes.join(', ')}; 1 pattern: by the seed alone`,
        wanted: ['> 1', (_, count) => count > 1],
      },
    ),
  ];
}

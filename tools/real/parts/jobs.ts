import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure, Measured } from '../figures.ts';
import { jobFigures, withoutTime } from '../job-figures.ts';
import { type Bench, cloudPrice, pairOf, type Stand } from '../stand.ts';

interface Job {
  readonly name: string;
  /** Whether the largest model does the work, which smaller ones cannot. */
  readonly byLargest?: boolean;
  /** Whether it finds by meaning where there is an embedder. */
  readonly byMeaning?: boolean;
  /** Options that limit its cases, and how many there are to one of the suite's rows. */
  readonly limits: Readonly<Record<string, number>>;
}

// Those whose cases are long come with fewer of them, and last. Two rows are the 20 outcomes that a
// router and a gate are fitted on at least.
const jobsOfExamples: readonly Job[] = [
  { name: 'content-platform', limits: { learn: 10, work: 10 } },
  { name: 'customer-service', byMeaning: true, limits: { most: 10 } },
  { name: 'code-assistant', byLargest: true, limits: { most: 2 } },
  { name: 'legal-and-medical', limits: { most: 2 } },
  { name: 'document-analysis', limits: { most: 3 } },
];

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The five jobs of the examples, each by its own program, on the pair of this suite. */
export async function jobs(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`jobs: ${pair}`] };
  if (!existsSync(join(root, 'dist/index.js')))
    return { figures: [], skipped: ['jobs: they import the package; run `npm run build` first'] };
  const figures: Figure[] = [];
  const skipped: string[] = [];
  const { only } = bench;
  const wanted = jobsOfExamples.filter(({ name }) => only === undefined || only === name);
  if (wanted.length === 0) {
    const names = jobsOfExamples.map(({ name }) => name).join(', ');
    return { figures, skipped: [`jobs: there is no job "${only}"; name one of ${names}`] };
  }
  for (const job of wanted) {
    const local = job.byLargest ? pair.cloud : pair.local;
    const { rows } = bench;
    const limits = Object.entries(rows === undefined ? {} : job.limits).flatMap(
      ([option, each]) => [`--${option}`, String(each * rows!)],
    );
    const found = job.byMeaning && bench.embedder;
    const options = found ? [...limits, '--embedder', `${found}/v1`, '--embedding', 'e5'] : limits;
    const { text, fault } = await evaluated(job.name, { local, cloud: pair.cloud, options });
    bench.note(text);
    const told = jobFigures(job.name, text).map(withoutTime);
    figures.push(...told);
    if (told.length === 0) skipped.push(`${job.name}: ${fault || 'it told no figure'}`);
  }
  return { figures, skipped };
}

interface Asked {
  readonly local: Stand;
  readonly cloud: Stand;
  readonly options: readonly string[];
}

// Whoever runs the job gives it a configuration, as a user does.
async function evaluated(
  job: string,
  { local, cloud, options }: Asked,
): Promise<{ text: string; fault: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-job-'));
  const config = join(folder, 'tandem.config.json');
  const served = ({ file, runtime, wire }: Stand) => ({
    spec: `${runtime}:${file.name}`,
    endpoint: wire?.url,
  });
  const models = { local: served(local), cloud: { ...served(cloud), place: 'cloud' } };
  writeFileSync(config, JSON.stringify({ models, prices: { [cloud.file.name]: cloudPrice } }));
  const args = [join(root, 'examples', job, 'eval.ts'), '--config', config, ...options];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (part: string) => {
      said[stream] += part;
    });
  await new Promise(done => child.on('close', done));
  rmSync(folder, { recursive: true, force: true });
  return { text: said.stdout, fault: said.stderr.trim().split('\n').at(-1) ?? '' };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FileJournal } from '../src/entries/runs.ts';
import { openLedger } from '../src/entries/solve.ts';
import {
  definePattern,
  type LanguageModel,
  onDevice,
  openJournal,
  run,
  settle,
  textAnswer,
  userCall,
} from '../src/index.ts';
import { timeList } from './list-runs.ts';
import type { BenchResult } from './main.ts';

const runs = 5;
const single = 300;
const parallel = 50;
const replayed = 100_000;
const steps = 1_000_000;

/**
 * What the journal adds to a call, beside a bare durable commit of two rows in the same run; and
 * replay.
 */
export async function journalBench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const [bare, alone, together]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < runs; n++) {
    bare.push(timeBare(join(folder, `bare ${n}.db`)));
    using journal = openJournal({ path: join(folder, `journal ${n}.db`) });
    alone.push(await timeAsks(journal, { id: `alone ${n}`, count: single, width: 1 }));
    together.push(await timeAsks(journal, { id: `together ${n}`, count: single, width: parallel }));
  }
  const replay = await timeReplay(join(folder, 'replay.db'));
  const folds: number[] = [];
  for (let n = 0; n < 3; n++) folds.push(await timeFold(join(folder, `ledger ${n}.db`)));
  const list = await timeList(join(folder, 'list.db'));
  rmSync(folder, { recursive: true, force: true });
  const [bareMs, aloneMs] = [median(bare), median(alone)];
  return {
    bench: `journal (medians of ${runs} runs)`,
    rows: [
      { what: 'a bare durable commit of two rows', median: bareMs, unit: 'ms' },
      { what: 'one journaled ask', median: aloneMs, unit: 'ms', atMost: 2 * bareMs },
      {
        what: `each of ${parallel} journaled asks at a time`,
        median: median(together),
        unit: 'ms',
        atMost: 0.05,
      },
      { what: `replaying ${replayed} finished calls`, median: replay / 1000, unit: 's', atMost: 8 },
      {
        what: `folding a ledger of ${steps} steps`,
        median: median(folds) / 1000,
        unit: 's',
        atMost: 3,
      },
      { what: `a page of ${list.runs} runs`, median: list.pageMs, unit: 'ms', atMost: 15 },
      { what: 'the event loop, held by it at most', median: list.heldMs, unit: 'ms', atMost: 15 },
    ],
  };
}

function timeBare(path: string): number {
  const database = new DatabaseSync(path);
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table a(x text); create table ' +
      'b(x text)',
  );
  const [one, two] = [
    database.prepare('insert into a values (?)'),
    database.prepare('insert into b values (?)'),
  ];
  const row = 'x'.repeat(300);
  const begun = performance.now();
  for (let n = 0; n < single; n++) {
    database.exec('begin immediate');
    one.run(row);
    two.run(row);
    database.exec('commit');
  }
  const each = (performance.now() - begun) / single;
  database.close();
  return each;
}

interface Batch {
  readonly id: string;
  readonly count: number;
  readonly width: number;
}

async function timeAsks(journal: FileJournal, batch: Batch): Promise<number> {
  const begun = performance.now();
  await run({ journal, runId: batch.id }, async () => asking(batch).doGenerate(userCall('go')));
  return (performance.now() - begun) / batch.count;
}

function asking({ count, width }: Batch): LanguageModel {
  const leaf = instant();
  return definePattern({
    name: 'asking',
    models: [leaf],
    async generate(_call, ask) {
      for (let n = 0; n < count; n += width) {
        const asked = Array.from({ length: width }, (_, m) =>
          ask(leaf, userCall(`question ${n + m}`), { id: `${n + m}` }),
        );
        await Promise.all(asked);
      }
      return settle(textAnswer('done'), { reason: 'bench' });
    },
  });
}

async function timeReplay(path: string): Promise<number> {
  const batch = { id: 'replay', count: replayed, width: 1000 };
  {
    using journal = openJournal({ path });
    await timeAsks(journal, batch);
  }
  using journal = openJournal({ path });
  return (await timeAsks(journal, batch)) * replayed;
}

async function timeFold(path: string): Promise<number> {
  {
    using ledger = await openLedger({ path, runId: 'r', batch: 5000 });
    for (let n = 0; n < steps; n++) {
      const written = ledger.add({ action: [n % 9, n % 3, (n + 1) % 3], votes: 3, costUsd: 0 });
      if (written) await written;
    }
  }
  using ledger = await openLedger({ path, runId: 'r' });
  const begun = performance.now();
  const votes = await ledger.fold(0, (sum, step) => sum + step.votes);
  return votes === 3 * steps ? performance.now() - begun : Number.POSITIVE_INFINITY;
}

function instant(): LanguageModel {
  const answer = textAnswer('an answer of a few words');
  return onDevice({
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'leaf',
    supportedUrls: {},
    doGenerate: async () => answer,
    doStream: async () => ({ stream: new ReadableStream() }),
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

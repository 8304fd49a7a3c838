import { monitorEventLoopDelay } from 'node:perf_hooks';
import { newRunId, openStore } from '../src/entries/runs.ts';
import { openJournal } from '../src/index.ts';

const listed = 100_000;
const perPage = 50;
const pages = 100;
const resolutionMs = 1;

/** What listing a store of many runs costs. */
export interface ListTimes {
  readonly runs: number;
  /** Milliseconds of a page of 50, by cursor, from newest to older: the median of 100. */
  readonly pageMs: number;
  /** The longest that the event loop was held meanwhile, in milliseconds. */
  readonly heldMs: number;
}

/** Fills a file with runs as they are kept, and lists them page by page. */
export async function timeList(path: string): Promise<ListTimes> {
  await fill(path);
  await using journal = openJournal({ path });
  // The first page starts the reading thread.
  let { next } = await journal.page({ limit: perPage });
  const loop = monitorEventLoopDelay({ resolution: resolutionMs });
  const times: number[] = [];
  loop.enable();
  for (let n = 0; n < pages && next !== undefined; n++) {
    const begun = performance.now();
    const page = await journal.page({ limit: perPage, after: next });
    times.push(performance.now() - begun);
    next = page.next;
  }
  loop.disable();
  times.sort((a, b) => a - b);
  return {
    runs: listed,
    pageMs: times[pages / 2] ?? Number.POSITIVE_INFINITY,
    heldMs: loop.max / 1e6 - resolutionMs,
  };
}

async function fill(path: string): Promise<void> {
  await using store = openStore(path, { patienceMs: 2000 });
  const begunMs = Date.now() - listed * 1000;
  const facts = {
    owner: 'website',
    title: 'What is the notice period of the contract with Contoso?',
    pattern: 'cascade',
    model: 'cascade(phi4-mini, gpt-4.1)',
    answeredBy: 'phi4-mini',
    place: 'device',
    savedUsd: 0.0012,
    baseline: 'gpt-4.1',
    summary: JSON.stringify({ reason: 'agreement 1.00 >= 0.67', text: 'x'.repeat(800) }),
  };
  for (let n = 0; n < listed; n++) {
    const at = new Date(begunMs + n * 1000).toISOString();
    const held = await store.hold(newRunId(), { holder: 'bench', leaseMs: 8000, at, isNew: true });
    if (held.state !== 'taken') await store.release(held, { state: 'done', at, facts });
    if (n % 5000 === 0) await store.flush();
  }
}

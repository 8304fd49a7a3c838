import { TandemError } from '../../model/errors.ts';
import type { PruneOptions } from '../pruning.ts';
import { cursorOf, placeOf } from '../run-cursor.ts';
import type { LedgerHead, RunPage, RunQuery, RunStore } from '../store.ts';
import { MemoryAccounts } from './accounts.ts';
import { appendTo } from './entries.ts';
import {
  getThing,
  type KeptThings,
  listThings,
  putThing,
  removeThings,
  sizeOfThings,
} from './kept-things.ts';
import { cancelRun, holdRun, releaseRun, renewRuns } from './leases.ts';
import { forgetRun, type KeptInMemory, listEgress, pruneMemory } from './prune.ts';
import {
  listedRun,
  type MemoryRun,
  type MemoryRuns,
  noteFacts,
  recordOf,
  rowOf,
} from './run-rows.ts';
import { tallyRuns } from './tally-runs.ts';

const page = 2000;

/** Opens a store that lives and dies with this process; what it keeps grows until it is pruned. */
export function openMemoryStore(): RunStore {
  const runs: MemoryRuns = { rows: new Map(), egress: [], timed: [], prunings: [] };
  const accounts = new MemoryAccounts();
  const things: KeptThings = { byKind: new Map(), count: 0 };
  const door = openDoor();
  const { whileOpen } = door;
  return {
    name: 'memory',
    id: crypto.randomUUID(),
    hold: whileOpen((run, by) => holdRun(runs, run, by)),
    renew: whileOpen((held, leaseMs) => renewRuns(runs, held, leaseMs)),
    release: whileOpen((held, end) => releaseRun(runs, held, end)),
    cancel: whileOpen(run => cancelRun(runs, run)),
    describe: whileOpen((run, facts, at) => noteFacts(rowOf(runs, run, at), facts)),
    append: whileOpen((held, entries) =>
      appendTo(runs, held, entries, spent => accounts.book('journal', spent)),
    ),
    calls: run => pagesOf(whileOpen(from => pageAt(runs.rows.get(run)?.calls, from))),
    ledger: whileOpen(run => ledgerHead(runs.rows.get(run))),
    steps: (run, from) =>
      pagesOf(
        whileOpen(at => pageAt(runs.rows.get(run)?.ledger?.steps, at)),
        from,
      ),
    ...listing(runs, whileOpen),
    put: whileOpen((item, options) => putThing(things, item, options)),
    get: whileOpen((kind, owner, id) => getThing(things, kind, owner, id)),
    list: whileOpen((kind, owner, limit) => listThings(things, kind, owner, limit)),
    size: whileOpen((kind, owner) => sizeOfThings(things, kind, owner)),
    remove: whileOpen((kind, owner, id) => removeThings(things, kind, owner, id)),
    ...forgetting({ runs, things }, whileOpen),
    reserve: whileOpen((shared, most, holdMs) => accounts.reserve(shared, most, holdMs)),
    settle: whileOpen((hold, spent) => accounts.settle(hold, spent)),
    balance: whileOpen(account => accounts.balance(account)),
    flush: whileOpen(() => undefined),
    close: door.close,
    [Symbol.dispose]: door.close,
    [Symbol.asyncDispose]: async () => door.close(),
  };
}

function listing(runs: MemoryRuns, whileOpen: WhileOpen) {
  return {
    runs: whileOpen((query: RunQuery) => listRuns(runs, query)),
    tally: whileOpen((since: string) => tallyRuns(runs, since)),
    show: whileOpen((run: string) => recordOf(runs, run, Date.now())),
    sent: whileOpen((run: string, hash: string) => runs.rows.get(run)?.sent.get(hash)),
    egress: whileOpen((since: string) => listEgress(runs, since)),
    timed: whileOpen((most: number) => newestTimed(runs, most)),
  };
}

function forgetting(kept: KeptInMemory, whileOpen: WhileOpen) {
  return {
    forget: whileOpen((run: string) => forgetRun(kept, run)),
    prune: whileOpen((before: string, options?: PruneOptions) =>
      pruneMemory(kept, before, options),
    ),
    prunings: whileOpen(() => [...kept.runs.prunings]),
  };
}

type WhileOpen = ReturnType<typeof openDoor>['whileOpen'];

// Work in one turn of the event loop is what a transaction is elsewhere.
function openDoor() {
  let isOpen = true;
  const whileOpen =
    <Given extends readonly unknown[], Result>(work: (...given: Given) => Result) =>
    async (...given: Given): Promise<Result> => {
      if (!isOpen)
        throw new TandemError(
          'journal_failed',
          'The store in memory was closed. Open another one.',
        );
      return work(...given);
    };
  const close = () => {
    isOpen = false;
  };
  return { whileOpen, close };
}

function pageAt<Item>(items: readonly Item[] | undefined, from: number): readonly Item[] {
  return items?.slice(from, from + page) ?? [];
}

async function* pagesOf<Item>(read: (from: number) => Promise<readonly Item[]>, from = 0) {
  for (let at = from; ; at += page) {
    const items = await read(at);
    if (items.length > 0) yield items;
    if (items.length < page) return;
  }
}

function ledgerHead(row: MemoryRun | undefined): LedgerHead | undefined {
  return row?.ledger && { length: row.ledger.steps.length, facts: row.ledger.facts };
}

function listRuns(
  { rows }: MemoryRuns,
  { limit, after, owner, state, skip = 0 }: RunQuery,
): RunPage {
  const place = after === undefined ? undefined : placeOf(after);
  const wanted = [...rows.values()].filter(
    row =>
      (owner === undefined || row.facts.owner === owner) &&
      (state === undefined || row.state === state) &&
      (place === undefined || compare(row, place) < 0),
  );
  const nowMs = Date.now();
  const newestFirst = wanted.sort((a, b) => compare(b, a));
  const listed = newestFirst.slice(skip, skip + limit).map(row => listedRun(row, nowMs));
  const last = listed.at(-1);
  return { runs: listed, ...(last && wanted.length > skip + limit && { next: cursorOf(last) }) };
}

function compare(a: { begunAt: string; id: string }, b: { begunAt: string; id: string }): number {
  if (a.begunAt !== b.begunAt) return a.begunAt < b.begunAt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function newestTimed({ timed }: MemoryRuns, most: number) {
  return timed
    .slice(Math.max(0, timed.length - most))
    .reverse()
    .map(({ call: { model, inputTokens, outputTokens, durationMs } }) => ({
      model,
      inputTokens: inputTokens ?? 0,
      outputTokens: outputTokens ?? 0,
      durationMs: durationMs ?? 0,
    }));
}

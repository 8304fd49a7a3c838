import { runTaken } from '../run-taken.ts';
import type { CallEntry, EgressEntry, Entry, Held, StoredCall } from '../store.ts';
import type { MemoryRun, MemoryRuns } from './run-rows.ts';

type FencedEntry = Exclude<Entry, EgressEntry>;
type Book = (spent: { readonly usd: number; readonly tokens: number }) => void;

/** Adds to a run; what clouds cost is booked whoever asks. @throws TandemError `run_taken` */
export function appendTo(
  runs: MemoryRuns,
  { run, token }: Held,
  entries: readonly Entry[],
  book: Book,
): void {
  const row = runs.rows.get(run);
  const fenced: FencedEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'egress') addEgress(runs, run, entry);
    else fenced.push(entry);
    if (entry.kind === 'call' && entry.place === 'cloud') book(costOf(entry));
  }
  if (fenced.length === 0) return;
  if (row?.token !== token) throw runTaken(run);
  for (const entry of fenced) addTo(runs, row, entry);
}

function costOf({ costUsd, inputTokens, outputTokens }: CallEntry) {
  return { usd: costUsd ?? 0, tokens: (inputTokens ?? 0) + (outputTokens ?? 0) };
}

function addEgress(
  { rows, egress }: MemoryRuns,
  run: string,
  { kind: _kind, body, ...left }: EgressEntry,
): void {
  egress.push({ run, ...left, pruned: false });
  const row = rows.get(run);
  if (!row) return;
  if (body !== undefined) row.sent.set(left.contentHash, body);
  row.leftCalls++;
  row.leftCharacters += left.characters;
}

function addTo(runs: MemoryRuns, row: MemoryRun, entry: FencedEntry): void {
  if (entry.kind === 'call') {
    addCall(runs, row, entry);
  } else if (entry.kind === 'decision') {
    const { kind: _kind, ...decision } = entry;
    row.decisions.push(decision);
  } else if (entry.kind === 'document') {
    const { kind: _kind, ...document } = entry;
    row.documents.set(document.hash, document);
  } else {
    row.ledger ??= { facts: undefined, steps: [] };
    if (entry.kind === 'begun') row.ledger.facts = entry.facts;
    else
      for (const [index, step] of entry.steps.entries())
        row.ledger.steps[entry.from + index] = step;
  }
}

function addCall(
  runs: MemoryRuns,
  row: MemoryRun,
  { kind: _kind, answer, ...facts }: CallEntry,
): void {
  const call: StoredCall = { ...facts, body: answer?.()?.body };
  row.calls.push(call);
  if (call.place === 'cloud') row.cloudCalls++;
  row.costUsd = row.costUsd === null || call.costUsd === null ? null : row.costUsd + call.costUsd;
  const isTimed =
    call.inputTokens !== null && call.outputTokens !== null && call.durationMs !== null;
  if (call.isFinished && isTimed) runs.timed.push({ run: row.id, call });
}

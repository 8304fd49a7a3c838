import { keptKinds } from '../../src/runs/kept-kinds.ts';
import type { Entry, Kept, KeptKind, RunStore } from '../../src/runs/store.ts';

const longAgo = '2020-01-01T00:00:00.000Z';
/** Everything marked was over before this time. */
export const before = '2021-01-01T00:00:00.000Z';

/**
 * Columns that hold no content: names, figures, hashes and times that the program gives, and what
 * is meant to outlive a run. Any other must have been marked.
 */
export const figureColumns: ReadonlySet<string> = new Set([
  ...['run.id', 'call.run', 'decision.run', 'document.run', 'ledger.run'],
  ...['run.begun_at', 'run.ended_at', 'run.state', 'run.error', 'run.holder'],
  ...['call.at', 'call.place', 'call.answer', 'decision.at', 'decision.place'],
  ...['document.label', 'kept.kind', 'kept.at', 'kept.body'],
  ...['egress.run', 'egress.at', 'egress.destination', 'egress.purpose', 'egress.content_hash'],
  ...['egress.label', 'egress.place', 'pruning.at', 'pruning.before', 'pruning.kind'],
  ...['account.id', 'account.day', 'reservation.id', 'reservation.account', 'reservation.day'],
]);

/** The id of a run, which stays on record and so holds no content. */
export function runOf(mark: string): string {
  return `run-${mark.replace(/\D/g, '')}-${mark.length}`;
}

/** What stands for the hash of what left a run, which stays on record too. */
export function sentOf(mark: string): string {
  return `sent-${runOf(mark)}`;
}

/** Puts a marked run with entries of every kind into a store, replaced now and then as in life. */
export async function fillRun(store: RunStore, mark: string, random: () => number) {
  const run = runOf(mark);
  const text = () =>
    `${mark}${'x'.repeat(Math.floor(random() * (random() < 0.1 ? 9000 : 500)))}${mark}`;
  const held = await store.hold(run, { holder: '', leaseMs: 1, at: longAgo, secret: text() });
  if (held.state === 'taken') throw new TypeError('the run is taken');
  for (let n = 0; n < 2; n++) await store.describe(run, factsOf(text), longAgo);
  for (const entry of entriesOf(mark, text)) await store.append(held, [entry], 'committed');
  await store.release(held, { state: 'done', at: longAgo, facts: { summary: text() } });
  return run;
}

function factsOf(text: () => string) {
  return {
    owner: text(),
    parent: text(),
    program: text(),
    title: text(),
    pattern: text(),
    model: text(),
    answeredBy: text(),
    place: text(),
    baseline: text(),
    coverage: text(),
    summary: text(),
  };
}

const leftSince = (mark: string, text: () => string): Entry => ({
  kind: 'egress',
  at: longAgo,
  destination: 'cloud',
  place: 'cloud',
  purpose: 'draft',
  characters: 1,
  tokens: 1,
  contentHash: sentOf(mark),
  masked: 0,
  label: 'cloud-allowed',
  body: text(),
});

function entriesOf(mark: string, text: () => string): Entry[] {
  const at = longAgo;
  return [
    callOf(mark, text),
    {
      kind: 'decision',
      at,
      trail: [text()],
      answeredBy: text(),
      place: 'cloud',
      reason: text(),
      confidence: null,
      degraded: false,
    },
    { kind: 'document', hash: text(), title: text(), characters: 1, label: 'extracts' },
    {
      kind: 'accepted',
      from: 0,
      steps: [{ action: text(), votes: 1, flagged: 0, costUsd: 0 }],
    },
    { kind: 'begun', facts: text() },
    leftSince(mark, text),
  ];
}

function callOf(mark: string, text: () => string): Entry {
  return {
    kind: 'call',
    at: longAgo,
    key: text(),
    slot: text(),
    digest: { model: text(), prompt: text(), options: text() },
    trail: [text()],
    model: text(),
    place: 'cloud',
    inputTokens: 1,
    cachedTokens: null,
    outputTokens: 1,
    costUsd: 0,
    characters: 1,
    attempts: 1,
    startMs: 0,
    durationMs: 1,
    isFinished: true,
    answer: () => ({ hash: `hash-${mark}`, body: text() }),
  };
}

/** Puts a marked thing of every kind into a store. */
export async function fillKept(store: RunStore, mark: string, random: () => number) {
  for (const kind of keptKinds) {
    const length = Math.floor(random() * (random() < 0.1 ? 20_000 : 600));
    const item = (n: number): Kept => ({
      kind,
      owner: `owner-${mark}`,
      id: `id-${mark}`,
      at: longAgo,
      head: `${mark}${n}`,
      size: 1,
      body: bodyOf(kind, `${mark}${'y'.repeat(length)}${mark}`),
    });
    for (const n of [1, 2]) await store.put(item(n));
  }
}

function bodyOf(kind: KeptKind, text: string): string | Uint8Array {
  return kind === 'file' ? new TextEncoder().encode(text) : text;
}

/** Forgets what `fillRun` and `fillKept` have put, each kind by the way that there is for it. */
export async function forgetAll(store: RunStore, marks: readonly string[]): Promise<void> {
  await store.prune(before);
  const removals = marks.flatMap(mark =>
    keptKinds.map(kind => store.remove(kind, `owner-${mark}`)),
  );
  await Promise.all(removals);
}

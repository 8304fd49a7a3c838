import { randomBytes } from 'node:crypto';
import { type FinishedRun, leavesOf, type Span } from '../../../../src/entries/runs.ts';
import type { RecentRuns } from '../recent-runs.ts';
import { addRun, noSums, type RunSums } from './run-sums.ts';

/** Takes a run that begins or has ended. */
export type Note = (run: FinishedRun, owner: string | undefined) => void;

// Four updates a second are as many as a reader sees.
const tickMs = 250;
/** Runs of other processes are looked for in the store so often. */
export const elsewhereMs = 2000;
/** A page that comes back within it has missed nothing. */
export const lingerMs = 60_000;
const mostTicks = lingerMs / tickMs;
// So many runs that have ended are known again: a store may write one some time after.
const mostKnown = 32_768;
const mostAtWork = 1000;
/** Most runs that an event names; the others are counted. */
export const mostNamed = 20;

/** What has happened in a quarter of a second. */
interface Tick {
  readonly number: number;
  /** Of each owner: sums, since a run that is held on to costs more than all that is said of it. */
  readonly ended: Map<string | undefined, Ended>;
}

interface Ended {
  /** Of the last, the oldest at `sums.runs` modulo their number once they are all there. */
  readonly ids: string[];
  readonly sums: RunSums;
}

interface AtWork {
  readonly owner: string | undefined;
  readonly root: Span;
  readonly begunMs: number;
}

/** How far a run at work is. */
export interface FarIn {
  readonly owner: string | undefined;
  readonly figures: {
    readonly id: string;
    readonly calls: number;
    readonly answered: number;
    readonly leftCharacters: number;
  };
}

/** What is heard of runs while somebody follows. */
export interface Ears {
  begun: Note | undefined;
  note: Note | undefined;
  followers: number;
  /** Of the stretch of time in which every run was noted. */
  epoch: string;
  tick: Tick;
  timer: NodeJS.Timeout | undefined;
  readonly past: Tick[];
  readonly atWork: Map<string, AtWork>;
  /** Numbers of the last runs that have ended, in a ring: their ids would outlive a collection. */
  readonly known: Uint32Array;
  knownNext: number;
  readonly wakes: Set<() => void>;
  readonly closing: AbortController;
}

/** Opens ears that hear nothing yet. */
export function openEars(recent: RecentRuns | undefined): Ears {
  return {
    ...{ begun: undefined, note: recent?.note, followers: 0, epoch: '' },
    ...{ tick: tickOf(0), timer: undefined, past: [], atWork: new Map() },
    ...{ known: new Uint32Array(mostKnown), knownNext: 0 },
    ...{ wakes: new Set(), closing: new AbortController() },
  };
}

/** Hears no more. */
export function rest(ears: Ears, recent: RecentRuns | undefined): void {
  ears.begun = undefined;
  ears.note = recent?.note;
  ears.atWork.clear();
  ears.past.length = 0;
}

function tickOf(number: number): Tick {
  return { number, ended: new Map() };
}

/** Hears every run from now on. */
export function listen(ears: Ears, recent: RecentRuns | undefined): void {
  ears.epoch = randomBytes(6).toString('base64url');
  ears.begun = ({ runId, root }, owner) => {
    if (ears.atWork.size >= mostAtWork) return;
    ears.atWork.set(runId, { owner, root, begunMs: performance.now() });
    ears.timer ??= setTimeout(() => endTick(ears), tickMs).unref();
  };
  ears.note = (run, owner) => {
    recent?.note(run, owner);
    ears.atWork.delete(run.runId);
    const { ended } = ears.tick;
    const of = ended.get(owner) ?? { ids: [], sums: noSums() };
    if (of.sums.runs === 0) ended.set(owner, of);
    of.ids[of.sums.runs % mostNamed] = run.runId;
    addRun(of.sums, run.root);
    ears.known[ears.knownNext++ % mostKnown] = numberOf(run.runId);
    ears.timer ??= setTimeout(() => endTick(ears), tickMs).unref();
  };
}

/** The last runs that ended in a tick, in the order of ending. */
export function namedOf({ ids, sums }: Ended): string[] {
  const first = sums.runs > mostNamed ? sums.runs % mostNamed : 0;
  return [...ids.slice(first), ...ids.slice(0, first)];
}

/** Whether a run is at work here, or has ended here of late. */
export function isKnown({ atWork, known }: Ears, id: string): boolean {
  return atWork.has(id) || known.includes(numberOf(id));
}

// Ids are drawn by chance: 32 bits of them tell them apart.
function numberOf(id: string): number {
  let number = 2_166_136_261;
  for (let at = 0; at < id.length; at++) number = Math.imul(number ^ id.charCodeAt(at), 16_777_619);
  return number >>> 0;
}

// Who sleeps is told what came together; the next tick begins with what comes next.
function endTick(ears: Ears): void {
  ears.timer = undefined;
  if (ears.tick.ended.size > 0) {
    if (ears.past.push(ears.tick) > mostTicks) ears.past.shift();
    ears.tick = tickOf(ears.tick.number + 1);
  }
  if (ears.atWork.size > 0) ears.timer = setTimeout(() => endTick(ears), tickMs).unref();
  for (const wake of ears.wakes) wake();
  ears.wakes.clear();
}

/** Those that are at work for a moment: most end before they are worth a word. */
export function farIn({ atWork }: Ears): FarIn[] {
  const beforeMs = performance.now() - tickMs;
  return [...atWork]
    .filter(([, { begunMs }]) => begunMs < beforeMs)
    .map(([id, { owner, root }]) => {
      const leaves = leavesOf(root);
      const left = leaves.filter(({ place, replayed }) => place === 'cloud' && !replayed);
      const leftCharacters = left.reduce((sum, { characters }) => sum + characters, 0);
      const answered = leaves.filter(({ durationMs }) => durationMs !== undefined).length;
      return { owner, figures: { id, calls: leaves.length, answered, leftCharacters } };
    });
}

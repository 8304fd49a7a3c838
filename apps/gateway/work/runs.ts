import { setTimeout as pause } from 'node:timers/promises';
import {
  type FileJournal,
  type FinishedRun,
  joinSinks,
  newRunId,
  type RunDetails,
  type RunEvent,
} from '../../../src/entries/runs.ts';
import { type Answer, run, TandemError } from '../../../src/index.ts';
import { isCancelled, later, type Problem, problemOf } from '../wire/problem.ts';
import type { Question } from './ask-model.ts';
import type { HandOver } from './hand-over.ts';
import { tellingJournal } from './telling-journal.ts';

/**
 * Something that happened in a run: names and figures, but for an `event` (`RunEvent` of
 * `tandem/runs`), which may quote what was asked and said.
 */
export interface ToldEvent {
  readonly id: number;
  readonly type:
    | 'call'
    | 'decision'
    | 'egress'
    | 'document'
    | 'event'
    | 'done'
    | 'failed'
    | 'cancelled'
    | 'resumed';
  readonly at: string;
  readonly [fact: string]: unknown;
}

/** A long run, at work or ended. */
export interface LongRun {
  readonly id: string;
  readonly owner: string;
  readonly model: string;
  readonly createdAt: number;
  endedAt: number | undefined;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  /** The completion, once it is done. */
  result: object | undefined;
  problem: Problem | undefined;
  trace: FinishedRun | undefined;
  /**
   * Set when this process has no more to do with a run that has not ended: another one has it, or
   * this one ends and another will take it.
   */
  left: 'taken' | 'handed over' | undefined;
  /**
   * Id of the first event here: far behind those of a process that was at it before, so that who
   * has followed it there is told all of it here.
   */
  readonly firstId: number;
  readonly events: ToldEvent[];
}

/**
 * What a run is started with; the journal keeps it, so that the run can be resumed by another
 * process.
 */
export interface RunProgram {
  readonly command: 'serve';
  readonly owner: string;
  readonly body: unknown;
  readonly createdAt: number;
}

/** How a run is started. */
export interface RunStart {
  readonly id?: string;
  readonly model: string;
  readonly program: RunProgram;
  readonly question: Omit<Question, 'signal'>;
  /** Writes the answer as its caller will read it. */
  readonly complete: (run: Pick<LongRun, 'id' | 'createdAt'>, answer: Answer) => object;
}

/** Runs that go on without a client. */
export interface Runs {
  /**
   * Starts a run, or goes on with one that has ended without an answer. @throws Problem 503,
   * TandemError
   */
  start(start: RunStart): Promise<LongRun>;
  find(owner: string, id: string): LongRun | undefined;
  /** Forgets a run that has ended, here and where it is kept; false if it was not kept. */
  forget(id: string): Promise<boolean>;
  /** How many this process is at work on. */
  readonly active: number;
  /** Whether this process is at work on it. */
  isAtWork(id: string): boolean;
  /** What a run of this owner was started with, also by an earlier process. */
  program(owner: string, id: string): Promise<RunProgram | undefined>;
  cancel(run: Pick<LongRun, 'id'>): boolean;
  /** The events of a run, those to come included, until it has ended. */
  events(run: LongRun, after: number, signal: AbortSignal): AsyncGenerator<ToldEvent>;
  readonly journal: FileJournal;
  /**
   * Ends all; what they have finished is in the journal. Those of a store that others share are
   * left as if this process had died: another one goes on with them.
   */
  close(): Promise<void>;
}

const mostEvents = 10_000;
const mostEnded = 500;

interface Active {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** Opens the runs of a server over a journal. */
export function openRuns(journal: FileJournal, most: () => number, isShared: boolean): Runs {
  const runs = new Map<string, LongRun>();
  const active = new Map<string, Active>();
  const listeners = new Map<string, Set<() => void>>();
  const tell = (run: LongRun, type: ToldEvent['type'], facts: object = {}) => {
    // Of a run of very many calls the first are told; the journal has them all.
    if ((type === 'call' || type === 'event') && run.events.length >= mostEvents) return;
    const id = run.firstId + run.events.length;
    run.events.push({ id, type, at: new Date().toISOString(), ...facts });
    wakeAll(listeners.get(run.id));
  };
  return {
    journal,
    async start(start) {
      if (active.size >= most()) throw busy(most());
      const { id = newRunId() } = start;
      const longRun = runs.get(id) ?? (await describedRun(journal, start, id));
      runs.set(id, longRun);
      if (start.id !== undefined) tell(longRun, 'resumed');
      beginAgain(longRun);
      const controller = new AbortController();
      const { signal } = controller;
      const done = work({ longRun, start, signal, journal, tell, isShared }).finally(() => {
        active.delete(id);
        // How it goes on stands in the journal, where another process writes.
        if (longRun.left) runs.delete(id);
        wakeAll(listeners.get(id));
        forgetOld(runs);
      });
      active.set(id, { controller, done });
      return longRun;
    },
    find(owner, id) {
      const found = runs.get(id);
      return found?.owner === owner ? found : undefined;
    },
    forget: id => forgotten(runs, journal, id),
    get active() {
      return active.size;
    },
    isAtWork: id => active.has(id),
    program: (owner, id) => programOf(journal, owner, id),
    cancel({ id }) {
      active.get(id)?.controller.abort(new DOMException('The run was cancelled.', 'AbortError'));
      return active.has(id);
    },
    events: (longRun, after, signal) => follow(longRun, after, { signal, listeners }),
    close: () => endAll(active),
  };
}

function wakeAll(listeners: Iterable<() => void> = []): void {
  for (const wake of listeners) wake();
}

function beginAgain(longRun: LongRun): void {
  longRun.status = 'running';
  longRun.endedAt = undefined;
  longRun.problem = undefined;
  longRun.left = undefined;
}

function forgotten(runs: Map<string, LongRun>, journal: FileJournal, id: string) {
  if (runs.get(id)?.status !== 'running') runs.delete(id);
  return journal.store.forget(id);
}

const serverEnds = new DOMException('The server ends; the run can be resumed.', 'AbortError');

async function endAll(active: ReadonlyMap<string, Active>): Promise<void> {
  for (const { controller } of active.values()) controller.abort(serverEnds);
  await Promise.allSettled([...active.values()].map(({ done }) => done));
}

type Tell = (run: LongRun, type: ToldEvent['type'], facts?: object) => void;

interface Work {
  readonly longRun: LongRun;
  readonly start: RunStart;
  readonly signal: AbortSignal;
  readonly journal: FileJournal;
  readonly tell: Tell;
  readonly isShared: boolean;
}

// These are told as the journal has them, where they are sure.
const inJournal = new Set<RunEvent['type']>(['answered', 'egress', 'finished', 'failed']);

async function work({ longRun, start, signal, journal, tell, isShared }: Work): Promise<void> {
  const { model, call, settings } = start.question;
  const own = {
    runFinished(finished: FinishedRun) {
      longRun.trace = finished;
    },
  };
  const sink = settings.sink ? joinSinks(own, settings.sink) : own;
  const onEvent = ({ runId: _known, ...event }: RunEvent) => {
    if (!inJournal.has(event.type)) tell(longRun, 'event', { event });
  };
  const isLeft = () => isShared && signal.reason === serverEnds;
  const told = tellingJournal(journal, (type, facts) => tell(longRun, type, facts), isLeft);
  const asked = { ...settings, runId: longRun.id, journal: told, sink, onEvent };
  const ask = () => run(asked, async () => model.doGenerate({ ...call, abortSignal: signal }));
  try {
    const answer = await untilKept(ask, signal, () => tell(longRun, 'resumed'));
    longRun.result = start.complete(longRun, answer);
    await keepResult(journal, longRun);
    end(longRun, 'done', tell);
  } catch (error) {
    if (isLeft()) longRun.left = 'handed over';
    else if (signal.aborted || isCancelled(error)) end(longRun, 'cancelled', tell);
    else if (isTaken(error)) longRun.left = 'taken';
    else {
      longRun.problem = problemOf(error);
      end(longRun, 'failed', tell);
    }
  }
}

function isTaken(error: unknown): boolean {
  return TandemError.isInstance(error) && error.code === 'run_taken';
}

const againMs = 2000;
const patienceMs = 60_000;

// A store that is away for a moment fails no long run: what is finished is not asked again.
async function untilKept<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  resumed: () => void,
): Promise<T> {
  for (const untilMs = performance.now() + patienceMs; ; resumed()) {
    try {
      return await ask();
    } catch (error) {
      const isAway = TandemError.isInstance(error) && error.code === 'store_busy';
      if (!isAway || performance.now() > untilMs) throw error;
      await pause(againMs, undefined, { signal });
    }
  }
}

// Whoever asks another process for it reads it there. What the store cannot keep is here at least.
async function keepResult(journal: FileJournal, { id, result }: LongRun): Promise<void> {
  await journal.keepBeside(id, 'result', { facts: {}, content: result }).catch(() => {});
}

function end(longRun: LongRun, status: 'done' | 'failed' | 'cancelled', tell: Tell): void {
  longRun.status = status;
  longRun.endedAt = Date.now();
  tell(
    longRun,
    status,
    longRun.problem ? { code: longRun.problem.code, message: longRun.problem.message } : {},
  );
}

// A run keeps what it was started with first.
async function describedRun(
  journal: FileJournal,
  { id: known, program, model }: RunStart,
  id: string,
): Promise<LongRun> {
  const { owner } = program;
  const first = known === undefined ? undefined : await programOf(journal, owner, known);
  if (!first) await journal.describe(id, program);
  const { createdAt } = first ?? program;
  const firstId = 1 + (first ? Math.max(0, Date.now() - createdAt) * eventsAMs : 0);
  return newRun({ id, owner, model, createdAt, firstId });
}

// More than are told.
const eventsAMs = 10;

async function* follow(
  longRun: LongRun,
  after: number,
  { signal, listeners }: { signal: AbortSignal; listeners: Map<string, Set<() => void>> },
): AsyncGenerator<ToldEvent> {
  const { firstId, events } = longRun;
  const isOfHere = Number.isInteger(after) && after >= firstId && after < firstId + events.length;
  let next = isOfHere ? after - firstId + 1 : 0;
  let wake = () => {};
  const listen = () => wake();
  const own = listeners.get(longRun.id) ?? new Set();
  listeners.set(longRun.id, own.add(listen));
  signal.addEventListener('abort', listen, { once: true });
  try {
    for (;;) {
      const more = new Promise<void>(resolve => {
        wake = resolve;
      });
      while (next < events.length) yield events[next++]!;
      if (longRun.status !== 'running' || longRun.left || signal.aborted) return;
      await more;
    }
  } finally {
    own.delete(listen);
    if (own.size === 0) listeners.delete(longRun.id);
    signal.removeEventListener('abort', listen);
  }
}

async function programOf(
  journal: FileJournal,
  owner: string,
  id: string,
): Promise<RunProgram | undefined> {
  try {
    const program = (await journal.show(id)).program as RunProgram | null;
    return program?.command === 'serve' && program.owner === owner ? program : undefined;
  } catch (error) {
    if (TandemError.isInstance(error) && error.code === 'unknown_name') return undefined;
    throw error;
  }
}

/** How a run stands that is not at work in this process: it may be in another one. */
export function standingOf(details: RunDetails, { isExpected }: Pick<HandOver, 'isExpected'>) {
  const { state, holder } = details;
  const isHeld = holder !== null;
  const ended = state === 'done' || state === 'failed' ? state : ('cancelled' as const);
  return { status: isHeld || isExpected(details) ? ('running' as const) : ended, isHeld };
}

function newRun(head: Pick<LongRun, 'id' | 'owner' | 'model' | 'createdAt' | 'firstId'>): LongRun {
  const empty = { endedAt: undefined, result: undefined, problem: undefined, trace: undefined };
  return { ...head, ...empty, left: undefined, status: 'running', events: [] };
}

function forgetOld(runs: Map<string, LongRun>): void {
  const ended = [...runs.values()].filter(({ status }) => status !== 'running');
  for (const { id } of ended.slice(0, Math.max(0, ended.length - mostEnded))) runs.delete(id);
}

function busy(most: number): Problem {
  return later(
    { status: 503, code: 'overloaded', seconds: 10 },
    `${most} long runs are at work, which is the most. Wait for one to end, or cancel one.`,
  );
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sink } from '../../trace/sink.ts';
import { openSpan, type Span } from '../../trace/span.ts';
import type { Border } from '../border/border.ts';
import { TandemError } from '../errors.ts';
import { type Budget, openBudget, type SharedBudget } from '../leaf/cost/budget.ts';
import type { PriceByModel } from '../leaf/cost/prices.ts';
import { unknownUsage } from '../leaf/cost/usage.ts';
import { type Placeholders, placeholdersOf } from '../leaf/masking/placeholders.ts';
import type { Call, Usage, Warning } from '../types.ts';
import type { Approval } from './approval.ts';
import type { Label } from './labels.ts';
import type { BreakerPolicy, BudgetLimits, LocalPrice, RetryPolicy } from './limits.ts';
import {
  type Clock,
  type DocumentSource,
  type EgressEvent,
  type Guard,
  type Journal,
  type Masker,
  type PrivacyMode,
  privacyModes,
  type RunJournal,
} from './ports.ts';
import type { RunEvent } from './run-events.ts';
import { newRunId } from './run-id.ts';
import type { Summary } from './summary.ts';

/** Settings of one run: one top-level request with everything it causes. */
export interface RunOptions {
  /**
   * Names the run; a run asked again under its id replays finished calls from the journal. Default:
   * a new id.
   */
  readonly runId?: string;
  /**
   * That `runId` was made for this run by `newRunId`: the journal then need not be asked about it.
   * Default: false.
   */
  readonly isNew?: boolean;
  /**
   * What happens where another process is at work on the run: an error `run_taken`, or a wait until
   * it has ended or is dead. Default: `refuse`.
   */
  readonly whenTaken?: 'refuse' | 'wait';
  /** Whose run it is, as lists show it, such as the key of a server's client. Default: nobody's. */
  readonly owner?: string;
  /** The run that it is part of, as lists show it. Default: none. */
  readonly parent?: string;
  /** Default: `cloud-allowed`. */
  readonly mode?: PrivacyMode;
  /**
   * Hosts of the own network that are allowed what this device is, such as `192.168.1.5`; what goes
   * there still counts as having left. Default: none.
   */
  readonly networkHosts?: readonly string[];
  /** US dollars the run may spend; short for `budget.usd`. Default: no limit. */
  readonly budgetUsd?: number;
  /**
   * What the run, each call, each model and each day may spend, in money and tokens. Default: no
   * limits.
   */
  readonly budget?: BudgetLimits;
  /** Limits on clouds that this run shares with others. Default: none. */
  readonly sharedBudgets?: readonly SharedBudget[];
  /** Milliseconds the run may take. Default: no limit. */
  readonly deadlineMs?: number;
  /** Prices beside or instead of the built-in table. */
  readonly prices?: PriceByModel;
  /**
   * What time on this device costs; 0 says that it costs nothing. Default: unknown, and not
   * counted.
   */
  readonly localPrice?: LocalPrice;
  readonly retry?: Partial<RetryPolicy>;
  /** When a model that fails again and again is left alone for a while. */
  readonly breaker?: Partial<BreakerPolicy>;
  /**
   * Milliseconds until a stream shows its first content. Default: `idleMs` where that is given,
   * else 300,000.
   */
  readonly firstTokenMs?: number;
  /**
   * Milliseconds after which a stream nobody reads, or that brings nothing, is cancelled. Default:
   * 60,000.
   */
  readonly idleMs?: number;
  readonly sink?: Sink;
  readonly journal?: Journal;
  readonly guard?: Guard;
  /** Masks personal data in every cloud call, and restores it in the answer. Default: none. */
  readonly masker?: Masker;
  /** Dry run: is shown every cloud call as it would leave, which is then denied. Default: none. */
  readonly preview?: (event: EgressEvent, call: Call) => void;
  /**
   * Is shown every cloud call as it would leave, and says whether it may. Default: all that policy
   * allows may.
   */
  readonly confirm?: (event: EgressEvent, call: Call) => Promise<boolean>;
  /**
   * Is shown every plan before it is carried out, and every model that a pattern is about to let
   * answer, and says whether that may be. Default: it may.
   */
  readonly approve?: (step: Approval) => boolean | Promise<boolean>;
  readonly clock?: Clock;
  /**
   * Where documents that are named by reference lie, and what was read in them before. Default:
   * none.
   */
  readonly documents?: DocumentSource;
  /** Is told what happens in the run, as it happens; it must not throw. Default: nobody is. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** A run in progress. */
export interface Run {
  readonly id: string;
  /** Whether its id was never used before. */
  readonly isNew: boolean;
  readonly mode: PrivacyMode;
  readonly networkHosts: readonly string[] | undefined;
  /** Absent where neither money nor tokens are limited. */
  readonly budget: Budget | undefined;
  readonly deadlineMs: number | undefined;
  readonly startedMs: number;
  readonly prices: PriceByModel;
  readonly localPrice: LocalPrice | undefined;
  readonly retry: RetryPolicy;
  readonly breaker: BreakerPolicy;
  readonly firstTokenMs: number;
  readonly idleMs: number;
  readonly sink: Sink | undefined;
  /** The run's record, from its begin. */
  journal: RunJournal | undefined;
  readonly guard: Guard | undefined;
  readonly masker: Masker | undefined;
  /** What stands for masked values; absent where nothing is masked. */
  readonly placeholders: Placeholders | undefined;
  /** Watches texts that may not leave; absent until one is read. */
  border: Border | undefined;
  readonly preview: RunOptions['preview'];
  readonly confirm: RunOptions['confirm'];
  readonly approve: RunOptions['approve'];
  /**
   * Whether a model on this device has been asked: in the mode `local-preferred` the cloud comes
   * second.
   */
  hasAskedDevice: boolean;
  readonly clock: Clock;
  readonly documents: DocumentSource | undefined;
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  readonly root: Span;
}

/** What belongs to one pattern call: its place in the run's tree and all that happens under it. */
export interface Scope {
  /** Name of the pattern, such as `cascade`. */
  readonly name: string;
  readonly run: Run;
  /** What its pattern was asked; absent of a run. */
  readonly call: Call | undefined;
  readonly span: Span;
  readonly mode: PrivacyMode;
  /** The strictest label of anything read here; only ever tightened. */
  label: Label;
  /** Path of journal keys from the top of the run. */
  readonly path: string;
  readonly ordinals: Map<string, number>;
  readonly controller: AbortController;
  /** Whether others than model calls were given its signal, and hear when it settles. */
  isWatched: boolean;
  hasSettled: boolean;
  /** Model calls in flight. */
  readonly pending: Set<Promise<unknown>>;
  usage: Usage;
  isUsageComplete: boolean;
  readonly warnings: Warning[];
  readonly parent: Scope | undefined;
  /** What must happen when the scope has settled; emptied then. */
  readonly endings: (() => void)[];
  /** False in a long loop, whose calls and decisions are summed up and not kept singly. */
  keepsCalls: boolean;
  /** Hears what the pattern tells of its work; set while a stream shows it. */
  onTold: ((text: string) => void) | undefined;
  /** Summaries of the patterns asked from here, bounded in number. */
  readonly children: { readonly modelId: string; readonly summary: Summary }[];
}

/** How an ask is named by the pattern that makes it. */
export interface As {
  /** Tells siblings that are asked at the same time apart, on resume too. */
  readonly id?: string;
  /** Role for the trace, such as `draft` or `plan`. Default: the model's id. */
  readonly name?: string;
  /**
   * The extracts of labelled documents that the call holds, which have been checked and capped and
   * may leave; `true` says that it holds none. Whatever else it quotes of them is denied. Default:
   * false, nothing made of labelled documents may leave.
   */
  readonly release?: boolean | readonly string[];
}

/** The scope in which code runs, for calls that do not carry theirs. */
export const currentScope = new AsyncLocalStorage<Scope>();

/**
 * Does what costs something, if the run around this code is still this process's own: it may have
 * been lost while a call waited for a slot, a token or a server. Where that is known nothing comes
 * between the look and the work, so that a process that is stopped between them hardly exists.
 * @throws TandemError `run_taken`
 */
export function whileOwned<Result>(work: () => Promise<Result>): Promise<Result> {
  const sure = currentScope.getStore()?.run.journal?.confirm?.();
  return sure ? sure.then(work) : work();
}

const carried = Symbol('tandem.scope');
type CarryingCall = Call & { [carried]?: { scope: Scope; as: As } };

/** Copies a call for a composite inner model; the copy carries the scope that asks. */
export function carryScope(call: Call, scope: Scope, as: As): Call {
  const copy: CarryingCall = {
    ...call,
    abortSignal: scope.controller.signal,
    [carried]: { scope, as },
  };
  return copy;
}

/** Finds the scope that a call is part of: the one it carries, else the one around it. */
export function scopeAround(call: Call): { scope: Scope; as: As } | undefined {
  const own = (call as CarryingCall)[carried];
  if (own) return own;
  const scope = currentScope.getStore();
  return scope && { scope, as: {} };
}

// The machine's own time and chance.
const systemClock: Clock = { now: () => performance.now(), random: () => Math.random() };

/** Starts a run. @throws TandemError `invalid_argument` */
export function openRun(options: RunOptions): Run {
  const { deadlineMs, clock = systemClock } = options;
  if (deadlineMs !== undefined && !(deadlineMs > 0)) {
    throw new TandemError(
      'invalid_argument',
      `\`deadlineMs\` must be above 0, got ${deadlineMs}. Leave it out for none.`,
    );
  }
  const id = options.runId ?? newRunId();
  const run: Run = {
    id,
    isNew: options.isNew ?? options.runId === undefined,
    networkHosts: options.networkHosts,
    mode: options.mode === undefined ? 'cloud-allowed' : requireMode(options.mode),
    budget: openBudget(options),
    deadlineMs,
    startedMs: clock.now(),
    prices: options.prices ?? {},
    localPrice: options.localPrice,
    retry: { tries: 3, baseMs: 500, maxWaitMs: 30_000, ...options.retry },
    breaker: { failures: 5, coolDownMs: 30_000, ...options.breaker },
    firstTokenMs: options.firstTokenMs ?? options.idleMs ?? 300_000,
    idleMs: options.idleMs ?? 60_000,
    sink: options.sink,
    journal: undefined,
    guard: options.guard,
    masker: options.masker,
    placeholders:
      options.masker && placeholdersOf(() => run.journal?.secret?.() ?? crypto.randomUUID()),
    border: undefined,
    preview: options.preview,
    confirm: options.confirm,
    approve: options.approve,
    hasAskedDevice: false,
    clock,
    documents: options.documents,
    onEvent: options.onEvent,
    root: openSpan(
      { name: 'run', modelId: '', kind: 'pattern', place: undefined, startMs: 0 },
      undefined,
    ),
  };
  options.sink?.runStarted?.({ runId: id, root: run.root });
  return run;
}

/** Opens a scope for a pattern call, under `parent` if there is one. */
export function openScope(
  run: Run,
  options: Pick<Scope, 'name' | 'span' | 'path' | 'mode' | 'parent' | 'label' | 'call'>,
): Scope {
  return {
    run,
    ...options,
    ordinals: new Map(),
    controller: new AbortController(),
    isWatched: false,
    hasSettled: false,
    pending: new Set(),
    usage: unknownUsage,
    isUsageComplete: true,
    warnings: [],
    endings: [],
    keepsCalls: options.parent?.keepsCalls ?? true,
    onTold: undefined,
    children: [],
  };
}

/** Numbers a step among those of the same name that a scope has begun. */
export function numbered(scope: Scope, step: string): string {
  const ordinal = scope.ordinals.get(step) ?? 0;
  scope.ordinals.set(step, ordinal + 1);
  return `${step}/${ordinal}`;
}

/** Names the patterns around a scope and its own, from the outside in. */
export function trailOf(scope: Scope): string[] {
  const trail: string[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent)
    if (at.span !== at.run.root) trail.unshift(at.span.name);
  return trail;
}

/** Returns the stricter of two modes. */
export function tighten(a: PrivacyMode, b: PrivacyMode): PrivacyMode {
  return privacyModes.indexOf(a) >= privacyModes.indexOf(b) ? a : b;
}

/** Checks a mode that came from outside. @throws TandemError `invalid_argument` */
export function requireMode(mode: string): PrivacyMode {
  if ((privacyModes as readonly string[]).includes(mode)) return mode as PrivacyMode;
  throw new TandemError(
    'invalid_argument',
    `\`mode\` is "${mode}". Use one of ${privacyModes.join(', ')}.`,
  );
}

import { openSpan } from '../../trace/span.ts';
import { type Border, openBorder } from '../border/border.ts';
import { labelledTexts, labelOfResult, labelOfTools, typedIn } from '../border/labelled-texts.ts';
import { describeError, TandemError, unknownKey } from '../errors.ts';
import { addUsage } from '../leaf/cost/usage.ts';
import type { Call, Message, ProviderOptions } from '../types.ts';
import { type Label, labelIn, stricter } from './labels.ts';
import type { ReadDocument } from './ports.ts';
import { tellEvent } from './run-events.ts';
import { runKeys } from './run-keys.ts';
import {
  type As,
  currentScope,
  numbered,
  openRun,
  openScope,
  type Run,
  type RunOptions,
  requireMode,
  type Scope,
  scopeAround,
  tighten,
} from './scope.ts';

/** Options that a request may carry under `providerOptions.tandem`. */
type RequestOptions = Pick<RunOptions, 'runId' | 'mode' | 'budgetUsd' | 'deadlineMs'>;

/**
 * Opens the scope of a pattern call: under the scope it is asked from, else in a run of its own.
 */
export function enterScope(
  call: Call,
  { name, modelId }: { name: string; modelId: string },
): Scope {
  const wanted = (call.providerOptions?.tandem ?? {}) as RequestOptions;
  const { scope: parent, as } = scopeAround(call) ?? outside;
  const run = parent?.run ?? openRun(requestOptions(wanted));
  if (wanted.runId !== undefined && wanted.runId !== run.id) throw mismatch(wanted.runId, run.id);
  const head = {
    name: as.name ?? as.id ?? name,
    modelId,
    kind: 'pattern' as const,
    place: undefined,
  };
  const span = openSpan(
    { ...head, startMs: run.clock.now() - run.startedMs },
    parent?.span ?? run.root,
  );
  const step = as.id === undefined ? modelId : `${modelId}#${as.id}`;
  const { mode } = parent ?? run;
  const label = parent?.label ?? 'cloud-allowed';
  const scope = openScope(run, {
    name,
    parent,
    span,
    path: parent ? `${parent.path}>${numbered(parent, step)}` : `>${step}`,
    mode: wanted.mode === undefined ? mode : tighten(mode, requireMode(wanted.mode)),
    // What was released is checked extracts and no more: the pattern that gets it starts afresh.
    label: label === 'extracts' && as.release ? 'cloud-allowed' : label,
    call,
  });
  if (Array.isArray(as.release)) run.border?.release(as.release);
  begin(scope, call);
  return scope;
}

const outside: { readonly scope: Scope | undefined; readonly as: As } = {
  scope: undefined,
  as: {},
};

// Lets a scope read its call, and end when the call does, the scope above, or the time of its run.
function begin(scope: Scope, call: Call): void {
  const { run, parent, span, name } = scope;
  if (run.onEvent) tellEvent(run.onEvent, scope, { type: 'started', pattern: name });
  const read = strictestLabel(call);
  if (read !== 'cloud-allowed') watchLabelled(scope, call, read);
  follow(scope, call.abortSignal);
  if (parent && parent.controller.signal !== call.abortSignal)
    follow(scope, parent.controller.signal);
  if (!parent)
    scope.endings.push(() => finishRun(run, { error: span.error, isAborted: wasAborted(scope) }));
  if (!parent || parent.span === run.root) {
    if (run.deadlineMs !== undefined) armDeadline(scope, run.deadlineMs);
    run.journal?.ask?.({ pattern: name, model: span.modelId, title: () => titleOf(call) });
  }
}

/**
 * The strictest label in a call: its own, its messages' and their parts'.
 * @example
 * ```ts
 * if (strictestLabel(call) === 'local-only') console.log('stays here');
 * ```
 */
export function strictestLabel({ providerOptions, prompt, tools }: Call): Label {
  let label: Label = 'cloud-allowed';
  if (providerOptions?.tandem) label = tightened(label, providerOptions);
  for (const message of prompt) {
    if (message.providerOptions?.tandem) label = tightened(label, message.providerOptions);
    if (typeof message.content === 'string') continue;
    for (const part of message.content as readonly OptionedPart[]) {
      if (part.providerOptions?.tandem) label = tightened(label, part.providerOptions);
      if (part.type === 'tool-result') label = stricter(label, labelOfResult(part));
    }
  }
  return tools ? stricter(label, labelOfTools(tools)) : label;
}

type OptionedPart = Exclude<Message['content'], string>[number] & {
  readonly providerOptions?: ProviderOptions;
};

function tightened(label: Label, options: ProviderOptions): Label {
  return stricter(label, labelIn(options) ?? label);
}

// What bears a label in a call is known by its text from now on, wherever it turns up again.
function watchLabelled(scope: Scope, call: Call, label: Label): void {
  tightenLabel(scope, label);
  const border = borderOf(scope.run);
  for (const text of labelledTexts(call)) border.watch(text);
  if (isTop(scope)) for (const text of typedIn(call)) border.type(text);
}

function borderOf(run: Run): Border {
  run.border ??= openBorder();
  return run.border;
}

function isTop({ parent, run }: Scope): boolean {
  return !parent || parent.span === run.root;
}

/** Notes a document that a pattern has taken out of a call, and what was typed beside it. */
export function watchDocument(scope: Scope, document: ReadText, typed: string): void {
  const { id, text, label } = document;
  tightenLabel(scope, label);
  if (label === 'cloud-allowed') return;
  const border = borderOf(scope.run);
  border.watch({ id, text, label });
  // What a pattern asks another one may be made of what a document says.
  let top = scope;
  while (top.parent && !isTop(top)) top = top.parent;
  if (typed !== '' && top.call && lastWords(top.call).includes(typed)) border.type(typed);
}

function lastWords({ prompt }: Call): string {
  const last = prompt.findLast(({ role }) => role === 'user');
  if (last?.role !== 'user') return '';
  return last.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
}

/** A document with its text, as a pattern reads it. */
export interface ReadText extends Omit<ReadDocument, 'characters'> {
  readonly text: string;
}

/** Notes what was read: from now on every call here, and in the scopes above, bears the label. */
export function tightenLabel(scope: Scope, label: Label): void {
  for (let above: Scope | undefined = scope; above; above = above.parent)
    above.label = stricter(above.label, label);
}

// One for all: it says nothing of its scope, and its stack would cost more than the rest of
// settling.
export const settledReason = new DOMException('The pattern has settled.', 'AbortError');

/**
 * Ends a scope: calls that lost are aborted and waited for, so that no usage goes unseen; then its
 * usage is added to the scope above. Does nothing the second time.
 */
export async function settleScope(scope: Scope): Promise<void> {
  const { controller, endings, pending, parent, run, span } = scope;
  if (endings.length === 0) return;
  const ending = endings.splice(0);
  scope.hasSettled = true;
  // An abort that nobody hears would cost more than the rest of settling.
  if (!controller.signal.aborted && (pending.size > 0 || scope.isWatched))
    controller.abort(settledReason);
  if (pending.size > 0) await Promise.allSettled(pending);
  span.durationMs = run.clock.now() - run.startedMs - span.startMs;
  if (parent) {
    parent.usage = addUsage(parent.usage, scope.usage);
    if (!scope.isUsageComplete) parent.isUsageComplete = false;
  }
  for (const end of ending) end();
}

/**
 * Runs code in a run of its own: every pattern called inside is part of it, shares its budget and
 * deadline, and is handed to its sink in one tree.
 * @example
 * ```ts
 * const answer = await run({ budgetUsd: 0.05, mode: 'local-preferred' }, async () =>
 *   support.doGenerate(userCall('Where is my parcel?')),
 * );
 * ```
 */
export async function run<T>(options: RunOptions, work: (runId: string) => Promise<T>): Promise<T> {
  // A limit whose name is misspelt would be none. Each run passes here: no function is entered.
  for (const [of, known] of runKeys) {
    for (const key in of === 'run' ? options : options[of])
      if (!(key in known)) throw unknownKey({ of, key, known: Object.keys(known) });
  }
  const opened = openRun(options);
  const { root: span, mode } = opened;
  const scope = openScope(opened, {
    name: 'run',
    parent: undefined,
    span,
    path: '',
    mode,
    label: 'cloud-allowed',
    call: undefined,
  });
  opened.journal = options.journal?.begin({
    runId: opened.id,
    cancel: reason => scope.controller.abort(reason),
    isNew: opened.isNew,
    whenTaken: options.whenTaken ?? 'refuse',
    masks: options.masker !== undefined,
    owner: options.owner,
    parent: options.parent,
  });
  let error: string | undefined;
  let isAborted = false;
  try {
    return await currentScope.run(scope, work, opened.id);
  } catch (thrown) {
    error = describeError(thrown);
    isAborted = isAbort(thrown);
    throw thrown;
  } finally {
    await finishRun(opened, { error, isAborted });
  }
}

function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}

function wasAborted({ controller, span }: Scope): boolean {
  return span.error !== undefined && isAbort(controller.signal.reason);
}

// Whoever asks for the run after this may have it. An end that cannot be noted is what a crash
// looks like too.
function finishRun(
  run: Run,
  { error, isAborted }: { error: string | undefined; isAborted: boolean },
) {
  run.root.durationMs = run.clock.now() - run.startedMs;
  const failed = isAborted ? ('aborted' as const) : ('failed' as const);
  const state = error === undefined ? 'done' : failed;
  const noted = run.journal?.end({ runId: run.id, state, ...(error !== undefined && { error }) });
  run.sink?.runFinished({ runId: run.id, root: run.root });
  return noted?.catch(() => {});
}

const titleLength = 120;

/** The first words of the last question in a call. */
function titleOf({ prompt }: Call): string {
  for (let last = prompt.length - 1; last >= 0; last--) {
    const message = prompt[last];
    if (message?.role !== 'user') continue;
    for (const part of message.content)
      if (part.type === 'text') return part.text.trim().slice(0, titleLength);
    return '';
  }
  return '';
}

function requestOptions({ runId, mode, budgetUsd, deadlineMs }: RequestOptions): RunOptions {
  return {
    ...(runId !== undefined && { runId }),
    ...(mode !== undefined && { mode }),
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
}

function follow(scope: Scope, signal: AbortSignal | undefined): void {
  // Never empty, so that settling knows whether it has happened.
  scope.endings.push(() => signal?.removeEventListener('abort', abort));
  const abort = () => scope.controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
}

function mismatch(wanted: string, actual: string): TandemError {
  return new TandemError(
    'scope_mismatch',
    `The call names the run "${wanted}" but is part of the run "${actual}". Leave \`runId\` out ` +
      'of inner calls.',
    { data: { wanted, actual } },
  );
}

/** Checks that a run still has time. @throws TandemError `deadline_exceeded` */
export function requireTime({ deadlineMs, clock, startedMs }: Run): void {
  if (deadlineMs !== undefined && clock.now() - startedMs >= deadlineMs)
    throw deadlineError(deadlineMs);
}

// Aborts a scope when the time of its run is over.
function armDeadline(scope: Scope, deadlineMs: number): void {
  const { startedMs, clock } = scope.run;
  const left = startedMs + deadlineMs - clock.now();
  const timer = setTimeout(
    () => scope.controller.abort(deadlineError(deadlineMs)),
    Math.max(0, left),
  );
  scope.endings.push(() => clearTimeout(timer));
}

function deadlineError(deadlineMs: number): TandemError {
  return new TandemError(
    'deadline_exceeded',
    `The run took longer than ${deadlineMs} ms. Raise \`deadlineMs\`.`,
    {
      data: { deadlineMs },
    },
  );
}

// What is under way ends by itself when its signal is aborted; so long may that take.
const graceMs = 250;

/**
 * Awaits work in which functions of the user take part. One that never answers hears of no abort:
 * a deadline and a client that went away end the work all the same. @throws the signal's reason
 */
export async function notHanging<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = () => {
    timer = setTimeout(() => reject(signal.reason), graceMs);
  };
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

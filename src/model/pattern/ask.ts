/**
 * The only door from a pattern to a model. A leaf is asked through the layers of `door.ts`; a
 * composite gets the scope of the pattern that asks.
 */
import { door } from '../leaf/door.ts';
import { traitsOf } from '../leaf/model/model-record.ts';
import { orAbort } from '../leaf/retry.ts';
import { collectParts, partsShownBy, type Show } from '../leaf/shown-parts.ts';
import { type LeafStep, noteWarnings, openStep, type Question } from '../leaf/step.ts';
import { approved } from '../run/approval.ts';
import type { DocumentSource, ReadingProgress } from '../run/ports.ts';
import { type Telling, tellEvent } from '../run/run-events.ts';
import { type As, carryScope, type Scope } from '../run/scope.ts';
import { type ReadText, settledReason, watchDocument } from '../run/scope-life.ts';
import type { Answer, Call, LanguageModel, StreamPart } from '../types.ts';

/** Asks inner models on behalf of one pattern call. */
export interface Ask {
  /**
   * Asks a model for a whole answer. Siblings asked at the same time must give different `as.id`s.
   * @throws TandemError never retryable; or the signal's reason if the pattern's caller aborted
   */
  (model: LanguageModel, call: Call, as?: As): Promise<Answer>;
  /** Asks for a stream; the parts come as the model sends them. */
  stream(model: LanguageModel, call: Call, as?: As): AsyncGenerator<StreamPart>;
  /**
   * Notes that a document is read: every later call in this run bears its label, none that leaves
   * may hold its text unless it is released, and the journal knows of it. `typed` is what was asked
   * beside it.
   */
  reads(document: ReadText, typed?: string): void;
  /** The run's store of documents; absent if it has none. */
  readonly documents: DocumentSource | undefined;
  /** Tells whoever watches the run how far the pattern is. */
  progress(progress: ReadingProgress): void;
  /**
   * Tells what is being done: whoever listens to the run hears it, and a stream shows it as
   * reasoning if the pattern `hasProgress`.
   */
  tell(what: Telling): void;
  /**
   * Tells of a plan, before it is carried out; whoever approves plans in this run may say no.
   * @throws TandemError `not_approved`
   */
  plan(steps: readonly string[]): Promise<void>;
  /** Whether the run only shows what would leave: what decides nothing about that is not asked. */
  readonly isPreview: boolean;
  /** Puts a warning on the pattern's answer. */
  warn(message: string): void;
  /** Aborted when the caller aborts and when the pattern has settled. */
  readonly signal: AbortSignal;
}

/** Makes the `ask` of a scope. */
export function askIn(scope: Scope): Ask {
  const ask = (model: LanguageModel, call: Call, as: As = {}) =>
    askModel(scope, { model, call, as });
  const tell = (what: Telling) => {
    const { onEvent } = scope.run;
    const isText = typeof what === 'string';
    if (onEvent) tellEvent(onEvent, scope, isText ? { type: 'told', text: what } : what);
    if (isText) scope.onTold?.(what);
  };
  const made = Object.assign(ask, {
    stream(model: LanguageModel, call: Call, as: As = {}) {
      if (scope.hasSettled || scope.controller.signal.aborted) throw reasonOf(scope);
      const question = { model, call, as };
      // A leaf takes its place in the journal when it is asked for, not when its first part is
      // read.
      const step = stepTo(scope, question);
      const answer = (show: Show) =>
        step ? door(step, call, show) : askComposite(scope, question, show);
      return trackParts(scope, partsShownBy(answer));
    },
    reads(document: ReadText, typed = '') {
      watchDocument(scope, document, typed);
      const { id, title, label, text } = document;
      scope.run.journal?.read({ runId: scope.run.id, id, title, label, characters: text.length });
    },
    documents: scope.run.documents,
    progress(progress: ReadingProgress) {
      const { onEvent } = scope.run;
      if (onEvent) tellEvent(onEvent, scope, { type: 'reading', progress });
    },
    isPreview: scope.run.preview !== undefined,
    tell,
    plan(steps: readonly string[]) {
      tell({ type: 'planned', steps });
      return approved(scope, { type: 'plan', pattern: scope.name, steps });
    },
    warn: (message: string) => noteWarnings(scope, [{ type: 'other', message }]),
    [askedIn]: scope,
  });
  return Object.defineProperty(made, 'signal', watchedSignal) as typeof made & Pick<Ask, 'signal'>;
}

const askedIn = Symbol('tandem.askedIn');

// One getter for all: one of its own would give each `ask` a shape of its own, which is kept, with
// all that its run holds, until the collector goes through the whole heap.
const watchedSignal = {
  enumerable: true,
  get(this: { readonly [askedIn]: Scope }): AbortSignal {
    const scope = this[askedIn];
    scope.isWatched = true;
    // Nobody was there to hear it when the pattern settled.
    if (scope.hasSettled) scope.controller.abort(settledReason);
    return scope.controller.signal;
  },
};

function reasonOf({ controller: { signal } }: Scope): unknown {
  return signal.aborted ? signal.reason : settledReason;
}

/**
 * Asks a model for a whole answer; with `show`, its parts are shown as they come, unless the
 * journal has it.
 */
export function askModel(scope: Scope, question: Question, show?: Show): Promise<Answer> {
  if (scope.hasSettled || scope.controller.signal.aborted)
    return track(scope, Promise.reject(reasonOf(scope)));
  const step = stepTo(scope, question);
  return track(scope, step ? door(step, question.call, show) : askComposite(scope, question, show));
}

// Opens the step to a leaf; a pattern inside opens a scope of its own.
function stepTo(scope: Scope, question: Question): LeafStep | undefined {
  const traits = traitsOf(question.model);
  return traits.isComposite ? undefined : openStep(scope, question, traits);
}

async function askComposite(
  scope: Scope,
  { model, call, as }: Question,
  show?: Show,
): Promise<Answer> {
  const carried = carryScope(call, scope, as);
  // Its usage reaches this scope when it settles, whether it answers or fails.
  const answer = show
    ? await collectParts(
        (await model.doStream(carried)).stream as unknown as AsyncIterable<StreamPart>,
        show,
      )
    : await orAbort(model.doGenerate(carried), scope.controller.signal);
  noteWarnings(scope, answer.warnings);
  return answer;
}

function track<T>(scope: Scope, promise: Promise<T>): Promise<T> {
  scope.pending.add(promise);
  const forget = () => {
    scope.pending.delete(promise);
  };
  // Handles the rejection too, so that a sibling nobody awaits any more cannot end the process.
  promise.then(forget, forget);
  return promise;
}

// A read under way is waited for when the scope settles, as a call is: a stream that lost is then
// counted too.
function trackParts(scope: Scope, parts: AsyncGenerator<StreamPart>): AsyncGenerator<StreamPart> {
  const next = parts.next.bind(parts);
  return Object.assign(parts, { next: () => track(scope, next()) });
}

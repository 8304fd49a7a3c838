import { AsyncLocalStorage } from 'node:async_hooks';
import { isEmpty, textAnswer, textOf } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { defineFact } from '../leaf/model/model-record.ts';
import { brandComposite, isComposite, placeNow, placeOf } from '../leaf/model/place.ts';
import { collectParts, type Show } from '../leaf/shown-parts.ts';
import { approved } from '../run/approval.ts';
import { tellEvent } from '../run/run-events.ts';
import { type As, currentScope, type Scope } from '../run/scope.ts';
import { enterScope, notHanging, settleScope } from '../run/scope-life.ts';
import type { About } from '../run/summary.ts';
import type { Answer, Call, Content, LanguageModel, StreamPart } from '../types.ts';
import { type Ask, askIn, askModel } from './ask.ts';
import { askForCalls } from './fitting-calls.ts';
import { asTyped, mustSpeak, nothingSaid, type PatternCall, seal } from './pattern-seal.ts';
import { openStage, patternStream, type Stage } from './stage.ts';
import { joinSupportedUrls } from './supported-urls.ts';

const lastLeaves = defineFact<LanguageModel>('last leaf');
const judges = defineFact<() => string | undefined>('judge');
const foreseen = defineFact<string>('foreseen');

/** A finished answer with what the pattern says of it. */
export interface Settled {
  readonly kind: 'settled';
  readonly answer: Answer;
  readonly about: About;
}

/** The commit point: from here one inner model speaks, live in a stream. */
export interface Delegation {
  readonly kind: 'delegate';
  readonly model: LanguageModel;
  readonly call: Call;
  readonly about: Omit<About, 'answeredBy'>;
  /** Role for the trace. Default: `answer`. */
  readonly name?: string;
  /** As of `As.release`: the extracts that may leave with the call. */
  readonly release?: As['release'];
  /** The model's own answer to the call, where it was begun before the delegation. */
  readonly begun?: AsyncGenerator<StreamPart>;
  /**
   * Whether calls of tools that the model made itself are handed on as they are, also those that do
   * not fit: there is no other model to take over. Inside another pattern it counts for nothing.
   * Default: false.
   */
  readonly handsOnCalls?: boolean;
  /** Whether an answer that holds nothing is one, as its server meant it so. Default: an error. */
  readonly handsOnNothing?: boolean;
  /** Content shown before the model's own, such as sources. */
  readonly before?: readonly Content[];
  /**
   * Called if the model fails before it has said anything: returns a weaker true answer, or throws.
   */
  readonly recover?: (error: TandemError) => Outcome | Promise<Outcome>;
  /**
   * Called with the text that was said, before the summary is made: adds to it, and may ask, but
   * not speak.
   */
  readonly review?: (said: string) => Partial<About> | Promise<Partial<About>>;
  /**
   * Called with the text that was said, before `review`: what is to stand after it, where it says
   * too little.
   */
  readonly complete?: (said: string) => Completion | undefined;
}

/** What stands after an answer that says too little, and what the summary tells of it. */
export interface Completion {
  readonly text: string;
  readonly about: Partial<About>;
}

/** How a pattern ends. */
export type Outcome = Settled | Delegation;

/**
 * What a pattern is. It keeps no state: what belongs to one call lives in that call's variables.
 */
export interface PatternDefinition {
  /** The paper's name, in lower case. */
  readonly name: string;
  /** Default: its name and the ids of its models. */
  readonly modelId?: string;
  /** Every model it may ask, in the order of its `modelId`. */
  readonly models: readonly LanguageModel[];
  /** The model that savings are measured against: it alone, on the whole call. */
  readonly baseline?: LanguageModel;
  /** Options that the pattern cannot honour; a call that has one gets a warning. */
  readonly ignores?: readonly (keyof Call | 'verbosity')[];
  /** Says in a few words what it judges answers by, as its models are known now. */
  readonly judgesBy?: () => string | undefined;
  /** Says before a call how many calls of which models it will take. */
  readonly foresees?: string;
  /**
   * Whether it speaks of its work with `ask.tell`, which a stream shows as reasoning before the
   * answer.
   */
  readonly hasProgress?: boolean;
  /** The algorithm. It asks models only through `ask`. */
  generate(call: Call, ask: Ask): Promise<Outcome>;
}

/**
 * Makes a model of a pattern: it drops into whatever takes an AI SDK model, and into other
 * patterns. Its answers bear a `Summary` under `providerMetadata.tandem`, and the usage of every
 * inner call.
 * @example
 * ```ts
 * const polite = definePattern({
 *   name: 'polite',
 *   models: [local],
 *   generate: async (call, ask) => settle(await ask(local, call), { reason: 'asked once' }),
 * });
 * ```
 */
export function definePattern(given: PatternDefinition): LanguageModel {
  const { name, models } = given;
  // Of a pattern the model that speaks last stands for it: it alone has a price.
  const last = given.baseline ?? models.at(-1);
  const leaf = last && (lastLeaves.of(last) ?? last);
  const definition = given.baseline && leaf ? { ...given, baseline: leaf } : given;
  const modelId = given.modelId ?? `${name}(${models.map(model => model.modelId).join(', ')})`;
  const model: LanguageModel = {
    specificationVersion: 'v4',
    provider: `tandem.${name}`,
    modelId,
    supportedUrls: joinSupportedUrls(models),
    async doGenerate(call) {
      const scope = enterScope(call, { name, modelId });
      return await currentScope.run(scope, () => answerTo({ definition, scope, call }));
    },
    async doStream(call) {
      const scope = enterScope(call, { name, modelId });
      // Begun with the first read, it runs in the context of this call, not in that of whoever
      // reads the stream.
      const answer = (show: Show) => answerTo({ definition, scope, call }, show);
      return patternStream(scope, currentScope.run(scope, AsyncLocalStorage.bind, answer));
    },
  };
  brandComposite(model);
  if (leaf) lastLeaves.note(model, leaf);
  if (definition.judgesBy) judges.note(model, definition.judgesBy);
  if (definition.foresees) foreseen.note(model, definition.foresees);
  return model;
}

/**
 * Tells how many calls a pattern will take; `undefined` of one that does not say.
 * @example
 * ```ts
 * console.log(foreseenBy(support));
 * ```
 */
export function foreseenBy(model: LanguageModel): string | undefined {
  return foreseen.of(model);
}

/**
 * Tells what a pattern judges answers by, as its models are known now; `undefined` of one that
 * judges nothing.
 * @example
 * ```ts
 * console.log(judgedBy(support));
 * ```
 */
export function judgedBy(model: LanguageModel): string | undefined {
  return judges.of(model)?.();
}

// The whole answer, in both modes; with `show`, its parts are shown on the way.
async function answerTo(pattern: PatternCall, show?: Show): Promise<Answer> {
  const { definition, scope, call } = pattern;
  try {
    const ask = askIn(scope);
    const stage = show && openStage(pattern, show);
    const { signal } = scope.controller;
    let outcome = await notHanging(definition.generate(call, ask), signal);
    for (;;) {
      const said =
        outcome.kind === 'settled'
          ? outcome.answer
          : await notHanging(handedOff(scope, outcome, stage), signal);
      if ('kind' in said) outcome = said;
      else {
        const final =
          outcome.kind === 'delegate' && (outcome.review || outcome.complete)
            ? await reviewed(outcome, said, stage)
            : { outcome, said };
        await settleScope(scope);
        const answer = seal(pattern, final.outcome, final.said);
        await stage?.end(answer);
        return answer;
      }
    }
  } catch (error) {
    throw asTyped(pattern, error);
  } finally {
    if (scope.endings.length > 0) await settleScope(scope);
  }
}

// Lets a delegation look at what was said.
async function reviewed(outcome: Delegation, said: Answer, stage: Stage | undefined) {
  const added = outcome.complete?.(textOf(said));
  if (added) await stage?.add(added.text);
  const whole: Answer = added
    ? { ...said, content: [...said.content, { type: 'text', text: added.text }] }
    : said;
  const about = {
    ...outcome.about,
    ...added?.about,
    ...(await outcome.review?.(textOf(whole))),
  };
  return { outcome: { ...outcome, about }, said: whole };
}

// The answer of the model that was handed to, or the outcome that takes its place.
async function handedOff(
  scope: Scope,
  outcome: Delegation,
  stage: Stage | undefined,
): Promise<Answer | Outcome> {
  const { model, call, before = [], recover } = outcome;
  if (scope.run.preview && (await leavesNothing(scope, outcome))) return unasked();
  try {
    if (scope.run.onEvent || scope.run.approve) await toldAndApproved(scope, outcome);
    const { name = 'answer', release = false, handsOnCalls = false } = outcome;
    const as = { name, release };
    const show = stage?.speech(model.modelId, before);
    // Inside another pattern there is one that may take over, or has to know.
    const question = { model, call, as, handsOnCalls: handsOnCalls && !isInner(scope) };
    const answer = outcome.begun
      ? await collectParts(outcome.begun, show)
      : await (call.tools?.length ? askForCalls : askModel)(scope, question, show);
    if (recover && isEmpty(answer) && mustSpeak(answer, outcome)) throw nothingSaid(model.modelId);
    return { ...answer, content: [...before, ...answer.content] };
  } catch (error) {
    if (stage?.hasSpoken || !recover || !TandemError.isInstance(error)) throw error;
    return recover(error);
  }
}

async function toldAndApproved(scope: Scope, { model, about }: Delegation): Promise<void> {
  const { onEvent } = scope.run;
  const said = { model: model.modelId, place: placeOf(model) };
  const why = { pattern: scope.name, reason: about.reason };
  await approved(scope, { type: 'delegation', ...why, ...said });
  if (onEvent) tellEvent(onEvent, scope, { type: 'delegated', ...said });
}

// In a preview the last word of a model on this device changes nothing any more.
async function leavesNothing(scope: Scope, { model, begun }: Delegation): Promise<boolean> {
  if (isInner(scope) || begun || isComposite(model)) return false;
  return (await placeNow(model)) === 'device';
}

// Whether another pattern asks.
function isInner({ parent, run }: Scope): boolean {
  return parent !== undefined && parent.span !== run.root;
}

function unasked(): Answer {
  return textAnswer('A dry run: nothing would leave, so the model on this device was not asked.');
}

/**
 * Ends a pattern with a finished answer.
 * @example
 * ```ts
 * const constant = definePattern({
 *   name: 'constant',
 *   models: [],
 *   generate: async () => settle(textAnswer('42'), { reason: 'known' }),
 * });
 * ```
 */
export function settle(answer: Answer, about: About): Settled {
  return { kind: 'settled', answer, about };
}

/**
 * Ends a pattern by letting one model answer; nothing was shown before, no other model speaks after
 * it has begun.
 * @example
 * ```ts
 * const first = definePattern({
 *   name: 'first',
 *   models: [cloud],
 *   generate: async call => delegate(cloud, call, { about: { reason: 'always' } }),
 * });
 * ```
 */
export function delegate(
  model: LanguageModel,
  call: Call,
  options: Omit<Delegation, 'kind' | 'model' | 'call'>,
): Delegation {
  return { kind: 'delegate', model, call, ...options };
}

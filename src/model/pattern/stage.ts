import { finishOf, replay, withLateWarnings } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { partsShownBy, type Show } from '../leaf/shown-parts.ts';
import type { Scope } from '../run/scope.ts';
import type { Answer, Content, StreamPart, StreamResult, Warning } from '../types.ts';
import { type PatternCall, stamp, warningsOf } from './pattern-seal.ts';

/**
 * Where a streamed pattern shows itself: first its progress, if it tells of any, then its answer.
 */
export interface Stage {
  /** Whether the answer has begun: from then on no other model may speak. */
  readonly hasSpoken: boolean;
  /** Shows the parts of the model that was handed to, after the content `before` them. */
  speech(modelId: string, before: readonly Content[]): Show;
  /** Shows a text after what a model said, if it was shown. */
  add(text: string): Promise<void>;
  /** Shows the end of the sealed answer, and all of it where nothing was said. */
  end(answer: Answer): Promise<void>;
}

/**
 * Opens the stage of a pattern. Until something is shown, a failure leaves no trace in the stream.
 */
export function openStage(pattern: PatternCall, show: Show): Stage {
  let announced: Warning[] | undefined;
  let hasSpoken = false;
  const open = async (given: readonly Warning[]) => {
    if (announced) return;
    announced = [...warningsOf(pattern), ...given];
    await show({ type: 'stream-start', warnings: announced });
  };
  const told = pattern.definition.hasProgress ? tellOf(pattern, { open, show }) : undefined;
  const begin = async (first: StreamPart, before: readonly Content[]) => {
    hasSpoken = true;
    await told?.();
    await open(first.type === 'stream-start' ? first.warnings : []);
    for (const shown of before) await show(shown as StreamPart);
  };
  return {
    get hasSpoken() {
      return hasSpoken;
    },
    speech(modelId, before) {
      // Until something is said, another may still answer.
      const held: StreamPart[] = [];
      return async part => {
        held.push(part);
        if (!hasSpoken) {
          const isBlank = part.type === 'text-delta' && part.delta.trim() === '';
          if (isBlank || nothingYet.has(part.type)) return;
          await begin(held[0]!, before);
        }
        for (const each of held.splice(0)) await shown(each, { modelId, show });
      };
    },
    async add(delta) {
      if (!hasSpoken) return;
      for (const part of textParts(delta)) await show(part);
    },
    async end(answer) {
      await told?.();
      // Of an answer of which nothing was shown, whoever reads the parts makes a stream.
      if (!announced) return;
      if (!hasSpoken) for (const part of replay(answer)) if (isBetween(part)) await show(part);
      const late = answer.warnings.length > 0 ? missingIn(announced, answer.warnings) : [];
      await show(late.length > 0 ? withLateWarnings(finishOf(answer), late) : finishOf(answer));
    },
  };
}

/**
 * Shows what the pattern tells of its work as reasoning, which is no part of the answer's text, so
 * that nothing is said before the commit point. The returned function waits until all has been
 * shown, and hears no more.
 */
function tellOf(
  { scope }: PatternCall,
  {
    open,
    show,
  }: { readonly open: (given: readonly Warning[]) => Promise<void>; readonly show: Show },
): () => Promise<void> {
  let block = 0;
  const tell = async (text: string) => {
    await open([]);
    const id = `progress of ${scope.span.modelId} ${++block}`;
    await show({ type: 'reasoning-start', id });
    await show({ type: 'reasoning-delta', id, delta: `${text}\n` });
    await show({ type: 'reasoning-end', id });
  };
  let told = Promise.resolve();
  scope.onTold = text => {
    told = told.then(() => tell(text));
    // A reader that has gone away is seen where the end is waited for.
    told.catch(() => {});
  };
  return () => {
    scope.onTold = undefined;
    return told;
  };
}

// What opens or closes a block says nothing.
const nothingYet: ReadonlySet<string> = new Set([
  ...['stream-start', 'response-metadata', 'raw', 'ping', 'error', 'finish'],
  ...['text-start', 'text-end', 'reasoning-start', 'reasoning-end'],
  ...['tool-input-start', 'tool-input-end'],
]);

async function shown(
  part: StreamPart,
  { modelId, show }: { readonly modelId: string; readonly show: Show },
): Promise<void> {
  if (part.type === 'stream-start' || part.type === 'finish') return;
  // Who makes a call is known from its first piece on.
  const isCall = part.type === 'tool-call' || part.type === 'tool-input-start';
  await show(isCall ? stamp(part, modelId) : part);
}

function textParts(delta: string): StreamPart[] {
  const id = 'added';
  return [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta },
    { type: 'text-end', id },
  ];
}

function missingIn(announced: readonly Warning[], warnings: readonly Warning[]): Warning[] {
  const known = new Set(announced.map(warning => JSON.stringify(warning)));
  return warnings.filter(warning => !known.has(JSON.stringify(warning)));
}

// The stage has opened the stream, and ends it when the answer is sealed.
function isBetween({ type }: StreamPart): boolean {
  return type !== 'stream-start' && type !== 'finish';
}

/**
 * Streams a pattern: what its answer shows on the way is read part by part. A failure errors the
 * stream and is never an `error` part, on which the SDK would begin the whole pattern again.
 */
export function patternStream(scope: Scope, answer: (show: Show) => Promise<Answer>): StreamResult {
  const parts = partsShownBy(answer);
  const stop = async (reason: unknown) => {
    // The abort comes first: `return` alone would queue behind a read that hangs.
    scope.controller.abort(reason ?? new DOMException('The stream was cancelled.', 'AbortError'));
    await parts.return(undefined).catch(() => {});
  };
  let idle: NodeJS.Timeout | undefined;
  const stream = new ReadableStream<StreamPart>({
    async pull(controller) {
      clearTimeout(idle);
      try {
        const { done, value } = await parts.next();
        if (done) return controller.close();
        controller.enqueue(value);
        idle = setTimeout(() => {
          const error = unread(scope.run.idleMs);
          controller.error(error);
          void stop(error);
        }, scope.run.idleMs).unref();
      } catch (error) {
        controller.error(error);
      }
    },
    cancel(reason) {
      clearTimeout(idle);
      return stop(reason);
    },
  });
  return { stream };
}

// A reader that stops half-way never says so; its slot, its timer and its run must end all the
// same.
function unread(idleMs: number): TandemError {
  const message =
    `Nobody read the stream for ${idleMs} ms. Read it to its end or cancel it, or ` +
    'raise `idleMs`.';
  return new TandemError('deadline_exceeded', message);
}

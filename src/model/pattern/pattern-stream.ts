import { replay } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { settleScope } from '../run/scope-life.ts';
import type { StreamPart, StreamResult } from '../types.ts';
import { type Ask, askIn } from './ask.ts';
import { withLateWarnings } from './late-warnings.ts';
import { type HandOff, type Outcome, reviewed, type Settled } from './outcome.ts';
import {
  asTyped,
  closing,
  mustSpeak,
  nothingSaid,
  type PatternCall,
  seal,
  stamp,
  unheardWishes,
  warningsOf,
} from './pattern-seal.ts';
import { openProgress } from './progress.ts';

/**
 * Streams a pattern: a finished answer is replayed, a hand-off streams live. A failure errors the stream and is
 * never an `error` part, on which the SDK would begin the whole pattern again.
 */
export function patternStream(pattern: PatternCall, inScope: <T>(work: () => T) => T): StreamResult {
  const parts = inScope(() => partsOf(pattern));
  const stop = async (reason: unknown) => {
    // The abort comes first: `return` alone would queue behind a read that hangs.
    pattern.scope.controller.abort(reason ?? new DOMException('The stream was cancelled.', 'AbortError'));
    await inScope(() => parts.return(undefined)).catch(() => {});
  };
  let idle: NodeJS.Timeout | undefined;
  const stream = new ReadableStream<StreamPart>({
    async pull(controller) {
      clearTimeout(idle);
      try {
        const { done, value } = await inScope(() => parts.next());
        if (done) return controller.close();
        controller.enqueue(value);
        idle = setTimeout(() => {
          const error = unread(pattern);
          controller.error(error);
          void stop(error);
        }, pattern.scope.run.idleMs).unref();
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

async function* partsOf(pattern: PatternCall): AsyncGenerator<StreamPart> {
  const { definition, scope, call } = pattern;
  try {
    const ask = askIn(scope);
    const progress = definition.hasProgress ? openProgress(scope) : undefined;
    let pending = definition.generate(call, ask);
    for (;;) {
      if (progress) yield* progress.until(pending, () => warningsOf(pattern));
      const outcome = await pending;
      const speech = await speechOf(pattern, outcome, ask);
      if (!('kind' in speech)) return yield* progress?.hasBegun() ? afterStart(speech) : speech;
      pending = Promise.resolve(speech);
    }
  } catch (error) {
    throw asTyped(pattern, error);
  } finally {
    await settleScope(scope);
  }
}

// The parts of an outcome, or the outcome that takes its place.
async function speechOf(
  pattern: PatternCall,
  outcome: Outcome,
  ask: Ask,
): Promise<AsyncIterable<StreamPart> | Outcome> {
  if (outcome.kind === 'settled') return settled(pattern, outcome);
  const begun = await begin(outcome, ask);
  return 'kind' in begun ? begun : relay(pattern, outcome, begun);
}

async function* settled(pattern: PatternCall, outcome: Settled): AsyncGenerator<StreamPart> {
  await settleScope(pattern.scope);
  yield* replay(seal(pattern, outcome, outcome.answer));
}

// The progress has opened the stream already.
async function* afterStart(parts: AsyncIterable<StreamPart>): AsyncGenerator<StreamPart> {
  for await (const part of parts) if (part.type !== 'stream-start') yield part;
}

interface Begun {
  readonly first: StreamPart;
  readonly rest: AsyncGenerator<StreamPart>;
}

// Until its first part has come, the model may still be replaced.
async function begin(outcome: HandOff, ask: Ask): Promise<Begun | Outcome> {
  try {
    const as = { name: outcome.name ?? 'answer', release: outcome.release ?? false };
    const rest = outcome.begun ?? ask.stream(outcome.model, outcome.call, as);
    const first = await rest.next();
    if (first.done) throw nothingSaid(outcome.model.modelId);
    return { first: first.value, rest };
  } catch (error) {
    if (!outcome.recover || !TandemError.isInstance(error)) throw error;
    return outcome.recover(error);
  }
}

async function* relay(pattern: PatternCall, outcome: HandOff, begun: Begun): AsyncGenerator<StreamPart> {
  const speaker = outcome.model.modelId;
  const given = begun.first.type === 'stream-start' ? begun.first.warnings : [];
  yield { type: 'stream-start', warnings: [...warningsOf(pattern), ...given] };
  for (const part of outcome.before ?? []) yield part as StreamPart;
  const said = { type: 'text' as const, text: '', isSilent: true };
  for await (const part of prepend(begun)) {
    if (part.type === 'finish') return yield await finished(pattern, { outcome, begun, said, part });
    if (part.type === 'text-delta') said.text += part.delta;
    said.isSilent &&= !isSpeech(part);
    if (part.type !== 'stream-start') yield beginsOrIsCall(part) ? stamp(part, speaker) : part;
  }
}

// Who makes a call is known from its first piece on.
function beginsOrIsCall(part: StreamPart) {
  return part.type === 'tool-call' || part.type === 'tool-input-start';
}

async function finished(
  pattern: PatternCall,
  end: {
    readonly outcome: HandOff;
    readonly begun: Begun;
    readonly said: { readonly type: 'text'; readonly text: string; readonly isSilent: boolean };
    readonly part: Extract<StreamPart, { type: 'finish' }>;
  },
): Promise<StreamPart> {
  const { outcome, begun, said, part } = end;
  if (said.isSilent && mustSpeak(part.finishReason)) throw nothingSaid(outcome.model.modelId);
  const final = await reviewed(outcome, said.text);
  // The leg is closed first: settling aborts whatever still runs.
  await begun.rest.return(undefined);
  await settleScope(pattern.scope);
  const ended = { ...part, ...closing(pattern, final, { ...part, content: [said] }) };
  return withLateWarnings(ended, unheardWishes(pattern, final, { ...ended, content: [said] }));
}

async function* prepend({ first, rest }: Begun): AsyncGenerator<StreamPart> {
  yield first;
  yield* rest;
}

function isSpeech(part: StreamPart): boolean {
  if (part.type === 'text-delta' || part.type === 'reasoning-delta') return part.delta !== '';
  return part.type === 'tool-call' || part.type === 'file';
}

// A reader that stops half-way never says so; its slot, its timer and its run must end all the same.
function unread({ scope }: PatternCall): TandemError {
  return new TandemError(
    'deadline_exceeded',
    `Nobody read the stream for ${scope.run.idleMs} ms. Read it to its end or cancel it, or raise \`idleMs\`.`,
  );
}

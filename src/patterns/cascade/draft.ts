import type { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { mayFallBack } from '../../model/pattern/degrade.ts';
import { userText } from '../../model/question.ts';
import type { Call, LanguageModel, StreamPart } from '../../model/types.ts';
import { mayShowEarly, type Prefix, type Prefixed, readPrefix } from './prefix.ts';

/** What came of asking for a draft. */
export type Drafted =
  | Prefixed
  /** The cloud, asked when the draft was late, spoke first. */
  | { readonly kind: 'hedged' }
  | { readonly kind: 'lost'; readonly failure: TandemError };

/** A draft, and the cloud's answer where it was asked for because the draft was late. */
export interface RacedDraft {
  readonly drafted: Drafted;
  readonly hedge?: Hedge;
}

/** An answer of the cloud under way. */
export interface Hedge {
  readonly parts: AsyncGenerator<StreamPart>;
  /** Gives it up, where the draft is taken after all. */
  drop(): Promise<void>;
}

/** Who drafts, and how it is hurried. */
export interface Drafting {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly prefix: Prefix | undefined;
  readonly hedgeAfterMs: number | undefined;
}

/** Asks for a draft. `call` is the caller's, `asked` the same with what the gate needs. */
export async function draftOf(
  ask: Ask,
  drafting: Drafting,
  calls: { call: Call; asked: Call },
): Promise<RacedDraft> {
  const { local, prefix, hedgeAfterMs } = drafting;
  const draft: Promise<Drafted> =
    prefix && mayShowEarly(calls.call)
      ? readPrefix(ask.stream(local, calls.asked, { name: 'draft' }), prefix, userText(calls.call))
      : ask(local, calls.asked, { name: 'draft' }).then(answer => ({ kind: 'whole', answer }));
  const drafted = draft.catch(lost);
  return hedgeAfterMs === undefined
    ? { drafted: await drafted }
    : hedged(ask, drafting, { call: calls.call, drafted });
}

// A local model that fails is a lost place, not the end; a budget or a deadline is.
function lost(error: unknown): Drafted {
  if (!mayFallBack(error)) throw error;
  return { kind: 'lost', failure: error };
}

// The race is decided by what the journal keeps: a cloud that won left no finished draft, so that
// it wins again.
async function hedged(
  ask: Ask,
  { cloud, hedgeAfterMs = 0 }: Drafting,
  { call, drafted }: { readonly call: Call; readonly drafted: Promise<Drafted> },
): Promise<RacedDraft> {
  const timer = pause(hedgeAfterMs, ask.signal);
  const inTime = await Promise.race([drafted, timer.over]);
  timer.stop();
  if (inTime) return { drafted: inTime };
  const answer = ask.stream(cloud, call, { name: 'answer' });
  const first = answer.next();
  let state: 'silent' | 'speaking' | 'failed' = 'silent';
  const spoke = first.then(
    () => {
      state = 'speaking';
      return { kind: 'hedged' as const };
    },
    // A cloud that fails leaves the draft, which may still come.
    () => {
      state = 'failed';
      return drafted;
    },
  );
  const winner = await Promise.race([drafted, spoke]);
  if (hasFailed(state)) return { drafted: winner };
  const drop = async () => {
    // One that is still silent is aborted, and waited for, when the pattern settles.
    if (state === 'speaking') await answer.return(undefined);
  };
  return { drafted: winner, hedge: { parts: prepended(first, answer), drop } };
}

// Apart, since the compiler does not see that the state has changed meanwhile.
function hasFailed(state: string): boolean {
  return state === 'failed';
}

async function* prepended(
  first: Promise<IteratorResult<StreamPart, void>>,
  rest: AsyncGenerator<StreamPart>,
): AsyncGenerator<StreamPart> {
  try {
    const { done, value } = await first;
    if (done || !value) return;
    yield value;
    yield* rest;
  } finally {
    // Not waited for: a model that hangs is ended when the pattern settles.
    void rest.return(undefined).catch(() => {});
  }
}

function pause(
  milliseconds: number,
  signal: AbortSignal,
): { over: Promise<undefined>; stop(): void } {
  let stop = () => {};
  const over = new Promise<undefined>(resolve => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    stop = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  return { over, stop };
}

import type { TandemError } from '../errors.ts';
import type { About } from '../run/summary.ts';
import type { Answer, Call, Content, LanguageModel, StreamPart } from '../types.ts';

/** A finished answer with what the pattern says of it. */
export interface Settled {
  readonly kind: 'settled';
  readonly answer: Answer;
  readonly about: About;
}

/** The commit point: from here one inner model speaks, live in a stream. */
export interface HandOff {
  readonly kind: 'hand-off';
  readonly model: LanguageModel;
  readonly call: Call;
  readonly about: Omit<About, 'answeredBy'>;
  /** Role for the trace. Default: `answer`. */
  readonly name?: string;
  /** That what the call holds of labelled documents may leave. */
  readonly release?: boolean;
  /** The model's own answer to the call, where it was begun before the hand-off. */
  readonly begun?: AsyncGenerator<StreamPart>;
  /** Content shown before the model's own, such as sources. */
  readonly before?: readonly Content[];
  /** Called if the model fails before it has said anything: returns a weaker true answer, or throws. */
  readonly recover?: (error: TandemError) => Outcome | Promise<Outcome>;
  /** Called with the text that was said, before the summary is made: adds to it, and may ask, but not speak. */
  readonly review?: (said: string) => Partial<About> | Promise<Partial<About>>;
}

/** How a pattern ends. */
export type Outcome = Settled | HandOff;

/** Ends a pattern with a finished answer. */
export function settle(answer: Answer, about: About): Settled {
  return { kind: 'settled', answer, about };
}

/** Ends a pattern by letting one model answer; nothing was shown before, no other model speaks after it has begun. */
export function handOff(model: LanguageModel, call: Call, options: Omit<HandOff, 'kind' | 'model' | 'call'>): HandOff {
  return { kind: 'hand-off', model, call, ...options };
}

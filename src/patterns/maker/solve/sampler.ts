import { textOf, userCall } from '../../../model/answer.ts';
import { TandemError } from '../../../model/errors.ts';
import { asSample } from '../../../model/leaf/sibling-samples.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import type { Call, FilePart, JsonSchema, LanguageModel } from '../../../model/types.ts';
import type { RedFlag, StepPrompt } from './task.ts';

/** What is asked for one vote. */
export interface VoteRequest<State = unknown> {
  readonly prompt: StepPrompt;
  readonly state: State;
  /** Step of the task, from 0. */
  readonly step: number;
  /** Sample of the step, from 0. */
  readonly vote: number;
  /** Differs for every vote of a run, and is the same when it is drawn again. */
  readonly seed: number;
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly signal: AbortSignal;
}

/**
 * Draws one answer: a plain function instead of a model, for programs, simulations and engines of
 * one's own.
 */
export type Sampler<State = unknown> = (request: VoteRequest<State>) => Drawn | Promise<Drawn>;

/** An answer, or why there is none that counts. */
export type Drawn = string | RedFlag;

/** Who votes: a model, or a function. */
export type Solver<State = unknown> = LanguageModel | Sampler<State>;

/** Makes a sampler of a solver; a model is asked through `ask`. */
export function samplerOf<State>(
  solver: Solver<State>,
  {
    ask,
    files = [],
    named,
  }: { ask: Ask; files?: readonly FilePart[]; named?: (request: VoteRequest) => string },
): Sampler<State> {
  if (typeof solver === 'function') return solver;
  return async request => {
    try {
      const as = named ? { id: named(request) } : undefined;
      const answer = await ask(
        solver,
        asSample(voteCall(promptFor(solver, request), request, files)),
        as,
      );
      const text = textOf(answer);
      return answer.finishReason.unified === 'length'
        ? { redFlag: 'too long', answer: text }
        : text;
    } catch (error) {
      // An answer that cannot be used is a flagged vote; a model that cannot be reached is an
      // error.
      if (TandemError.isInstance(error) && error.code === 'bad_answer')
        return { redFlag: 'unusable' };
      throw error;
    }
  };
}

/** Names a solver. */
export function solverName(solver: Solver<never>): string {
  return typeof solver === 'function' ? solver.name || 'a function' : solver.modelId;
}

const toys = 'tandem.tiny';

function promptFor({ provider }: LanguageModel, { prompt }: VoteRequest): StepPrompt {
  return provider === toys ? (prompt.toy ?? prompt) : prompt;
}

function voteCall(prompt: StepPrompt, request: VoteRequest, files: readonly FilePart[]): Call {
  const { temperature, seed, maxOutputTokens } = request;
  const { text, system, schema, stopSequences } = prompt;
  const call = userCall(text, {
    temperature,
    maxOutputTokens: prompt.maxOutputTokens ?? maxOutputTokens,
    seed,
    ...(system !== undefined && { system }),
    ...(stopSequences && { stopSequences: [...stopSequences] }),
    ...(schema && { responseFormat: formatOf(schema) }),
  });
  return files.length === 0 ? call : withFiles(call, files);
}

function formatOf(schema: NonNullable<VoteRequest['prompt']['schema']>): Call['responseFormat'] {
  const isFree = Object.keys(schema).length === 0;
  return isFree ? { type: 'json' } : { type: 'json', schema: schema as JsonSchema };
}

function withFiles(call: Call, files: readonly FilePart[]): Call {
  const prompt = call.prompt.map(message =>
    message.role === 'user' ? { ...message, content: [...files, ...message.content] } : message,
  );
  return { ...call, prompt };
}

/**
 * Which context an Ollama is asked to run a model with. Another size than before means that it
 * loads the model again, which takes seconds and loses what it had read: so the size of a process's
 * session with a model only grows, and only for a prompt that needs more.
 */

import { failureOf } from '../../model/leaf/failure.ts';
import { measure } from '../../model/leaf/leaf-call.ts';
import type { Call } from '../../model/types.ts';
import { contextOverflow, promptTokens } from '../context-check.ts';
import type { Description } from './description.ts';
import { type OllamaTarget, runningContext } from './ollama-http.ts';

const leastContext = 4096;
// Room that is kept for an answer. What a caller allows is no need: many programs always allow
// thousands of tokens, and an answer that fills its context makes the next one larger.
const answerTokens = 1024;
// What most vision models make of a picture.
const pictureTokens = 1000;

interface Session {
  tokens: number;
  begun?: Promise<void>;
}

const sessions = new Map<string, Session>();

/** The context of a model, in tokens, call by call. */
export interface ContextChoice {
  /** Chooses the context of a call. @throws TandemError `model_failed` of `context_overflow` */
  of(call: Call): Promise<number>;
  /**
   * Asks with the chosen context, and once more with a larger one where the server says that the
   * prompt did not fit after all.
   */
  asking<T>(call: Call, ask: (contextTokens: number) => Promise<T>): Promise<T>;
  /** Notes that an answer was cut as its context was full; tells whether the next has more. */
  noteFull(contextTokens: number): Promise<boolean>;
}

interface ContextFacts {
  /** What the user set; nothing is chosen then. */
  readonly fixed: number | undefined;
  readonly describe: () => Promise<Description | undefined>;
}

/** Makes the choice of a model's context; all models of this name at this server share it. */
export function contextChoice(target: OllamaTarget, facts: ContextFacts): ContextChoice {
  const { fixed, describe } = facts;
  const session = sessionOf(target);
  // A short call is not worth the question how much a model can read.
  const within = async (wanted: number) =>
    wanted <= leastContext ? wanted : Math.min(wanted, (await describe())?.trainedTokens ?? wanted);
  const choose = async (call: Call) => {
    if (fixed !== undefined) return fixed;
    // Before anything is waited for: calls of one moment then agree.
    grow(session, likelyTokens(call) + answerTokens);
    session.begun ??= begin(session, target);
    await session.begun;
    return within(session.tokens);
  };
  const of = async (call: Call) => {
    const contextTokens = await choose(call);
    const tokens = promptTokens(call);
    if (tokens <= contextTokens) return contextTokens;
    throw contextOverflow(`ollama:${target.model}`, { tokens, contextTokens });
  };
  const widened = async (before: number) => {
    if (fixed !== undefined) return false;
    grow(session, before + 1);
    return (await within(session.tokens)) > before;
  };
  return {
    of,
    noteFull: widened,
    async asking(call, ask) {
      const contextTokens = await of(call);
      try {
        return await ask(contextTokens);
      } catch (error) {
        if (failureOf(error) !== 'context_overflow' || !(await widened(contextTokens))) throw error;
        return ask(await of(call));
      }
    },
  };
}

function sessionOf({ endpoint, model }: OllamaTarget): Session {
  const key = `${endpoint} ${model.includes(':') ? model : `${model}:latest`}`;
  const session = sessions.get(key) ?? { tokens: leastContext };
  sessions.set(key, session);
  return session;
}

// A model that runs already is left as it runs, if that is enough.
async function begin(session: Session, target: OllamaTarget): Promise<void> {
  const running = (await runningContext(target)) ?? 0;
  if (running > session.tokens) session.tokens = running;
}

function grow(session: Session, need: number): void {
  if (need > session.tokens) session.tokens = 2 ** Math.ceil(Math.log2(need));
}

/**
 * Estimates the tokens of all that a call sends, tools and schema too, rather high than low: by the
 * script of its text, with a third more than four characters to a token would make.
 */
export function likelyTokens(call: Call): number {
  const { prompt, tools, responseFormat } = call;
  let pictures = 0;
  const text = JSON.stringify([prompt, tools ?? [], responseFormat ?? null], (_key, value) => {
    if (!isData(value)) return value as unknown;
    pictures++;
    return undefined;
  });
  const { holdsImages } = measure(prompt);
  return tokensOfText(text) + (holdsImages ? pictures * pictureTokens : 0);
}

function isData(value: unknown): boolean {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === 'data' && data !== undefined;
}

const others = /[\u0370-\u1fff\ua000-\uabff]/gu;
const ideographs = /[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/gu;

/**
 * Estimates the tokens of a text: about one for a Chinese, Japanese or Korean character, one for
 * two characters of other scripts than Latin, and one for three of the rest.
 */
function tokensOfText(text: string): number {
  const wide = text.match(ideographs)?.length ?? 0;
  const half = text.match(others)?.length ?? 0;
  return Math.ceil(wide + half / 2 + (text.length - wide - half) / 3);
}

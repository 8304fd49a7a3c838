/** How a model of an Ollama is asked: what its server says of it, its context, its thinking. */
import {
  type Abilities,
  noteAbilities,
  requireAbilities,
} from '../../model/leaf/model/abilities.ts';
import type { ToldPlace } from '../../model/leaf/model/model-record.ts';
import { isPlaceOpen, learnPlace } from '../../model/leaf/model/place.ts';
import type { Call, LanguageModel, Warning } from '../../model/types.ts';
import { requireWholePrompt } from '../context-check.ts';
import { askPlace } from '../local-servers/place-told.ts';
import type { AnyResponse } from '../post-json.ts';
import { type ContextChoice, contextChoice, likelyTokens } from './context.ts';
import { abilitiesIn, bareWarning, type Description, descriptionIn } from './description.ts';
import { type OllamaTarget, postChat, runningContext } from './ollama-http.ts';
import { type OllamaChunk, type OllamaFacts, ollamaBody, usageIn } from './ollama-wire.ts';
import { saysThinking } from './thinking.ts';

/** A request on its way. */
export interface Sent {
  readonly response: AnyResponse;
  readonly warnings: Warning[];
  readonly contextTokens: number;
}

/** Asks a server for one model. */
export interface OllamaAsker {
  send(call: Call, isStream: boolean): Promise<Sent>;
  /** What the last line of an answer shows: a cut prompt, a context that was full. */
  lateWarnings(call: Call, last: OllamaChunk, sent: Sent): Promise<Warning[]>;
  place(): Promise<ToldPlace | undefined>;
  abilities(): Promise<Abilities>;
}

type AskerSettings = OllamaFacts['set'] & { readonly contextTokens?: number };

/** Makes the asker of a model. */
export function askerAt(
  model: () => LanguageModel,
  target: OllamaTarget,
  set: AskerSettings,
): OllamaAsker {
  const description = descriptionAt(model, target);
  const unknownIfLate = () => description.learn().catch(() => undefined);
  const context = contextChoice(target, {
    fixed: set.contextTokens ?? contextIn(set),
    describe: unknownIfLate,
  });
  const bareOnce = once(() =>
    description.known()?.isBare ? bareWarning(model().modelId) : undefined,
  );
  return {
    place: description.place,
    abilities: async () => abilitiesIn((await description.learn()) ?? { isBare: false }),
    async send(call, isStream) {
      await requireAbilities(model(), call);
      if (saysThinking(call, set.think)) await unknownIfLate();
      return context.asking(call, async contextTokens => {
        const described = description.known();
        const facts = { model: target.model, isStream, contextTokens, described, set };
        const { body, warnings } = ollamaBody(call, facts);
        const response = await postChat(target, body, call);
        return { response, warnings: [...warnings, ...bareOnce()], contextTokens };
      });
    },
    async lateWarnings(call, last, { contextTokens }) {
      const cut = await requireWholePrompt(model(), call, {
        usage: usageIn(last),
        contextNow: () => runningContext(target),
        mayCountNewAlone: true,
      });
      return [...(cut ?? []), ...(await fullWarning(context, { last, call, contextTokens }))];
    },
  };
}

// Where its place is asked for, that has told the rest.
function descriptionAt(model: () => LanguageModel, target: OllamaTarget) {
  let described: Description | undefined;
  const place = () =>
    askPlace(target, {
      tell(said) {
        described = descriptionIn(said);
        noteAbilities(model(), abilitiesIn(described));
      },
    });
  return {
    known: () => described,
    place,
    async learn(): Promise<Description | undefined> {
      if (isPlaceOpen(model())) await learnPlace(model());
      else if (!described) await place();
      return described;
    },
  };
}

function once(say: () => string | undefined): () => Warning[] {
  let isSaid = false;
  return () => {
    const message = isSaid ? undefined : say();
    if (message === undefined) return [];
    isSaid = true;
    return [{ type: 'other', message }];
  };
}

function contextIn({ options }: AskerSettings): number | undefined {
  return typeof options?.num_ctx === 'number' ? options.num_ctx : undefined;
}

interface AnswerEnd {
  readonly last: OllamaChunk;
  readonly call: Call;
  readonly contextTokens: number;
}

// It stopped for length before the caller's own limit.
async function fullWarning(
  context: ContextChoice,
  { last, call, contextTokens }: AnswerEnd,
): Promise<Warning[]> {
  const { done_reason: end, eval_count: written = 0 } = last;
  if (end !== 'length' || written >= (call.maxOutputTokens ?? Number.POSITIVE_INFINITY)) return [];
  const { prompt_eval_count: read = contextTokens } = last;
  const used = Math.max(read, likelyTokens(call)) + written;
  // Room was left: a limit that stands in the model's own file.
  if (used < 0.75 * contextTokens) {
    const message =
      `The answer was cut by the model's own limit, after ${written} tokens (num_predict). ` +
      '`options: { num_predict: -1 }`, or a limit of the call, lifts it.';
    return [{ type: 'other', message }];
  }
  const next = (await context.noteFull(contextTokens))
    ? 'The next call gets a larger one; `contextTokens` sets it beforehand.'
    : 'Give the model a larger one, or ask for less.';
  const message = `The answer ended where the context of ${contextTokens} tokens was full. ${next}`;
  return [{ type: 'other', message }];
}

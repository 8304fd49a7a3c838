import { failureOf } from '../../model/leaf/failure.ts';
import { askingNoLogprobs, wantsLogprobs } from '../../model/leaf/logprobs.ts';
import { capabilitiesOf, discover } from '../../model/leaf/model/capabilities.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import type { Call, LanguageModel, Warning } from '../../model/types.ts';

/** Asks with what a server may refuse, and again without what it did refuse. */
export type AskWithFallback = <T>(call: Call, ask: (call: Call) => PromiseLike<T>) => Promise<T>;

interface Parameter {
  isIn(call: Call): boolean;
  without(call: Call): Call;
  /** Whether a refusal may be meant for it. */
  isMeant(message: string): boolean;
  readonly refused: { readonly logprobs: false } | { readonly jsonSchema: false };
}

const logprobParameter: Parameter = {
  isIn: wantsLogprobs,
  without: askingNoLogprobs,
  // Servers refuse it in many words, and nothing is lost by asking without.
  isMeant: () => true,
  refused: { logprobs: false },
};
const schemaParameter: Parameter = {
  isIn: ({ responseFormat }) =>
    responseFormat?.type === 'json' && responseFormat.schema !== undefined,
  without: schemaInPrompt,
  // A schema that is not valid is the caller's to mend.
  isMeant: message =>
    /response_format|json_schema/i.test(message) && !/invalid schema|keyword/i.test(message),
  refused: { jsonSchema: false },
};

/**
 * Makes a way to ask a model for what its server may refuse outright, log-probabilities and a JSON
 * schema: it is asked again without, which is remembered; what is known to be refused is not asked
 * for. A schema then stands in the prompt.
 */
export function fallbackFor(model: () => LanguageModel): AskWithFallback {
  return async (call, ask) => {
    const plain = withoutKnown(model(), call);
    try {
      return await ask(plain);
    } catch (error) {
      noteTools(model(), plain, error);
      return await askWithLess(model(), plain, { ask, error });
    }
  };
}

async function askWithLess<T>(
  model: LanguageModel,
  call: Call,
  { ask, error }: { readonly ask: (call: Call) => PromiseLike<T>; readonly error: unknown },
): Promise<T> {
  let less = call;
  for (const { isIn, without, isMeant, refused } of suspects(error, model)) {
    if (!isIn(less) || !isMeant(wordsOf(error))) continue;
    less = without(less);
    try {
      const answer = await ask(less);
      discover(model, refused);
      return answer;
    } catch (again) {
      if (failureOf(again) !== 'rejected') throw again;
    }
  }
  throw error;
}

// Of a cloud a schema is refused for what is in it.
function suspects(error: unknown, model: LanguageModel): readonly Parameter[] {
  if (failureOf(error) !== 'rejected') return [];
  if (placeOf(model) === 'cloud') return [logprobParameter];
  return schemaParameter.isMeant(wordsOf(error))
    ? [schemaParameter, logprobParameter]
    : [logprobParameter, schemaParameter];
}

function withoutKnown(model: LanguageModel, call: Call): Call {
  const known = capabilitiesOf(model);
  const plain = known.logprobs === false && wantsLogprobs(call) ? askingNoLogprobs(call) : call;
  return known.jsonSchema === false ? schemaInPrompt(plain) : plain;
}

/** Warns of a schema that stands in the prompt, where it only asks. */
export function schemaWarning(model: LanguageModel, call: Call): Warning[] {
  if (capabilitiesOf(model).jsonSchema !== false || !schemaParameter.isIn(call)) return [];
  const details =
    'The server takes no JSON schema: it stands in the prompt, and the answer is not bound to it.';
  return [{ type: 'unsupported', feature: 'responseFormat', details }];
}

// A server without a template for tools says so by its first refusal; whoever asked may then ask
// another.
function noteTools(model: LanguageModel, { tools }: Call, error: unknown): void {
  if (!tools?.length || failureOf(error) !== 'rejected') return;
  if (/tool.{0,40}(not support|require|disabled)|not support.{0,20}tool/i.test(wordsOf(error))) {
    discover(model, { tools: false });
  }
}

/** Puts a schema into the prompt, for servers that take none beside it. */
function schemaInPrompt(call: Call): Call {
  const { responseFormat, ...rest } = call;
  if (responseFormat?.type !== 'json' || !responseFormat.schema) return call;
  const wanted =
    'Reply with JSON alone, that fits this JSON ' +
    `Schema:\n${JSON.stringify(responseFormat.schema)}`;
  const [first, ...others] = call.prompt;
  const prompt =
    first?.role === 'system'
      ? [{ ...first, content: `${first.content}\n\n${wanted}` }, ...others]
      : [{ role: 'system' as const, content: wanted }, ...call.prompt];
  return { ...rest, prompt };
}

function wordsOf(error: unknown): string {
  const { message = '', responseBody = '' } = error as { message?: string; responseBody?: string };
  return `${message} ${responseBody}`;
}

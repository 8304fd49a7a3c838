/** OpenAI's chat completions: what a call's provider options put into the body. */
import type { Call, Warning } from '../../model/types.ts';
import { foreignOptions, optionsUnder } from '../provider-options.ts';
import type { ChatFacts } from './chat-body.ts';
import type { Wire } from './wire-values.ts';

/** How the SDK's providers spell what has another name on the wire. */
const wireNames: Readonly<Record<string, string>> = {
  reasoningEffort: 'reasoning_effort',
  textVerbosity: 'verbosity',
  serviceTier: 'service_tier',
  parallelToolCalls: 'parallel_tool_calls',
  logitBias: 'logit_bias',
  maxCompletionTokens: 'max_completion_tokens',
  promptCacheKey: 'prompt_cache_key',
  promptCacheRetention: 'prompt_cache_retention',
  safetyIdentifier: 'safety_identifier',
  topLogprobs: 'top_logprobs',
};
/** What is said to the SDK's client and not to the server, and has no meaning here. */
const withoutMeaning = ['structuredOutputs', 'systemMessageMode', 'forceReasoning'];

/** What the options of a call come to. */
export interface ChatOptions {
  /** Goes into the body beside what the call itself says. */
  readonly fields: Wire;
  /** Whether a schema is demanded to the letter; absent where nothing is said. */
  readonly strictJsonSchema: unknown;
}

/** The names under which options are read, the last of which wins. */
export function namesIn({ optionNames = [], optionsKey }: ChatFacts): readonly string[] {
  return [...optionNames, optionsKey];
}

/** Reads the options of a call, and warns of those that cannot be handed on. */
export function chatOptions(call: Call, facts: ChatFacts, warnings: Warning[]): ChatOptions {
  const { strictJsonSchema, ...options } = optionsUnder(namesIn(facts), call.providerOptions);
  warnings.push(...foreignOptions(call, facts.optionNames ?? []));
  const fields: Wire = {};
  for (const [name, value] of Object.entries(options)) {
    if (!withoutMeaning.includes(name)) fields[wireNames[name] ?? name] = value;
    else
      warnings.push({
        type: 'unsupported',
        feature: `providerOptions: ${name}`,
        details: 'It has no meaning here.',
      });
  }
  // The SDK's provider of OpenAI takes a count in this place.
  if (typeof fields.logprobs === 'number' && facts.logprobs !== 'count') {
    fields.top_logprobs = fields.logprobs;
    fields.logprobs = true;
  }
  const { reasoning } = call;
  const effort =
    fields.reasoning_effort ?? (reasoning === 'provider-default' ? undefined : reasoning);
  if (effort !== undefined && fields.reasoning_effort !== null) fields.reasoning_effort = effort;
  if (facts.thinking === 'template') thinkByTemplate(fields);
  return { fields, strictJsonSchema };
}

// These servers leave it to the template whether a model thinks, and some refuse the effort `none`.
function thinkByTemplate(fields: Wire): void {
  const { reasoning_effort: effort } = fields;
  if (effort === undefined || effort === null) return;
  const kwargs = fields.chat_template_kwargs as Wire | undefined;
  fields.chat_template_kwargs = { enable_thinking: effort !== 'none', ...kwargs };
  if (effort === 'none') delete fields.reasoning_effort;
}

import type { Call, Warning } from '../../../model/types.ts';
import type { Wire } from '../wire-values.ts';
import { leafOptionsOf } from './asking-less.ts';

// Each is the other's name in some servers.
const otherName: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
};
// They shape no answer: nothing is lost with them.
const harmless = new Set(['stream_options', 'store', 'user', 'metadata']);
// By what a caller calls it.
const callNames: Readonly<Record<string, string>> = {
  top_p: 'topP',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  stop: 'stopSequences',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  reasoning_effort: 'reasoning',
  response_format: 'responseFormat',
};
const schemaDetails =
  'The server takes no such JSON schema: it stands in the prompt, and the answer is not bound ' +
  'to it.';

/** Takes off a body what the server is known to refuse, and says what is lost by that. */
export function withoutRefused(body: Wire, call: Call, warnings: Warning[]): Wire {
  const {
    without = [],
    isSchemaInPrompt,
    parallelToolCalls,
    verbosity,
    fields,
  } = leafOptionsOf(call);
  if (isSchemaInPrompt) {
    warnings.push({ type: 'unsupported', feature: 'responseFormat', details: schemaDetails });
  }
  const sent = { ...body };
  if (parallelToolCalls !== undefined && sent.tools !== undefined)
    sent.parallel_tool_calls ??= parallelToolCalls;
  if (verbosity !== undefined) sent.verbosity ??= verbosity;
  Object.assign(sent, fields);
  for (const field of without) {
    if (sent[field] === undefined) continue;
    const other = otherName[field];
    if (other !== undefined && !without.includes(other)) sent[other] = sent[field];
    else if (!harmless.has(field)) {
      const details = 'The server refuses it: it was left out.';
      warnings.push({ type: 'unsupported', feature: callNames[field] ?? field, details });
    }
    delete sent[field];
  }
  return sent;
}

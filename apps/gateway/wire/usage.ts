import type { Usage } from '../../../src/index.ts';

/**
 * Token counts as chat completions give them: of every leaf, discarded drafts and votes included.
 */
export function chatUsage(usage: Usage): object {
  const { input, output, cached, reasoning } = totals(usage);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

/** Token counts as responses give them. */
export function responseUsage(usage: Usage): object {
  const { input, output, cached, reasoning } = totals(usage);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** Adds usages; what is unknown counts as nothing. */
export function sumUsage(usages: readonly Usage[]): Usage {
  const all = usages.map(totals);
  const sum = (key: keyof ReturnType<typeof totals>) =>
    all.reduce((total, each) => total + each[key], 0);
  const [input, output, cached, reasoning] = [
    sum('input'),
    sum('output'),
    sum('cached'),
    sum('reasoning'),
  ];
  return {
    inputTokens: { total: input, noCache: input - cached, cacheRead: cached, cacheWrite: 0 },
    outputTokens: { total: output, text: output - reasoning, reasoning },
  };
}

function totals({ inputTokens, outputTokens }: Usage) {
  return {
    input: inputTokens.total ?? 0,
    output: outputTokens.total ?? 0,
    cached: inputTokens.cacheRead ?? 0,
    reasoning: outputTokens.reasoning ?? 0,
  };
}

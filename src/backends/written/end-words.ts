import type { FinishReason } from '../../model/types.ts';

const endByWord: Readonly<Record<string, FinishReason['unified']>> = {
  '': 'stop',
  stop: 'stop',
  stopped: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  complete: 'stop',
  completed: 'stop',
  done: 'stop',
  end: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  max_length: 'length',
  content_filter: 'content-filter',
  safety: 'content-filter',
  refusal: 'content-filter',
  tool_calls: 'tool-calls',
  tool_call: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
};

/** What a server's word for the end of a whole answer means; an answer without one has ended. */
export function endOf(raw: string | null | undefined): FinishReason['unified'] {
  return endByWord[raw ?? ''] ?? endInOtherWords(String(raw ?? ''));
}

// `MAX_TOKENS`, `FinishReasonMaxTokens`, `content-filter`, `model_context_window_exceeded`.
function endInOtherWords(raw: string): FinishReason['unified'] {
  const word = raw
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]/g, '_');
  if (Object.hasOwn(endByWord, word)) return endByWord[word]!;
  if (brokenOff.test(word)) return 'error';
  if (/length|max_\w{0,20}tokens|limit|context_window|truncat/.test(word)) return 'length';
  return /filter|safety|prohibited|block|recitation|sensitive|guardrail|policy/.test(word)
    ? 'content-filter'
    : 'other';
}

// Of a server that gave up: what came before is a part of an answer, and asking again may help.
const brokenOff = new RegExp(
  'error|abort|cancel|fail|interrupt|insufficient|overload|unavailable|timed?_?out|rate_limit' +
    '|malformed|unexpected_tool',
);

/** The end of an answer, as what came with it says: with calls or without. */
export function endWith(
  unified: FinishReason['unified'],
  hasCalls: boolean,
): FinishReason['unified'] {
  if (hasCalls) return unified === 'stop' || unified === 'other' ? 'tool-calls' : unified;
  return unified === 'tool-calls' ? 'stop' : unified;
}

import type { Wishes } from '../../../../src/entries/backends.ts';
import { soundWish } from '../pictures.ts';

type Fields = Readonly<Record<string, unknown>>;

// What servers of local models, and some clouds, take beside OpenAI's: how tokens are drawn, and
// how much is thought. None of it holds content.
const handed = new RegExp(
  '^(?:top_[ka]|min_p|typical_p|mirostat|logit_bias|repeat_(?:penalty|last_n)' +
    '|repetition_penalty|cache_prompt|chat_template_kwargs|(?:enable_)?thinking|think' +
    '|thinking_budget|(?:include_|separate_)?reasoning|reasoning_(?:format|split))$',
);
const known = new RegExp(
  '^(?:\\d{1,9}|type|effort|enabled?|exclude|budget_tokens|max(?:_tokens)?' +
    '|(?:enable_|preserve_|clear_|include_)?(?:thinking|thoughts|reasoning)(?:_budget|_effort)?' +
    '|auto|none|o(?:n|ff)|low|medium|x?high|minimal|disabled|adaptive|default|parsed|raw|hidden)$',
);

/** What a model that is asked by its own name is told as the client wrote it. */
export function fieldWishes(body: Fields): Wishes {
  const fields: Record<string, unknown> = { ...soundWish(body) };
  for (const name in body)
    if (handed.test(name) && isSetting(body[name])) fields[name] = body[name];
  return Object.keys(fields).length === 0
    ? {}
    : { fields: fields as NonNullable<Wishes['fields']> };
}

// Numbers, booleans and words that are known: nothing that could be somebody's.
function isSetting(value: unknown, depth = 0): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value === 'string') return known.test(value);
  if (typeof value !== 'object' || value === null || depth > 1) return false;
  const entries = Object.entries(value);
  const isKnown = entries.every(([name, each]) => known.test(name) && isSetting(each, depth + 1));
  return entries.length > 0 && entries.length <= 1024 && isKnown;
}

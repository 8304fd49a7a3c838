/** What routes answer, as schemas: the OpenAPI document says them, and tests hold to them. */
import * as z from 'zod';

const count = z.number().int().min(0);
const text = z.string();
const nullable = text.nullable();
const anything = z.record(text, z.unknown());
/** What Tandem says of an answer. */
const tandem = z.looseObject({ runId: text });

const logprob = z.looseObject({ token: text, logprob: z.number() });
const logprobs = z.object({ content: z.array(logprob), refusal: z.null() }).nullable();
const toolCall = z.looseObject({
  id: text,
  type: z.enum(['function', 'custom']),
  function: z.object({ name: text, arguments: text }).optional(),
  custom: z.object({ name: text, input: text }).optional(),
});

export const completion = z.object({
  id: text,
  object: z.literal('chat.completion'),
  created: count,
  model: text,
  system_fingerprint: text,
  choices: z.array(
    z.object({
      index: count,
      message: z.object({
        role: z.literal('assistant'),
        content: nullable,
        refusal: nullable,
        reasoning_content: text.optional(),
        tool_calls: z.array(toolCall).optional(),
        function_call: z.object({ name: text, arguments: text }).optional(),
      }),
      logprobs,
      finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']),
    }),
  ),
  usage: z.object({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }),
    completion_tokens_details: z.object({ reasoning_tokens: count }),
  }),
  tandem,
});

export const textCompletion = z.object({
  id: text,
  object: z.literal('text_completion'),
  created: count,
  model: text,
  choices: z.array(
    z.object({
      index: count,
      text,
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length', 'content_filter']),
    }),
  ),
  usage: completion.shape.usage,
  tandem,
});

const bounded = z
  .object({
    value: z.number(),
    /** 95 %, two-sided. */
    low: z.number(),
    high: z.number(),
  })
  .nullable();

export const observed = z.object({
  /** The pattern that was observed. */
  model: text,
  /** ISO time of the first request. */
  since: nullable,
  /** Requests that were worked out, left out since too many came, and that failed. */
  observed: count,
  leftOut: count,
  failed: count,
  /** Share that would have been answered on this device. */
  local: bounded,
  /** What these requests cost as they were answered; those without a price are counted apart. */
  paidUsd: z.number(),
  unpriced: count,
  /** What of it the pattern would not have spent. */
  savedUsd: z.number(),
  savedShare: bounded,
  /** Short answers that would have stayed, compared with those that were given. */
  compared: count,
  same: count,
  /** Share of these that differ, which is what would have been risked. */
  differing: bounded,
  /** The same in sentences. */
  said: z.array(text),
});

const item = z.looseObject({ type: text, id: text });
const responseUsage = z.object({
  input_tokens: count,
  input_tokens_details: z.object({ cached_tokens: count }),
  output_tokens: count,
  output_tokens_details: z.object({ reasoning_tokens: count }),
  total_tokens: count,
});

export const response = z.object({
  id: text,
  object: z.literal('response'),
  created_at: count,
  completed_at: count.nullable(),
  status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
  background: z.boolean(),
  error: z.object({ code: text, message: text }).nullable(),
  incomplete_details: z.object({ reason: text }).nullable(),
  model: text,
  output: z.array(item),
  instructions: nullable,
  max_output_tokens: count.nullable(),
  max_tool_calls: count.nullable(),
  parallel_tool_calls: z.boolean(),
  previous_response_id: nullable,
  conversation: z.object({ id: text }).nullable(),
  reasoning: z.object({ effort: nullable, summary: nullable }),
  store: z.boolean(),
  temperature: z.number(),
  text: z.looseObject({ format: z.looseObject({ type: text }) }),
  tool_choice: z.union([text, z.looseObject({ type: text })]),
  tools: z.array(z.looseObject({ type: text })),
  top_p: z.number(),
  top_logprobs: count,
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  truncation: text,
  service_tier: text,
  safety_identifier: nullable,
  prompt_cache_key: nullable,
  metadata: anything,
  usage: responseUsage.nullable(),
  tandem: tandem.optional(),
});

export const compaction = z.object({
  id: text,
  object: z.literal('response.compaction'),
  created_at: count,
  output: z.array(item),
  usage: responseUsage,
  tandem,
});
export const inputTokens = z.object({
  object: z.literal('response.input_tokens'),
  input_tokens: count,
  tandem: z.object({ isEstimate: z.literal(true) }),
});
export const conversation = z.object({
  id: text,
  object: z.literal('conversation'),
  created_at: count,
  metadata: anything,
});
export const conversationItem = item;

/** A page of a list. */
export function listOf(schema: z.ZodType) {
  return z.object({
    object: z.literal('list'),
    data: z.array(schema),
    first_id: nullable,
    last_id: nullable,
    has_more: z.boolean(),
  });
}

export const itemList = listOf(item);
export const deleted = z.object({ id: text, object: text, deleted: z.boolean() });

/** A model or pattern that may be asked. */
export const model = z.object({
  id: text,
  object: z.literal('model'),
  created: count,
  owned_by: text,
  tandem: z.object({ kind: text, modelId: text, place: nullable.optional() }),
});
export const modelList = z.object({ object: z.literal('list'), data: z.array(model) });

export const file = z.object({
  id: text,
  object: z.literal('file'),
  bytes: count,
  created_at: count,
  expires_at: count.optional(),
  filename: text,
  purpose: text,
  status: z.enum(['processed', 'error']),
  status_details: text.optional(),
  tandem: z.object({
    mediaType: text,
    label: text.optional(),
    warnings: z.array(text).optional(),
  }),
});
export const fileList = listOf(file);

const time = count.nullable();
export const batch = z.object({
  id: text,
  object: z.literal('batch'),
  endpoint: text,
  errors: z.looseObject({ object: z.literal('list'), data: z.array(anything) }).nullable(),
  input_file_id: text,
  completion_window: text,
  status: z.enum(['in_progress', 'finalizing', 'completed', 'failed', 'cancelling', 'cancelled']),
  output_file_id: nullable,
  error_file_id: nullable,
  created_at: count,
  in_progress_at: time,
  expires_at: time,
  finalizing_at: time,
  completed_at: time,
  failed_at: time,
  expired_at: time,
  cancelling_at: time,
  cancelled_at: time,
  request_counts: z.object({ total: count, completed: count, failed: count }),
  metadata: anything.nullable(),
});
export const batchList = listOf(batch);

/** What an embedding model's server answers. */
export const embeddingList = z.looseObject({ model: text, tandem });

const problem = z.object({ message: text, type: text, param: nullable, code: text });
export const longRun = z.object({
  id: text,
  object: z.literal('run'),
  status: text,
  model: text,
  created_at: count,
  ended_at: count.nullable().optional(),
  calls: count.optional(),
  result: z.looseObject({ object: text }).nullable(),
  error: problem.nullable(),
});
export const runTrace = z.looseObject({ object: z.literal('run.trace') });
export const routeChoice = z.looseObject({
  object: z.literal('route'),
  model: text,
  decided: z.boolean(),
  reason: text,
});
export const status = z.object({ status: text });
export const index = z.object({
  object: z.literal('index'),
  name: text,
  base_url: text,
  document: text,
  routes: z.array(z.object({ method: text, path: text, summary: text })),
});
export const document = z.looseObject({ openapi: text, paths: anything });
/** What is no JSON. */
export const plainText = text;

export const feedback = z.object({
  object: z.literal('feedback'),
  run_id: text,
  rating: z.enum(['up', 'down']),
});

/**
 * What a chat completion may ask, as a schema: it is what is checked, and what the OpenAPI document
 * says.
 */
import * as z from 'zod';
import { controls } from './controls.ts';

/** The type of what is of no known kind, so that a known one with wrong fields is refused. */
export function otherThan(known: readonly { readonly shape: { readonly type: z.ZodType } }[]) {
  return z
    .string()
    .min(1)
    .refine(type => !known.some(({ shape }) => shape.type.safeParse(type).success), {
      message: 'is incomplete',
      // What is wrong within a known kind says more.
      abort: true,
    })
    .meta({ description: 'Any other kind: it is ignored and named.' });
}

const textPart = z.looseObject({
  type: z.enum(['text', 'input_text', 'output_text']),
  text: z.string(),
});
const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.union([
    z.string().min(1),
    z.looseObject({ url: z.string().min(1), detail: z.string().nullish() }),
  ]),
});
const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().min(1) }),
});
const videoPart = z.looseObject({
  type: z.literal('video_url'),
  video_url: z.looseObject({ url: z.string().min(1) }),
});
const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_id: z.string().optional(),
    file_data: z.string().optional(),
    filename: z.string().optional(),
  }),
});
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
// As clients of Mistral and of others send thoughts back.
const thinkingPart = z.looseObject({
  type: z.enum(['thinking', 'reasoning']),
  thinking: z.union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))]).nullish(),
  text: z.string().nullish(),
});
const userParts = [textPart, imagePart, audioPart, videoPart, filePart] as const;
const userPart = z.union([...userParts, z.looseObject({ type: otherThan(userParts) })]);
const saidParts = [textPart, refusalPart, thinkingPart] as const;
const saidPart = z.union([...saidParts, z.looseObject({ type: otherThan(saidParts) })]);

const texts = z.union([z.string(), z.array(textPart)]);
/** What a client sends back with a call, as it came: the signed thoughts of Gemini. */
export const extraContent = z
  .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
  .nullish();

const functionCall = z.looseObject({
  id: z.string(),
  type: z.literal('function').nullish(),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
  extra_content: extraContent,
});
const customCall = z.looseObject({
  id: z.string(),
  type: z.literal('custom'),
  custom: z.looseObject({ name: z.string().min(1), input: z.string() }),
});
const toolCall = z.union([functionCall, customCall]);

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: texts }),
  z.looseObject({ role: z.literal('developer'), content: texts }),
  z.looseObject({ role: z.literal('user'), content: z.union([z.string(), z.array(userPart)]) }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(saidPart)]).nullish(),
    tool_calls: z.array(toolCall).nullish(),
    reasoning_content: z.string().nullish(),
    reasoning: z.string().nullish(),
  }),
  z.looseObject({
    role: z.literal('tool'),
    content: z.union([z.string(), z.array(userPart)]).nullish(),
    tool_call_id: z.string(),
  }),
]);

/** A JSON Schema as a request carries it. */
export const jsonSchema = z.record(z.string(), z.unknown());
/** The name of a tool; OpenAI takes less, which its own server says. */
export const toolName = z
  .string()
  .regex(
    /^[\p{L}\p{M}\p{N}_.:/$-]{1,128}$/u,
    'must be 1 to 128 letters, digits, _, -, ., :, $ or /',
  );

export const functionTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: toolName,
    description: z.string().nullish(),
    parameters: jsonSchema.nullish(),
    strict: z.boolean().nullish(),
  }),
});

export const customTool = z.looseObject({
  type: z.literal('custom'),
  custom: z.looseObject({
    name: toolName,
    description: z.string().nullish(),
    format: z.looseObject({}).nullish(),
  }),
});

const knownTools = [functionTool, customTool] as const;

export const namedTool = z.looseObject({
  type: z.enum(['function', 'custom']),
  function: z.looseObject({ name: z.string().min(1) }).optional(),
  custom: z.looseObject({ name: z.string().min(1) }).optional(),
});
export const allowedTools = z.looseObject({
  mode: z.enum(['auto', 'required']),
  tools: z.array(namedTool),
});

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  namedTool,
  z.looseObject({
    type: z.literal('allowed_tools'),
    allowed_tools: allowedTools,
  }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string().min(1),
      description: z.string().nullish(),
      schema: jsonSchema.nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

/** Options that shape an answer, which chat completions and runs share. */
export const samplingFields = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(128)]).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
};

export const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  ...samplingFields,
  n: z.number().int().min(1).max(8).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z
    .array(z.union([...knownTools, z.looseObject({ type: otherThan(knownTools) })]))
    .max(1024)
    .nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  tandem: controls.optional(),
});

export type ChatRequest = z.infer<typeof chatRequest>;
export type ChatMessage = ChatRequest['messages'][number];

/** What a response may be asked, as a schema. */
import * as z from 'zod';
import { extraContent, jsonSchema, otherThan, toolName } from '../chat-request.ts';
import { controls } from '../controls.ts';

const inputText = z.looseObject({ type: z.enum(['input_text', 'text']), text: z.string() });
const outputText = z.looseObject({ type: z.literal('output_text'), text: z.string() });
const refusal = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
const inputImage = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
  detail: z.string().nullish(),
});
const inputFile = z.looseObject({
  type: z.literal('input_file'),
  file_id: z.string().nullish(),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: z.string().nullish(),
});
const inputAudio = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().min(1) }),
});
const knownParts = [inputText, outputText, refusal, inputImage, inputFile, inputAudio] as const;
/** A part of a kind that nothing here reads: it is named. */
const otherPart = z.looseObject({ type: otherThan(knownParts) });
const part = z.union([...knownParts, otherPart]);

const message = z.looseObject({
  type: z.literal('message').optional(),
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), z.array(part)]),
});
const functionCall = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
  extra_content: extraContent,
});
const customCall = z.looseObject({
  type: z.literal('custom_tool_call'),
  call_id: z.string().min(1),
  name: z.string().min(1),
  input: z.string(),
});
const callOutput = z.looseObject({
  type: z.enum(['function_call_output', 'custom_tool_call_output']),
  call_id: z.string().min(1),
  output: z.union([z.string(), z.array(part)]),
});
const thoughts = z
  .array(z.looseObject({ type: z.string(), text: z.string().optional() }))
  .nullish();
const reasoningItem = z.looseObject({
  type: z.literal('reasoning'),
  content: thoughts,
  summary: thoughts,
});
const itemReference = z.looseObject({ type: z.literal('item_reference'), id: z.string().min(1) });
const compaction = z.looseObject({
  type: z.enum(['compaction', 'compaction_summary']),
  encrypted_content: z.string(),
});
const typedItems = [
  functionCall,
  customCall,
  callOutput,
  reasoningItem,
  itemReference,
  compaction,
] as const;
/** An item of a kind that nothing here reads, such as a hosted tool's call: it is named. */
const otherItem = z.looseObject({ type: otherThan([...typedItems, message]) });
export const item = z.union([message, ...typedItems, otherItem]);

const functionTool = z.looseObject({
  type: z.literal('function'),
  name: toolName,
  description: z.string().nullish(),
  parameters: jsonSchema.nullish(),
  strict: z.boolean().nullish(),
});
const customTool = z.looseObject({
  type: z.literal('custom'),
  name: toolName,
  description: z.string().nullish(),
  format: z.looseObject({}).nullish(),
});
const knownTools = [functionTool, customTool] as const;
const tool = z.union([...knownTools, z.looseObject({ type: otherThan(knownTools) })]);

const knownChoices = [
  z.looseObject({ type: z.enum(['function', 'custom']), name: z.string().min(1) }),
  z.looseObject({
    type: z.literal('allowed_tools'),
    mode: z.enum(['auto', 'required']),
    tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })),
  }),
] as const;
const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  ...knownChoices,
  z.looseObject({ type: otherThan(knownChoices) }),
]);

export const responseRequest = z.looseObject({
  model: z.string().min(1),
  prompt: z
    .null('it names a template that OpenAI alone keeps; send its text as `instructions`')
    .optional(),
  input: z.union([z.string(), z.array(item).min(1)]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  tools: z.array(tool).max(1024).nullish(),
  tool_choice: toolChoice.nullish(),
  text: z
    .looseObject({
      format: z
        .discriminatedUnion('type', [
          z.looseObject({ type: z.literal('text') }),
          z.looseObject({ type: z.literal('json_object') }),
          z.looseObject({
            type: z.literal('json_schema'),
            name: z.string().min(1),
            description: z.string().nullish(),
            schema: jsonSchema,
            strict: z.boolean().nullish(),
          }),
        ])
        .nullish(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  reasoning: z
    .looseObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary: z.string().nullish(),
    })
    .nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  include: z.array(z.string()).nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  max_tool_calls: z.number().int().min(1).nullish(),
  service_tier: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  conversation: z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })]).nullish(),
  background: z.boolean().nullish(),
  tandem: controls.optional(),
});

export type ResponseRequest = z.infer<typeof responseRequest>;
export type InputItem = z.infer<typeof item>;
export type ResponseTool = z.infer<typeof tool>;
export type InputPart = z.infer<typeof part>;

import OpenAI, { toFile } from 'openai';
import { answerSchema, type Client, weatherParameters } from '../../apps/gateway/compat/client.ts';

type ChatMessages = OpenAI.ChatCompletionMessageParam[];

type Complete = (
  model: string,
  messages: ChatMessages,
  more?: object,
) => Promise<OpenAI.ChatCompletionMessage>;

/** Streams a chat, and demands that its usage comes too. */
async function streamChat(client: OpenAI, model: string, text: string): Promise<string> {
  const messages: ChatMessages = [{ role: 'user', content: text }];
  const stream = client.chat.completions.stream({
    model,
    messages,
    stream_options: { include_usage: true },
  });
  const { choices, usage } = await stream.finalChatCompletion();
  if (!usage) throw new Error('no usage came');
  return choices[0]?.message.content ?? '';
}

/** Lets the model call `weather` until a message of it has no call. */
async function loopChatTools(
  complete: Complete,
  model: string,
  text: string,
  weather: (city: string) => string,
): Promise<string> {
  const tools = [
    { type: 'function', function: { name: 'weather', parameters: weatherParameters } },
  ];
  const messages: ChatMessages = [{ role: 'user', content: text }];
  for (;;) {
    const message = await complete(model, messages, { tools });
    if (!message.tool_calls?.length) return message.content ?? '';
    messages.push(message);
    for (const call of message.tool_calls) {
      if (call.type !== 'function') continue;
      const { city } = JSON.parse(call.function.arguments) as { city: string };
      messages.push({ role: 'tool', tool_call_id: call.id, content: weather(city) });
    }
  }
}

/** Asks for an object by its schema. */
async function askObject(complete: Complete, model: string, text: string): Promise<unknown> {
  const format = {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: answerSchema, strict: true },
  };
  const message = await complete(model, [{ role: 'user', content: text }], {
    response_format: format,
  });
  return JSON.parse(message.content ?? '');
}

/** The official client, by chat completions. */
export function openaiChat(baseURL: string): Client {
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
  const complete: Complete = async (model, messages, more = {}) => {
    const { choices } = await client.chat.completions.create({ model, messages, ...more });
    return choices[0]!.message;
  };
  return {
    name: 'openai, chat completions',
    chat: async (model, text) =>
      (await complete(model, [{ role: 'user', content: text }])).content ?? '',
    stream: (model, text) => streamChat(client, model, text),
    toolLoop: (model, text, weather) => loopChatTools(complete, model, text, weather),
    object: (model, text) => askObject(complete, model, text),
    async file(model, { name, text }, question) {
      const { id } = await client.files.create({
        file: await toFile(Buffer.from(text), name),
        purpose: 'user_data',
      });
      const content = [
        { type: 'file' as const, file: { file_id: id } },
        { type: 'text' as const, text: question },
      ];
      return (await complete(model, [{ role: 'user', content }])).content ?? '';
    },
    abort: (model, text, signal) =>
      client.chat.completions.create(
        { model, messages: [{ role: 'user', content: text }] },
        { signal },
      ),
  };
}

/** Lets the model call `weather` until a response of it has no call. */
async function loopResponseTools(
  client: OpenAI,
  model: string,
  text: string,
  weather: (city: string) => string,
): Promise<string> {
  const tools = [
    { type: 'function' as const, name: 'weather', parameters: weatherParameters, strict: true },
  ];
  let response = await client.responses.create({ model, input: text, tools });
  for (;;) {
    const calls = response.output.filter(item => item.type === 'function_call');
    if (calls.length === 0) return response.output_text;
    const input = calls.map(call => ({
      type: 'function_call_output' as const,
      call_id: call.call_id,
      output: weather((JSON.parse(call.arguments) as { city: string }).city),
    }));
    response = await client.responses.create({
      model,
      input,
      tools,
      previous_response_id: response.id,
    });
  }
}

/** The official client, by responses. */
export function openaiResponses(baseURL: string): Client {
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
  return {
    name: 'openai, responses',
    chat: async (model, text) =>
      (await client.responses.create({ model, input: text })).output_text,
    async stream(model, text) {
      return (await client.responses.stream({ model, input: text }).finalResponse()).output_text;
    },
    toolLoop: (model, text, weather) => loopResponseTools(client, model, text, weather),
    async object(model, text) {
      const format = {
        type: 'json_schema' as const,
        name: 'answer',
        schema: answerSchema,
        strict: true,
      };
      return JSON.parse(
        (await client.responses.create({ model, input: text, text: { format } })).output_text,
      );
    },
    async file(model, { name, text }, question) {
      const content = [
        {
          type: 'input_file' as const,
          filename: name,
          file_data: `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
        },
        { type: 'input_text' as const, text: question },
      ];
      return (await client.responses.create({ model, input: [{ role: 'user', content }] }))
        .output_text;
    },
    abort: (model, text, signal) => client.responses.create({ model, input: text }, { signal }),
  };
}

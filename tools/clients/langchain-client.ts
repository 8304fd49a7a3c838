import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { answerSchema, type Client, weatherParameters } from '../../apps/gateway/compat/client.ts';

/** Lets the model call `weather` until an answer of it has no call. */
async function loopTools(
  model: ChatOpenAI,
  text: string,
  weather: (city: string) => string,
): Promise<string> {
  const look = tool(({ city }) => weather(city), {
    name: 'weather',
    description: 'The weather',
    schema: weatherParameters,
  });
  const bound = model.bindTools([look]);
  const messages: Parameters<typeof bound.invoke>[0] & unknown[] = [new HumanMessage(text)];
  for (;;) {
    const answer = await bound.invoke(messages);
    if (!answer.tool_calls?.length) return answer.text;
    messages.push(answer);
    for (const { id, args } of answer.tool_calls) {
      messages.push(
        new ToolMessage({ tool_call_id: id ?? '', content: weather(String(args.city)) }),
      );
    }
  }
}

/** LangChain's chat model. */
export function langchain(baseURL: string): Client {
  const chatModel = (model: string) =>
    new ChatOpenAI({
      model,
      apiKey: 'none',
      configuration: { baseURL },
      maxRetries: 0,
      useResponsesApi: false,
    });
  return {
    name: 'LangChain',
    chat: async (model, text) => (await chatModel(model).invoke(text)).text,
    async stream(model, text) {
      let all = '';
      for await (const chunk of await chatModel(model).stream(text)) all += chunk.text;
      return all;
    },
    toolLoop: (model, text, weather) => loopTools(chatModel(model), text, weather),
    object: (model, text) =>
      chatModel(model)
        .withStructuredOutput(answerSchema, { name: 'answer', method: 'jsonSchema' })
        .invoke(text),
    async file(model, { name, text }, question) {
      const content = [
        {
          type: 'file',
          source_type: 'base64',
          mime_type: 'text/plain',
          data: Buffer.from(text).toString('base64'),
          metadata: { filename: name },
        },
        { type: 'text', text: question },
      ];
      return (await chatModel(model).invoke([new HumanMessage({ content } as never)])).text;
    },
    abort: (model, text, signal) => chatModel(model).invoke(text, { signal }),
  };
}

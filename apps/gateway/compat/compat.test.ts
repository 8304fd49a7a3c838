import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import { answerSchema, type Client, weatherParameters } from './client.ts';
import { clientsExam } from './clients-exam.ts';

// The clients that need packages of their own take the same exam in tools/clients.
clientsExam([aiSdk, curl]);

/** The AI SDK's provider for OpenAI-compatible servers. */
function aiSdk(baseURL: string): Client {
  const provider = createOpenAICompatible({
    name: 'tandem',
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  const options = (model: string) => ({ model: provider(model), maxRetries: 0 });
  return {
    name: 'AI SDK',
    chat: async (model, prompt) => (await generateText({ ...options(model), prompt })).text,
    stream: async (model, prompt) => streamText({ ...options(model), prompt }).text,
    async toolLoop(model, prompt, weather) {
      const tools = {
        weather: tool({
          inputSchema: jsonSchema<{ city: string }>(weatherParameters),
          execute: async ({ city }) => weather(city),
        }),
      };
      return (await generateText({ ...options(model), prompt, tools, stopWhen: isStepCount(4) }))
        .text;
    },
    async object(model, prompt) {
      const output = Output.object({ schema: jsonSchema<{ answer: number }>(answerSchema) });
      return (await generateText({ ...options(model), prompt, output })).output;
    },
    async file(model, { text }, question) {
      // This provider sends pictures alone as files: a document goes as a text of its own.
      const content = [
        { type: 'text' as const, text },
        { type: 'text' as const, text: question },
      ];
      return (await generateText({ ...options(model), messages: [{ role: 'user', content }] }))
        .text;
    },
    abort: (model, prompt, abortSignal) => generateText({ ...options(model), prompt, abortSignal }),
  };
}

type Json = ReturnType<typeof JSON.parse>;

function runCurl(args: readonly string[], signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('curl', ['-sSN', ...args], { ...(signal && { signal }) }, (error, out) =>
      error ? reject(error) : resolve(out),
    );
  });
}

async function upload(
  baseURL: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-curl-'));
  writeFileSync(join(folder, name), text);
  const fields = ['-F', 'purpose=user_data', '-F', `file=@${join(folder, name)}`];
  const { id } = JSON.parse(await runCurl([`${baseURL}/files`, ...fields]));
  rmSync(folder, { recursive: true });
  return id;
}

const user = (text: string) => [{ role: 'user', content: text }];

/** Lets the model call `weather` until a message of it has no call. */
async function loopTools(
  message: (body: object) => Promise<Json>,
  model: string,
  text: string,
  weather: (city: string) => string,
): Promise<string> {
  const tools = [
    { type: 'function', function: { name: 'weather', parameters: weatherParameters } },
  ];
  const messages: Json[] = user(text);
  for (;;) {
    const answer = await message({ model, messages, tools });
    if (!answer.tool_calls) return answer.content;
    messages.push(answer);
    for (const { id, function: called } of answer.tool_calls) {
      messages.push({
        role: 'tool',
        tool_call_id: id,
        content: weather(JSON.parse(called.arguments).city),
      });
    }
  }
}

/** Plain curl. */
function curl(baseURL: string): Client {
  const post = async (body: object, signal?: AbortSignal) => {
    const json = ['-H', 'content-type: application/json', '-d', JSON.stringify(body)];
    return runCurl([`${baseURL}/chat/completions`, ...json], signal);
  };
  const message = async (body: object): Promise<Json> => {
    const answered: Json = JSON.parse(await post(body));
    if (answered.error) throw new Error(answered.error.message);
    return answered.choices[0].message;
  };
  return {
    name: 'curl',
    chat: async (model, text) => (await message({ model, messages: user(text) })).content,
    async stream(model, text) {
      const events = (await post({ model, messages: user(text), stream: true })).split('\n\n');
      const chunks: Json[] = events
        .filter(event => event.startsWith('data: {'))
        .map(event => JSON.parse(event.slice(6)));
      return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    },
    toolLoop: (model, text, weather) => loopTools(message, model, text, weather),
    async object(model, text) {
      const format = { type: 'json_schema', json_schema: { name: 'answer', schema: answerSchema } };
      return JSON.parse(
        (await message({ model, messages: user(text), response_format: format })).content,
      );
    },
    async file(model, file, question) {
      const id = await upload(baseURL, file);
      const content = [
        { type: 'file', file: { file_id: id } },
        { type: 'text', text: question },
      ];
      return (await message({ model, messages: [{ role: 'user', content }] })).content;
    },
    abort: (model, text, signal) => post({ model, messages: user(text) }, signal),
  };
}

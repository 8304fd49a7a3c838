import * as z from 'zod';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { type ChatRequest, samplingFields } from '../wire/chat-request.ts';
import { controls } from '../wire/controls.ts';
import { ignoredIn } from '../wire/ignored.ts';
import { invalid } from '../wire/problem.ts';
import { ignoredWarning } from '../wire/tandem-object.ts';
import { complete } from './chat.ts';

const textRequest = z.looseObject({
  model: z.string().min(1),
  prompt: z.union([z.string(), z.array(z.string()).length(1)]),
  suffix: z.string().nullish(),
  echo: z.boolean().nullish(),
  ...samplingFields,
  n: z.number().int().min(1).max(8).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tandem: controls.optional(),
});

type TextRequest = z.infer<typeof textRequest>;

// What the interface promises where nothing is said.
const usualTokens = 16;

export const textCompletions = route({
  method: 'post',
  path: '/v1/completions',
  summary: 'Go on with a text, whole or streamed, as editors ask; a chat model is told to do so.',
  scope: 'chat',
  request: textRequest,
  replies: answers.textCompletion,
  answer: 'A text completion; or server-sent events of its pieces where `stream` is true.',
  streams: true,
  works: true,
  handle: goOn,
});

async function goOn(exchange: Exchange<TextRequest>): Promise<Reply> {
  const { body } = exchange;
  const reply = await complete({ ...exchange, body: asChat(body) });
  const facts = { begin: body.echo ? promptOf(body) : '', ignored: ignoredFields(body) };
  if ('events' in reply) return { ...reply, events: textEvents(reply.events, facts) };
  return 'body' in reply ? { ...reply, body: textOf(reply.body as Completion, facts) } : reply;
}

function ignoredFields(body: TextRequest): string[] {
  return ignoredIn(body, textRequest).map(ignoredWarning);
}

function promptOf({ prompt }: TextRequest): string {
  return typeof prompt === 'string' ? prompt : (prompt[0] ?? '');
}

function asChat(body: TextRequest): ChatRequest {
  const prompt = promptOf(body);
  if (prompt === '') throw invalid('`prompt` is empty. Say something.', 'prompt');
  const { model, suffix, n, stream, stream_options, tandem, max_tokens: most } = body;
  const sampling = Object.fromEntries(
    Object.keys(samplingFields).map(key => [key, body[key as keyof typeof samplingFields]]),
  );
  const behind = suffix ? ` What you write is followed by this:\n${suffix}` : '';
  const told =
    'Continue the text from exactly where it ends. Write the continuation alone: no ' +
    `introduction, no repetition, no code fence.${behind}`;
  return {
    ...sampling,
    model,
    // A limit that is none was taken away.
    max_tokens: 'max_tokens' in body && most === undefined ? undefined : (most ?? usualTokens),
    messages: [
      { role: 'system', content: told },
      { role: 'user', content: prompt },
    ],
    n,
    stream,
    stream_options,
    tandem,
  };
}

interface Choice {
  readonly index: number;
  readonly message?: { readonly content: string | null };
  readonly delta?: { readonly content?: string | null };
  readonly finish_reason: string | null;
}

interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage?: object | null;
  readonly tandem?: { readonly warnings?: readonly string[] };
  readonly error?: object;
}

interface TextFacts {
  /** What is echoed before the text. */
  readonly begin: string;
  readonly ignored: readonly string[];
}

function textOf(chat: Completion, { begin, ignored }: TextFacts): object {
  const { id, created, model, choices, usage, tandem } = chat;
  return {
    id: id.replace(/^chatcmpl/, 'cmpl'),
    object: 'text_completion',
    created,
    model,
    choices: choices.map(({ index, message, delta, finish_reason: end }) => ({
      index,
      text: begin + (message?.content ?? delta?.content ?? ''),
      logprobs: null,
      finish_reason: end,
    })),
    ...(usage !== undefined && { usage }),
    ...(tandem && { tandem: withWarnings(tandem, ignored) }),
  };
}

function withWarnings(tandem: NonNullable<Completion['tandem']>, ignored: readonly string[]) {
  if (ignored.length === 0) return tandem;
  return { ...tandem, warnings: [...(tandem.warnings ?? []), ...ignored] };
}

async function* textEvents(
  events: AsyncGenerator<string>,
  { begin, ignored }: TextFacts,
): AsyncGenerator<string> {
  const begun = new Set<number>();
  for await (const event of events) {
    const json = event.slice('data: '.length).trim();
    if (json === '[DONE]') yield event;
    else {
      const chunk = JSON.parse(json) as Completion;
      const [choice] = chunk.choices ?? [];
      const isFirst = choice !== undefined && !begun.has(choice.index);
      if (choice) begun.add(choice.index);
      const text = textOf(chunk, { begin: isFirst ? begin : '', ignored });
      yield `data: ${JSON.stringify(text)}\n\n`;
    }
  }
}

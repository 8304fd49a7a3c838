import * as z from 'zod';
import { askServer, placedByServer, placeNow } from '../../../src/entries/backends.ts';
import type { Journal } from '../../../src/entries/runs.ts';
import {
  type Answer,
  type Call,
  direct,
  type LanguageModel,
  textAnswer,
  textOf,
  userCall,
} from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { mayAsk } from '../policy/keys.ts';
import type { GatewaySettings } from '../settings.ts';
import { controls, joinControls } from '../wire/controls.ts';
import { forbidden, invalid, notFound, Problem } from '../wire/problem.ts';
import { saidIn, tandemHeaders, tandemObject } from '../wire/tandem-object.ts';
import { answersOf } from '../work/ask-model.ts';
import { labelled, labelToKeep, prepareWork } from '../work/prepare.ts';
import { noteAnswer } from './chat.ts';
import { embeddingList } from './embedding-list.ts';

const tokens = z.array(z.number().int());

const embeddingRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([
    z.string().min(1),
    z.array(z.string()).min(1).max(2048),
    tokens.min(1),
    z.array(tokens).min(1).max(2048),
  ]),
  dimensions: z.number().int().min(1).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  tandem: controls.optional(),
});

type EmbeddingRequest = z.infer<typeof embeddingRequest>;
type Embedder = GatewaySettings['embeddings'][string];

const mostMs = 60_000;
// What 2,048 texts come to in base64, at 3,072 dimensions.
const mostBytes = 37_748_736;

export const embeddings = route({
  method: 'post',
  path: '/v1/embeddings',
  summary: 'Embed texts by a configured model.',
  scope: 'embeddings',
  request: embeddingRequest,
  replies: answers.embeddingList,
  answer: 'What the model’s server answers.',
  works: true,
  handle: embed,
});

async function embed(exchange: Exchange<EmbeddingRequest>): Promise<Reply> {
  const { body, signal, services } = exchange;
  const embedder = requireEmbedder(exchange);
  const controls = joinControls(exchange.controls, body.tandem);
  if (Object.keys(controls.options ?? {}).length > 0)
    throw invalid(
      'An embedding has no options of a pattern. Leave `tandem.options` out.',
      'tandem.options',
    );
  let refused: unknown;
  const leaf = leafOf(embedder, body, error => {
    refused = error;
  });
  const served = {
    name: body.model,
    kind: 'model' as const,
    modelId: embedder.model,
    model: direct(leaf),
  };
  const work = prepareWork(exchange, { ...served, place: () => placeNow(leaf) }, { controls });
  if (work.settings.masker && (await placeNow(leaf)) !== 'device') throw unmaskable(embedder);
  const settings = {
    ...work.settings,
    journal: countingAlone(services.journal),
    retry: { tries: 1 },
  };
  const call = labelled(
    { ...userCall(JSON.stringify(body.input), { maxOutputTokens: 1 }) },
    controls,
  );
  if (exchange.runId !== undefined) exchange.audit.label = labelToKeep(call, controls);
  const [answer] = await answersOf({ model: work.model, call, settings, signal }, 1).catch(
    (error: unknown) => {
      throw refused instanceof Problem ? refused : error;
    },
  );
  const trace = controls.explain ? work.finished() : undefined;
  const said = { runId: work.runId, ...saidIn([answer!], []), trace };
  noteAnswer(exchange, said);
  const answered = JSON.parse(textOf(answer!)) as object;
  return {
    headers: tandemHeaders(work.runId, said.summaries[0]),
    body: { ...answered, model: body.model, tandem: tandemObject(said) },
  };
}

function requireEmbedder({ body, catalogue, caller }: Exchange<EmbeddingRequest>): Embedder {
  const all = catalogue.settings.embeddings;
  if (Object.hasOwn(all, body.model) && mayAsk(caller, body.model)) return all[body.model]!;
  throw unknown(body.model, Object.keys(all));
}

// A model as every other, so that the same rules hold: what is asked for is the text, and the
// answer is the server's own.
function leafOf(
  embedder: Embedder,
  body: EmbeddingRequest,
  failed: (error: unknown) => void,
): LanguageModel {
  const { model } = embedder;
  const doGenerate: LanguageModel['doGenerate'] = async ({ prompt, abortSignal }) => {
    try {
      // Whatever has changed the text on its way, what goes out is not what was meant.
      if (textIn(prompt) !== JSON.stringify(body.input)) throw unmaskable(embedder);
      const answered = await forward(embedder, body, abortSignal);
      const { usage } = answered as { usage?: { prompt_tokens?: number } };
      return { ...textAnswer(JSON.stringify(answered)), usage: usageOf(usage?.prompt_tokens) };
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  const leaf: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.embeddings',
    modelId: model,
    supportedUrls: {},
    doGenerate,
    doStream: () => Promise.reject(unmaskable(embedder)),
  };
  return placedByServer(leaf, embedder);
}

function usageOf(input: number | undefined): Answer['usage'] {
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  };
}

function textIn(prompt: Call['prompt']): string {
  const [message] = prompt;
  return message?.role === 'user' && message.content[0]?.type === 'text'
    ? message.content[0].text
    : '';
}

// What it has cost is kept; the numbers themselves are many, and nobody resumes an embedding.
function countingAlone(journal: Journal): Journal {
  return {
    ...journal,
    begin(run) {
      const record = journal.begin(run);
      return { ...record, record: ({ answer: _numbers, ...step }) => record.record(step) };
    },
  };
}

function unmaskable({ model }: Embedder): Problem {
  const message =
    'Personal data is masked here, and embeddings of masked texts are none. Use a ' +
    `model on this device instead of "${model}".`;
  return forbidden(message, 'egress_denied');
}

async function forward(
  embedder: Embedder,
  body: EmbeddingRequest,
  signal?: AbortSignal,
): Promise<object> {
  const { tandem: _ours, ...given } = body;
  const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const signals = [...(signal ? [signal] : []), AbortSignal.timeout(mostMs)];
  const asked = { path: 'embeddings', body: sent, signal: AbortSignal.any(signals), mostBytes };
  return embeddingList(await askServer(embedder, asked), body, embedder.model);
}

function unknown(model: string, names: readonly string[]): Problem {
  const known =
    names.length > 0
      ? `There are ${names.join(', ')}.`
      : 'None is configured: see `gateway.embeddings`.';
  return notFound(
    `The embedding model "${model.slice(0, 100)}" does not exist here. ${known}`,
    'model_not_found',
    'model',
  );
}

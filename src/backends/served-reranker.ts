import * as z from 'zod';
import { deferred } from '../algorithms/deferred.ts';
import { later } from '../algorithms/later.ts';
import { textAnswer, textOf } from '../model/answer.ts';
import { callOf, leafOf, textsOf } from '../model/pattern/embedding.ts';
import { type Reranker, rerankerOf } from '../model/pattern/reranking.ts';
import type { Answer, Call, LanguageModel } from '../model/types.ts';
import { apiFailure } from './post-json.ts';
import {
  addressOf,
  askServer,
  placedByServer,
  type ServedEmbedding,
  servedEmbedding,
} from './served-embedder.ts';

/** What reranks passages, as a configuration names it: `local`, or a server's model. */
export const rerankerData = deferred(() => z.union([z.literal('local'), servedEmbedding]));

/** What reranks passages, as a program has it: a language model too. */
export const rerankerOption = deferred(() =>
  z.union([
    rerankerData,
    z
      .custom<LanguageModel>(given => Object(given) === given && 'doGenerate' in (given as object))
      .meta({ is: 'a model' }),
  ]),
);

type GivenReranker = z.output<typeof rerankerOption>;

/** Makes what reranks for a pattern; `local` is the model of this device that it reads with. */
export function rerankerBy(given: GivenReranker | undefined, local: LanguageModel) {
  if (given === undefined) return undefined;
  if (given === 'local') return rerankerOf(local);
  return 'doGenerate' in given ? rerankerOf(given) : servedReranker(given);
}

const place = later(() =>
  z.looseObject({
    index: z.number().int().min(0),
    relevance_score: z.number().optional(),
    score: z.number().optional(),
  }),
);
const replies = later(() =>
  z.union([
    z.array(place()),
    z.looseObject({ results: z.array(place()) }).transform(({ results }) => results),
    z.looseObject({ data: z.array(place()) }).transform(({ data }) => data),
  ]),
);

/**
 * Makes a reranker of a server that answers `/v1/rerank`, such as llama.cpp's, vLLM, Jina or
 * Cohere. Where it runs is asked of the server, as for any model.
 */
export function servedReranker(given: ServedEmbedding): Reranker {
  const own = leafOf({ provider: 'tandem.rerank', modelId: given.model }, call =>
    rerank(given, call),
  );
  const leaf = placedByServer(own, given);
  return {
    leaf,
    isTrained: true,
    at: addressOf(given),
    async score(ask, question, texts) {
      const as = { id: `rerank ${question.slice(0, 40)}`, name: 'rerank' };
      const answer = await ask(leaf, callOf([question, ...texts]), as);
      const said = JSON.parse(textOf(answer)) as (number | null)[];
      return said.map(score => score ?? undefined);
    },
  };
}

async function rerank(given: ServedEmbedding, call: Call): Promise<Answer> {
  const [query, ...documents] = textsOf(call);
  const body = { query, documents, top_n: documents.length, return_documents: false };
  const said = await askServer(given, { path: 'rerank', body, signal: call.abortSignal });
  const read = replies().safeParse(said);
  const scores: (number | null)[] = documents.map(() => null);
  for (const { index, relevance_score: relevance, score = relevance } of read.data ?? [])
    if (index < scores.length) scores[index] = score ?? null;
  if (!scores.some(score => score !== null))
    throw apiFailure('The server reranked nothing.', { url: given.endpoint, isRetryable: false });
  return textAnswer(JSON.stringify(scores));
}

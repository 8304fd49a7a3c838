import * as z from 'zod';
import type { FileJournal } from '../../../src/entries/runs.ts';
import { type Exchange, type Route, route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { wholeIn } from '../studio/list-runs.ts';
import { forbidden, notFound } from '../wire/problem.ts';
import { askOthers, estimateOf } from './ask-other.ts';
import { isLocalFirst, outcomeLog, readPair, type Sample, samplesIn } from './find-pairs.ts';
import { conversationOf } from './keep-question.ts';
import { askedOthers, log, pairList, ratedPair } from './pair-answers.ts';

const mostShown = 20;
const mostAsked = 50;

export const listPairs: Route = {
  method: 'get',
  path: '/v1/pairs',
  summary:
    'Show questions of kept runs with the answers of both models, without saying whose is which, ' +
    'to be rated.',
  scope: 'content',
  query: {
    limit: `Most pairs, to ${mostShown}.`,
    asks: `For how many runs a price is named, to ${mostAsked}.`,
  },
  replies: pairList,
  answer:
    'The next of a random sample, up to the first whose other answer is missing, and what asking ' +
    'for such costs.',
  async handle(exchange) {
    const journal = journalOf(exchange);
    const { query, services, caller } = exchange;
    const { isAlone, keeping } = services.studio;
    const limit = wholeIn(query, 'limit', { usual: 5, most: mostShown });
    const asks = wholeIn(query, 'asks', { usual: 10, most: mostAsked });
    const samples = journal ? await samplesIn(journal) : [];
    const mayRate = !isAlone && maySee(caller, 'label');
    return {
      body: {
        object: 'pairs',
        sampled: samples.length,
        whole: samples.filter(({ state }) => state === 'whole').length,
        rated: samples.filter(({ verdict }) => verdict !== undefined).length,
        data: journal ? await shown(journal, samples, limit) : [],
        ask: mayRate ? await estimateOf(exchange, missingIn(samples, asks)) : null,
        mayRate,
        keeping,
      },
    };
  },
};

export const askPairs = route({
  method: 'post',
  path: '/v1/pairs/ask',
  summary: 'Ask the cloud model what a cascade’s local model alone has answered, to have pairs.',
  scope: 'label',
  request: z.strictObject({
    /** For how many runs, in the order of chance. */
    count: z.number().int().min(1).max(mostAsked),
  }),
  replies: askedOthers,
  answer: 'How many were asked and what it cost; `GET /v1/pairs` names the price before.',
  works: true,
  async handle(exchange) {
    const journal = journalOf(exchange);
    const samples = journal ? await samplesIn(journal) : [];
    const came = await askOthers(exchange, missingIn(samples, exchange.body.count));
    return { body: { object: 'pairs.asked', ...came } };
  },
});

export const ratePair = route({
  method: 'post',
  path: '/v1/pairs/{id}/rating',
  summary: 'Say which of the two answers to a kept question is right.',
  scope: 'label',
  request: z.strictObject({
    /** By the order in which `GET /v1/pairs` shows them. */
    right: z.enum(['first', 'second', 'both', 'neither']),
    /** Why, in the reader's words. */
    comment: z.string().max(4000).optional(),
  }),
  replies: ratedPair,
  answer: 'Whose answer that is; a second rating takes the place of the first.',
  async handle(exchange) {
    const { body, params } = exchange;
    const journal = journalOf(exchange);
    const id = params.id ?? '';
    const pair = journal && (await readPair(journal, id));
    if (!pair?.row.cloud)
      throw notFound(
        `The run "${id.slice(0, 60)}" has no two answers here. List \`/v1/pairs\`.`,
        'pair_not_found',
        'id',
      );
    const { comment } = body;
    const right = wordOf(body.right, id);
    const content = comment === undefined ? {} : { content: { comment } };
    await journal!.keepBeside(id, 'verdict', { facts: { right }, ...content });
    return { body: { object: 'pair.rating', run: id, right } };
  },
});

export const getPairLog: Route = {
  method: 'get',
  path: '/v1/pairs/log',
  summary: 'Write the rated pairs as an outcome log for `tandem calibrate`.',
  scope: 'content',
  replies: log,
  answer: 'One JSON object a line: prompt, both answers with their labels, signals.',
  async handle(exchange) {
    const journal = journalOf(exchange);
    const { rows } = journal ? await outcomeLog(journal) : { rows: [] };
    const lines = rows.map(row => `${JSON.stringify(row)}\n`);
    return { text: lines.join(''), contentType: 'application/x-ndjson; charset=utf-8' };
  },
};

/** The journal whose pairs a caller may read. @throws Problem 403 */
export function journalOf({ services, caller }: Exchange): FileJournal | undefined {
  if (!maySee(caller, 'studio'))
    throw forbidden(
      'Pairs are made of the runs of all keys: they need the scopes `content` and `studio`.',
      'missing_scope',
    );
  const { journal, keeping, unreadable } = services.studio;
  if (unreadable) throw unreadable;
  return keeping === 'content' ? journal : undefined;
}

function missingIn(samples: readonly Sample[], most: number): Sample[] {
  return samples.filter(({ state }) => state === 'half').slice(0, most);
}

async function shown(journal: FileJournal, samples: readonly Sample[], limit: number) {
  const data: (typeof pairList)['_output']['data'] = [];
  for (const { run, state, verdict } of samples) {
    // A question whose other answer is missing is none to be passed over: drafts that were let
    // through would be missing among those that were not.
    if (data.length === limit || state === 'half') break;
    if (state === 'refused' || verdict !== undefined) continue;
    const pair = await readPair(journal, run);
    if (!pair?.row.cloud) continue;
    const { row, question } = pair;
    const [local, cloud] = [row.local.answer ?? '', row.cloud?.answer ?? ''];
    const [first, second] = isLocalFirst(run) ? [local, cloud] : [cloud, local];
    data.push({ run, model: question.model, question: conversationOf(question), first, second });
  }
  return data;
}

function wordOf(right: 'first' | 'second' | 'both' | 'neither', run: string) {
  if (right === 'both' || right === 'neither') return right;
  return (right === 'first') === isLocalFirst(run) ? 'local' : 'cloud';
}

import * as answers from '../answers.ts';
import type { Exchange, Reply, Route } from '../exchange.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { invalid } from '../wire/problem.ts';
import { replayedEvents } from '../wire/responses/replayed-events.ts';
import { backgroundResponse } from './background.ts';
import { requireResponse } from './responses.ts';

export const getResponse: Route = {
  method: 'get',
  path: '/v1/responses/{id}',
  summary: 'Return a kept response, or how one in the background stands.',
  scope: 'chat',
  query: {
    stream: '`true` for the events of the response.',
    starting_after: 'The number of the event behind which they begin.',
  },
  replies: answers.response,
  answer: 'A response; or its events where `stream` is true.',
  streams: true,
  async handle(exchange): Promise<Reply> {
    const { query } = exchange;
    const response = await responseOf(exchange);
    if (query.get('stream') !== 'true') return { body: response };
    const after = Number(query.get('starting_after') ?? -1);
    if (!Number.isInteger(after))
      throw invalid('`starting_after` is no number of an event. Give one.', 'starting_after');
    return { events: replayedEvents(response, after) };
  },
};

export const removeResponse: Route = {
  method: 'delete',
  path: '/v1/responses/{id}',
  summary: 'Forget a kept response with its conversation and its run: no byte of it stays.',
  scope: 'chat',
  replies: answers.deleted,
  answer: '`{ "deleted": true }`',
  async handle(exchange) {
    const { id = '' } = exchange.params;
    await requireResponse(exchange, id);
    const { state, forgetRun } = exchange.services;
    const [deleted] = await Promise.all([
      state.removeResponse(exchange.caller.name, id),
      forgetRun(runIdOf(id)),
    ]);
    return { body: { id, object: 'response', deleted } };
  },
};

// A response is named after its run.
function runIdOf(id: string): string {
  return id.replace(/^resp_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const listInputItems: Route = {
  method: 'get',
  path: '/v1/responses/{id}/input_items',
  summary: 'List the items that a kept response answers.',
  scope: 'chat',
  query: pageQuery,
  replies: answers.itemList,
  answer: 'A list of items.',
  async handle(exchange) {
    const { input = '[]' } = await requireResponse(exchange, exchange.params.id ?? '');
    const items = (JSON.parse(input) as { id: string }[]).reverse();
    const body = pageOf(items, exchange.query, { idOf: ({ id }) => id, usual: 20, most: 100 });
    return { body };
  },
};

export const cancelResponse: Route = {
  method: 'post',
  path: '/v1/responses/{id}/cancel',
  summary: 'End a response that is made in the background.',
  scope: 'chat',
  replies: answers.response,
  answer: 'The response.',
  async handle(exchange) {
    const { id = '' } = exchange.params;
    const found = await backgroundResponse(exchange, id);
    if (found) {
      const { runs } = exchange.services;
      const isEnding = runs.isAtWork(found.run.id)
        ? runs.cancel(found.run)
        : found.run.status === 'running' && (await runs.journal.cancel(found.run.id));
      if (!isEnding) return { body: found.body };
      return { body: { ...found.body, status: 'cancelled' } };
    }
    const { body } = await requireResponse(exchange, id);
    const kept = JSON.parse(body) as { background?: boolean };
    // As it has ended already, there is nothing to end.
    if (kept.background) return { body: kept };
    throw invalid('Only a response with `background: true` can be cancelled.', 'id');
  },
};

async function responseOf(exchange: Exchange): Promise<object> {
  const { id = '' } = exchange.params;
  const found = await backgroundResponse(exchange, id);
  if (found) return found.body;
  return JSON.parse((await requireResponse(exchange, id)).body) as object;
}

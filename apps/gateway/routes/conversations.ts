import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { strictestLabel } from '../../../src/entries/runs.ts';
import { labels } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, type Route, route } from '../exchange.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { KeptConversation } from '../state-store.ts';
import {
  type Controls,
  controls,
  joinControls,
  keptLabel,
  stricterLabel,
} from '../wire/controls.ts';
import { conversationFromJson, conversationToJson } from '../wire/conversation.ts';
import { invalid, notFound } from '../wire/problem.ts';
import { inputItems } from '../wire/responses/input-items.ts';
import { responseCall } from '../wire/responses/response-call.ts';
import { item } from '../wire/responses/response-request.ts';
import { fileSource } from '../work/file-source.ts';
import { labelled } from '../work/prepare.ts';
import { itemsNamed } from './responses.ts';

const items = z.array(item).max(1000);
const metadata = z.record(z.string(), z.unknown());

const conversationRequest = z.looseObject({
  items: items.nullish(),
  metadata: metadata.nullish(),
  tandem: controls.optional(),
});
const itemsRequest = z.looseObject({ items, tandem: controls.optional() });
const updateRequest = z.looseObject({ metadata });

type Items = z.infer<typeof items>;

export const addConversation = route({
  method: 'post',
  path: '/v1/conversations',
  summary: 'Begin a conversation, which responses go on with by `conversation`.',
  scope: 'chat',
  request: conversationRequest,
  replies: answers.conversation,
  answer: 'The conversation, with its id.',
  async handle(exchange) {
    const { body, caller, services } = exchange;
    const id = `conv_${randomUUID().replaceAll('-', '')}`;
    const fresh = {
      createdAt: Math.floor(Date.now() / 1000),
      metadata: body.metadata ?? {},
      items: [],
      prompt: '[]',
      label: null,
    };
    const { kept } = await withItems(exchange, id, fresh, body.items ?? []);
    await services.state.putConversation(caller.name, id, kept);
    return { body: conversationObject(id, kept) };
  },
});

export const getConversation: Route = {
  method: 'get',
  path: '/v1/conversations/{id}',
  summary: 'Describe a conversation.',
  scope: 'chat',
  replies: answers.conversation,
  answer: 'The conversation.',
  handle: async exchange => ({ body: conversationObject(...(await requireKept(exchange))) }),
};

export const changeConversation = route({
  method: 'post',
  path: '/v1/conversations/{id}',
  summary: 'Change the metadata of a conversation.',
  scope: 'chat',
  request: updateRequest,
  replies: answers.conversation,
  answer: 'The conversation.',
  async handle(exchange) {
    const [id, kept] = await requireKept(exchange);
    const changed = { ...kept, metadata: exchange.body.metadata };
    await exchange.services.state.putConversation(exchange.caller.name, id, changed);
    return { body: conversationObject(id, changed) };
  },
});

export const removeConversation: Route = {
  method: 'delete',
  path: '/v1/conversations/{id}',
  summary: 'Forget a conversation.',
  scope: 'chat',
  replies: answers.deleted,
  answer: '`{ "deleted": true }`',
  async handle(exchange) {
    const [id] = await requireKept(exchange);
    const deleted = await exchange.services.state.removeConversation(exchange.caller.name, id);
    return { body: { id, object: 'conversation.deleted', deleted } };
  },
};

export const listItems: Route = {
  method: 'get',
  path: '/v1/conversations/{id}/items',
  summary: 'List the items of a conversation.',
  scope: 'chat',
  query: pageQuery,
  replies: answers.itemList,
  answer: 'A list of items.',
  async handle(exchange) {
    const [, kept] = await requireKept(exchange);
    return { body: itemPage(kept.items, exchange.query) };
  },
};

export const addItems = route({
  method: 'post',
  path: '/v1/conversations/{id}/items',
  summary: 'Add items to a conversation.',
  scope: 'chat',
  request: itemsRequest,
  replies: answers.itemList,
  answer: 'A list of the items that were added.',
  async handle(exchange): Promise<Reply> {
    const [id, before] = await requireKept(exchange);
    const { kept, added } = await withItems(exchange, id, before, exchange.body.items);
    await exchange.services.state.putConversation(exchange.caller.name, id, kept);
    return { body: itemPage(added, new URLSearchParams('order=asc&limit=100')) };
  },
});

export const getItem: Route = {
  method: 'get',
  path: '/v1/conversations/{id}/items/{item}',
  summary: 'Return one item of a conversation.',
  scope: 'chat',
  replies: answers.conversationItem,
  answer: 'An item.',
  async handle(exchange) {
    const [, kept] = await requireKept(exchange);
    const wanted = exchange.params.item ?? '';
    const found = kept.items.find(each => (each as { id?: string }).id === wanted);
    if (found) return { body: found };
    throw notFound(`The item "${wanted.slice(0, 64)}" is not in it. List the items.`);
  },
};

async function requireKept({
  services,
  caller,
  params: { id = '' },
}: Exchange): Promise<[id: string, kept: KeptConversation]> {
  const kept = await services.state.conversation(caller.name, id);
  if (kept) return [id, kept];
  const message = `The conversation "${id.slice(0, 64)}" is not kept here. Make one.`;
  throw notFound(message, 'conversation_not_found');
}

const reference = 'item_reference';

interface Item {
  readonly id?: string;
  readonly type?: string;
}

// Nothing is asked here; headers may be those of every request of a client.
function labelOf({ controls: header, body: { tandem = {} } }: Exchange<Labelled>) {
  const unheard = Object.keys(tandem).find(name => name !== 'label' && name !== 'mode');
  if (unheard === undefined) return keptLabel(joinControls(header, tandem));
  const message = `\`${unheard}\` has no meaning for what is kept. Give it with each response.`;
  throw invalid(message, `tandem.${unheard}`, 'unknown_parameter');
}

interface Labelled {
  readonly tandem?: Controls | undefined;
}

async function withItems(
  exchange: Exchange<Labelled>,
  id: string,
  before: KeptConversation,
  given: Items,
) {
  const own = labelOf(exchange);
  if (given.length === 0) return { kept: before, added: [] };
  const { services } = exchange;
  const named = await itemsNamed(exchange, given);
  const reader = {
    ids: services.ids,
    files: await fileSource(exchange),
    before: conversationFromJson(before.prompt),
    // A reference that was kept is none to itself.
    item: (id: string) =>
      before.items.find(each => (each as Item).id === id && (each as Item).type !== reference) ??
      named.item(id),
  };
  const { call, conversation } = responseCall({ model: '-', input: given }, reader);
  const inherited = labels.find(each => each === before.label);
  const label = strictestLabel(
    labelled(call, { label: own }, stricterLabel(inherited, named.label)),
  );
  const added = inputItems({ input: given }, id.slice('conv_'.length), before.items.length);
  const all = [...before.items, ...added];
  const prompt = conversationToJson(conversation);
  return { kept: { ...before, items: all, prompt, label }, added };
}

function itemPage(oldestFirst: readonly object[], query: URLSearchParams) {
  const idOf = (each: object) => String((each as { id?: string }).id);
  return pageOf(oldestFirst.toReversed(), query, { idOf, usual: 20, most: 100 });
}

function conversationObject(id: string, { createdAt, metadata }: KeptConversation): object {
  return { id, object: 'conversation', created_at: createdAt, metadata };
}

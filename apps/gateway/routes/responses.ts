import { strictestLabel } from '../../../src/entries/runs.ts';
import { type Answer, type Call, type Label, labels } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import type { KeptResponse } from '../state-store.ts';
import { type Controls, joinControls, stricterLabel } from '../wire/controls.ts';
import { conversationFromJson, conversationToJson, withAnswer } from '../wire/conversation.ts';
import { ignoredIn } from '../wire/ignored.ts';
import { refuseSoundAlone } from '../wire/pictures.ts';
import { invalid, notFound, type Problem, problemOf } from '../wire/problem.ts';
import { inputItems } from '../wire/responses/input-items.ts';
import {
  conversationId,
  endOf,
  outputOf,
  type ResponseHead,
  responseObject,
} from '../wire/responses/response-answer.ts';
import { responseCall, wantsLogprobs } from '../wire/responses/response-call.ts';
import { ignoredItems } from '../wire/responses/response-items.ts';
import { type ResponseRequest, responseRequest } from '../wire/responses/response-request.ts';
import { responseEvents } from '../wire/responses/response-stream.ts';
import { ignoredTools } from '../wire/responses/response-tools.ts';
import { saidIn, tandemHeaders, tandemObject } from '../wire/tandem-object.ts';
import { answersOf, begun, partsOf } from '../work/ask-model.ts';
import { keepForRepeat } from '../work/failures.ts';
import { fileSource } from '../work/file-source.ts';
import { lettingOthersIn } from '../work/let-others-in.ts';
import { labelled, labelToKeep, prepareWork, requireServed, type Work } from '../work/prepare.ts';
import { inBackground } from './background.ts';
import { mostSilenceMs, noteAnswer } from './chat.ts';

export const responses = route({
  method: 'post',
  path: '/v1/responses',
  summary: 'Answer an input, whole or streamed; the conversation is kept unless `store` is false.',
  scope: 'chat',
  request: responseRequest,
  replies: answers.response,
  answer: 'A response with a `tandem` object; or server-sent events where `stream` is true.',
  streams: true,
  works: true,
  handle: respond,
});

interface Kept {
  readonly exchange: Exchange<ResponseRequest>;
  readonly head: ResponseHead;
  readonly conversation: Call['prompt'];
  /** The strictest of all that the answer is made of. */
  readonly label: Label;
}

interface Asked extends Kept {
  readonly work: Work;
  readonly controls: Controls;
}

/** Reads what a request asks, with all that it goes on with. @throws Problem */
export async function readResponse(exchange: Exchange<ResponseRequest>) {
  const { body, services } = exchange;
  const served = requireServed(exchange, body.model);
  const controls = joinControls(exchange.controls, body.tandem);
  refuseSoundAlone(body);
  const sources = await sourcesOf(exchange);
  const { call, conversation } = responseCall(body, {
    ids: services.ids,
    files: await fileSource(exchange),
    before: sources.before,
    item: sources.item,
  });
  return { served, controls, call: labelled(call, controls, sources.label), conversation };
}

/** What the objects of the response of a run share. */
export function headOf(runId: string, request: ResponseRequest): ResponseHead {
  const createdAt = Math.floor(Date.now() / 1000);
  return { hex: runId.replaceAll('-', ''), createdAt, request };
}

async function respond(exchange: Exchange<ResponseRequest>): Promise<Reply> {
  const { body, services, signal } = exchange;
  const { served, controls, call, conversation } = await readResponse(exchange);
  if (body.background) return inBackground(exchange, { served, controls, call, conversation });
  await lettingOthersIn(conversation);
  const work = prepareWork(exchange, served, { controls });
  const head = headOf(work.runId, body);
  const label = labelToKeep(call, controls);
  if (exchange.runId !== undefined) exchange.audit.label = label;
  const asked = { exchange, work, controls, head, conversation, label };
  const question = { model: work.model, call, settings: work.settings, signal };
  if (body.stream)
    return streamReply(
      asked,
      await begun(keepForRepeat(asked, partsOf(question, 1)), mostSilenceMs),
    );
  const [answer] = await keepForRepeat(asked, answersOf(question, 1));
  const said = facts(asked, answer!);
  const output = outputOf(answer!, head, services.ids);
  const state = { ...endOf(answer!), output, usage: answer!.usage, tandem: tandemObject(said) };
  const response = responseObject(head, state);
  await keep(asked, answer!, response);
  return { headers: tandemHeaders(work.runId, said.summaries[0]), body: response };
}

function streamReply(asked: Asked, parts: ReturnType<typeof partsOf>): Reply {
  const { exchange, work, head } = asked;
  const writer = {
    head,
    ids: exchange.services.ids,
    async ended(answer: Answer, body: (tandem: object) => object) {
      const response = body(tandemObject(facts(asked, answer)));
      await keep(asked, answer, response);
      return response;
    },
    failed(error: unknown) {
      exchange.audit.code = problemOf(error).code;
    },
  };
  const events = responseEvents(parts, writer);
  const told = work.told ? work.told.among(events) : events;
  return { headers: tandemHeaders(work.runId), events: told };
}

function facts({ exchange, work, controls }: Asked, answer: Answer) {
  const said = {
    runId: work.runId,
    ...saidIn([answer], ignoredOf(exchange.body, controls)),
    trace: controls.explain ? work.finished() : undefined,
  };
  noteAnswer(exchange, said);
  return said;
}

/** Names what of a request nothing here does. */
export function ignoredOf(body: ResponseRequest, { events }: Controls = {}): string[] {
  return [
    ...ignoredIn(body, responseRequest),
    ...(events && !body.stream ? ['tandem.events'] : []),
    ...ignoredTools(body),
    ...ignoredItems(body),
    ...(body.truncation === 'auto' ? ['truncation'] : []),
    ...(/^(?:auto|default)$/.test(body.service_tier ?? 'auto') ? [] : ['service_tier']),
    ...(body.top_logprobs && !wantsLogprobs(body) ? ['top_logprobs'] : []),
    ...(body.reasoning?.summary ? ['reasoning.summary'] : []),
    ...(body.include ?? []).flatMap(each => (readHere.has(each) ? [] : [`include (${each})`])),
  ];
}

const readHere = new Set(['message.output_text.logprobs']);

/** Keeps a response, and adds it to the conversation that it is part of. */
export async function keep(
  { exchange, head, conversation, label }: Kept,
  answer: Answer,
  response: object,
): Promise<void> {
  const { body, caller, services } = exchange;
  await lettingOthersIn(conversation);
  const prompt = conversationToJson(withAnswer(conversation, answer));
  await lettingOthersIn(conversation);
  const items = inputItems(body, head.hex);
  if (body.conversation) {
    const { output } = response as { output: object[] };
    const more = { items: [...items, ...output], prompt, label };
    await addToConversation(exchange, conversationId(body.conversation), more);
  }
  if (body.store === false) return;
  await services.state.addResponse(caller.name, `resp_${head.hex}`, {
    body: JSON.stringify(response),
    prompt,
    input: JSON.stringify(items),
    label,
  });
}

async function addToConversation(
  { services, caller }: Exchange,
  id: string,
  more: { readonly items: readonly object[]; readonly prompt: string; readonly label: Label },
): Promise<void> {
  const kept = await services.state.conversation(caller.name, id);
  if (!kept) return;
  const items = [...kept.items, ...more.items];
  // Another response may have been added meanwhile.
  const label = labelOf(kept);
  const stricter = stricterLabel(label, more.label) ?? label;
  await services.state.putConversation(caller.name, id, {
    ...{ ...kept, ...more, items },
    label: stricter,
  });
}

/** Finds a kept response of the caller. @throws Problem */
export async function requireResponse(
  { services, caller }: Exchange,
  id: string,
  param?: string,
): Promise<KeptResponse> {
  const kept = await services.state.response(caller.name, id);
  if (kept) return kept;
  throw unknownResponse(id, param);
}

// Clients know that they must send the whole conversation by OpenAI's code.
function unknownResponse(id: string, param: string | undefined): Problem {
  const shown = id.slice(0, 64);
  const message = `The response "${shown}" is not kept here. Send the whole conversation.`;
  return param === 'previous_response_id'
    ? invalid(message, param, 'previous_response_not_found')
    : notFound(message, 'response_not_found', param);
}

// What a request goes on with, by its id or by those of its items; the labels of all of it hold for
// what is made of it.
async function sourcesOf(exchange: Exchange<ResponseRequest>) {
  const { previous_response_id: previous, input, conversation } = exchange.body;
  if (previous && conversation) {
    const message = '`conversation` and `previous_response_id` exclude each other. Leave one out.';
    throw invalid(message, 'conversation');
  }
  const found: Label[] = [];
  const kept = previous
    ? await requireResponse(exchange, previous, 'previous_response_id')
    : await conversationOf(exchange);
  if (kept) found.push(labelOf(kept));
  const { item, label } = await itemsNamed(exchange, typeof input === 'string' ? [] : input);
  return {
    before: kept ? conversationFromJson(kept.prompt) : [],
    item,
    label: strictestOf([...found, label]),
  };
}

/**
 * Finds what items name of earlier responses and conversations, and the strictest label of these:
 * an item that a client sends in full is still what stands here.
 */
export async function itemsNamed({ services, caller }: Exchange, items: readonly object[]) {
  const found: Label[] = [];
  const named = new Map<string, () => readonly unknown[]>();
  for (const item of items) {
    const hex = 'id' in item ? hexIn(item.id) : undefined;
    if (!hex || named.has(hex)) continue;
    const response = await services.state.response(caller.name, `resp_${hex}`);
    const kept = response ?? (await services.state.conversation(caller.name, `conv_${hex}`));
    if (!kept) continue;
    named.set(hex, () => ('items' in kept ? kept.items : itemsOf(kept)));
    found.push(labelOf(kept));
  }
  return { item: (id: string) => itemIn(named, id), label: strictestOf(found) };
}

function itemsOf({ body, input = '[]' }: KeptResponse): unknown[] {
  const { output = [] } = JSON.parse(body) as { output?: unknown[] };
  return [...output, ...(JSON.parse(input) as unknown[])];
}

function strictestOf(found: readonly Label[]): Label {
  return found.reduce<Label>((a, b) => stricterLabel(a, b) ?? a, 'cloud-allowed');
}

async function conversationOf({
  body: { conversation },
  services,
  caller,
}: Exchange<ResponseRequest>): Promise<Pick<KeptResponse, 'prompt' | 'label'> | undefined> {
  if (!conversation) return undefined;
  const id = conversationId(conversation);
  const kept = await services.state.conversation(caller.name, id);
  if (kept) return kept;
  const shown = id.slice(0, 64);
  const message = `The conversation "${shown}" is not kept here. Make one, or send it whole.`;
  throw notFound(message, 'conversation_not_found', 'conversation');
}

// A row of an earlier version says nothing; what is known then are the labels of the files in it.
function labelOf({ label, prompt }: Pick<KeptResponse, 'prompt' | 'label'>): Label {
  const known = labels.find(each => each === label);
  return strictestLabel({
    prompt: conversationFromJson(prompt),
    ...(known && { providerOptions: { tandem: { label: known } } }),
  });
}

// Items are named after what holds them: `msg_HEX_INDEX` was answered, `msg_HEX_inINDEX` was sent.
function hexIn(id: unknown): string | undefined {
  return /^[a-z]+_([\da-f]{32})_(?:in)?\d+$/.exec(typeof id === 'string' ? id : '')?.[1];
}

function itemIn(kept: ReadonlyMap<string, () => readonly unknown[]>, id: string): unknown {
  const hex = hexIn(id);
  const items = hex === undefined ? undefined : kept.get(hex);
  if (hex !== undefined && !items) throw unknownResponse(`resp_${hex}`, 'input');
  const item = items?.().find(each => (each as { id?: unknown }).id === id);
  if (item !== undefined) return item;
  throw notFound(
    `The item "${id.slice(0, 64)}" is not kept here. Send it in full.`,
    'item_not_found',
    'input',
  );
}

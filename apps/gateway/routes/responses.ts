import type { Answer, Call } from '../../../src/index.ts';
import { type Exchange, type Reply, type Route, route } from '../exchange.ts';
import { ignoredIn } from '../wire/chat-request.ts';
import { type Controls, readControls } from '../wire/controls.ts';
import { conversationFromJson, conversationToJson, withAnswer } from '../wire/conversation.ts';
import { notFound } from '../wire/problem.ts';
import { endOf, outputOf, type ResponseHead, responseObject } from '../wire/response-answer.ts';
import { responseCall } from '../wire/response-call.ts';
import { type ResponseRequest, responseRequest } from '../wire/response-request.ts';
import { responseEvents } from '../wire/response-stream.ts';
import { saidIn, tandemHeaders, tandemObject } from '../wire/tandem-object.ts';
import { answersOf, begun, partsOf } from '../work/ask-model.ts';
import { keepForRepeat } from '../work/failures.ts';
import { fileSource } from '../work/file-source.ts';
import { labelled, prepareWork, requireServed, type Work } from '../work/prepare.ts';
import { mostSilenceMs, noteAnswer } from './chat.ts';

export const responses = route({
  method: 'post',
  path: '/v1/responses',
  summary: 'Answer an input, whole or streamed; the conversation is kept unless `store` is false.',
  scope: 'chat',
  request: responseRequest,
  answer: 'A response with a `tandem` object; or server-sent events where `stream` is true.',
  streams: true,
  works: true,
  handle: respond,
});

export const getResponse: Route = {
  method: 'get',
  path: '/v1/responses/{id}',
  summary: 'Return a kept response.',
  scope: 'chat',
  answer: 'A response.',
  handle: exchange => ({ body: JSON.parse(requireResponse(exchange, exchange.params.id ?? '').body) }),
};

export const removeResponse: Route = {
  method: 'delete',
  path: '/v1/responses/{id}',
  summary: 'Forget a kept response with its conversation.',
  scope: 'chat',
  answer: '`{ "deleted": true }`',
  handle(exchange) {
    const { id = '' } = exchange.params;
    requireResponse(exchange, id);
    const deleted = exchange.services.state.removeResponse(exchange.caller.name, id);
    return { body: { id, object: 'response', deleted } };
  },
};

interface Asked {
  readonly exchange: Exchange<ResponseRequest>;
  readonly work: Work;
  readonly controls: Controls;
  readonly head: ResponseHead;
  readonly conversation: Call['prompt'];
}

async function respond(exchange: Exchange<ResponseRequest>): Promise<Reply> {
  const { body, services, signal, headers } = exchange;
  const served = requireServed(exchange, body.model);
  const controls = readControls(headers, body.tandem);
  const previous = body.previous_response_id;
  const { call, conversation } = responseCall(body, {
    ids: services.ids,
    files: fileSource(exchange),
    before: previous ? conversationFromJson(requireResponse(exchange, previous, 'previous_response_id').prompt) : [],
    item: id => itemOf(exchange, id),
  });
  const work = prepareWork(exchange, served, { controls });
  const head = { hex: work.runId.replaceAll('-', ''), createdAt: Math.floor(Date.now() / 1000), request: body };
  const asked = { exchange, work, controls, head, conversation };
  const question = { model: work.model, call: labelled(call, controls), settings: work.settings, signal };
  if (body.stream) return streamReply(asked, await begun(keepForRepeat(asked, partsOf(question, 1)), mostSilenceMs));
  const [answer] = await keepForRepeat(asked, answersOf(question, 1));
  const said = facts(asked, answer!);
  const output = outputOf(answer!, head.hex, services.ids);
  const state = { ...endOf(answer!), output, usage: answer!.usage, tandem: tandemObject(said) };
  const response = responseObject(head, state);
  keep(asked, answer!, response);
  return { headers: tandemHeaders(work.runId, said.summaries[0]), body: response };
}

function streamReply(asked: Asked, parts: ReturnType<typeof partsOf>): Reply {
  const { exchange, work, head } = asked;
  const writer = {
    head,
    ids: exchange.services.ids,
    ended(answer: Answer, body: (tandem: object) => object) {
      const response = body(tandemObject(facts(asked, answer)));
      keep(asked, answer, response);
      return response;
    },
    failed(error: unknown) {
      exchange.audit.code = error instanceof Error ? error.name : 'failed';
    },
  };
  return { headers: tandemHeaders(work.runId), events: responseEvents(parts, writer) };
}

function facts({ exchange, work, controls }: Asked, answer: Answer) {
  const said = {
    runId: work.runId,
    ...saidIn([answer], ignoredIn(exchange.body, responseRequest)),
    trace: controls.explain ? work.finished() : undefined,
  };
  noteAnswer(exchange, said);
  return said;
}

function keep({ exchange, head, conversation }: Asked, answer: Answer, response: object): void {
  if (exchange.body.store === false) return;
  exchange.services.state.addResponse(exchange.caller.name, `resp_${head.hex}`, {
    body: JSON.stringify(response),
    prompt: conversationToJson(withAnswer(conversation, answer)),
  });
}

function requireResponse({ services, caller }: Exchange, id: string, param?: string) {
  const kept = services.state.response(caller.name, id);
  if (kept) return kept;
  throw notFound(
    `The response "${id.slice(0, 64)}" is not kept here. Send the whole conversation.`,
    'response_not_found',
    param,
  );
}

// Items are named after their response: `msg_HEX_INDEX`.
function itemOf(exchange: Exchange, id: string): unknown {
  const named = /^[a-z]+_([\da-f]{32})_(\d+)$/.exec(id);
  const { output = [] } = named
    ? (JSON.parse(requireResponse(exchange, `resp_${named[1]}`, 'input').body) as { output?: unknown[] })
    : {};
  const item = named ? output[Number(named[2])] : undefined;
  if (item !== undefined) return item;
  throw notFound(`The item "${id.slice(0, 64)}" is not kept here. Send it in full.`, 'item_not_found', 'input');
}

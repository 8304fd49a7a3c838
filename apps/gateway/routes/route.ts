import { randomUUID } from 'node:crypto';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { chatCall } from '../wire/chat-call.ts';
import { type ChatRequest, chatRequest } from '../wire/chat-request.ts';
import { joinControls } from '../wire/controls.ts';
import { decisionOf } from '../work/decision.ts';
import { fileSource } from '../work/file-source.ts';
import { labelled, limitsOf, requireServed } from '../work/prepare.ts';

export const routeDecision = route({
  method: 'post',
  path: '/v1/route',
  summary: 'Say who would answer a chat completion, without asking anyone.',
  scope: 'route',
  request: chatRequest,
  replies: answers.routeChoice,
  answer:
    '`decided` says whether the pattern decides before it asks; then `answeredBy`, `place`, ' +
    '`reason` and `confidence` do, ' +
    'else `first` says who is asked first.',
  works: true,
  handle: decide,
});

async function decide(exchange: Exchange<ChatRequest>): Promise<Reply> {
  const { body, services, signal, audit } = exchange;
  const served = requireServed(exchange, body.model);
  const controls = joinControls(exchange.controls, body.tandem);
  const call = labelled(
    chatCall(body, { ids: services.ids, files: await fileSource(exchange) }),
    controls,
  );
  audit.model = served.name;
  const settings = { ...limitsOf(exchange, controls), runId: randomUUID() };
  const decision = await decisionOf({ model: served.model, call, settings, signal });
  return { body: { object: 'route', model: body.model, ...decision } };
}

import { type Call, textOf } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { conversationToJson } from '../wire/conversation.ts';
import { compactedContent } from '../wire/responses/compaction.ts';
import { inputItems } from '../wire/responses/input-items.ts';
import { type ResponseRequest, responseRequest } from '../wire/responses/response-request.ts';
import { saidIn, tandemHeaders, tandemObject } from '../wire/tandem-object.ts';
import { responseUsage } from '../wire/usage.ts';
import { answersOf } from '../work/ask-model.ts';
import { labelToKeep, prepareWork } from '../work/prepare.ts';
import { noteAnswer } from './chat.ts';
import { headOf, readResponse } from './responses.ts';

const compactRequest = responseRequest.extend({ input: responseRequest.shape.input.default('') });

const wanted =
  'Summarise the conversation so far for a model that will go on with it and sees nothing else: ' +
  'the task, what was decided and found, names, numbers, paths and code that matter, and what is ' +
  'still to be done. Write the summary alone.';

export const compactResponse = route({
  method: 'post',
  path: '/v1/responses/compact',
  summary: 'Sum a conversation up in an item that stands for it.',
  scope: 'chat',
  request: compactRequest,
  replies: answers.compaction,
  answer: 'A compaction: what was asked, and the item that stands for the rest.',
  works: true,
  handle: compact,
});

export const countInput = route({
  method: 'post',
  path: '/v1/responses/input_tokens',
  summary: 'Estimate the tokens of an input, without asking anyone.',
  scope: 'chat',
  request: compactRequest,
  replies: answers.inputTokens,
  answer: '`{ "input_tokens": 12 }`, an estimate.',
  async handle(exchange) {
    const { call } = await readResponse(exchange as Exchange<ResponseRequest>);
    const { prompt, tools = [], responseFormat } = call;
    const characters = JSON.stringify([prompt, tools, responseFormat ?? null]).length;
    const body = { object: 'response.input_tokens', input_tokens: Math.ceil(characters / 4) };
    return { body: { ...body, tandem: { isEstimate: true } } };
  },
});

async function compact(exchange: Exchange<ResponseRequest>): Promise<Reply> {
  const { body, services, caller, signal } = exchange;
  const { served, controls, call, conversation } = await readResponse(exchange);
  const work = prepareWork(exchange, served, { controls });
  const { tools: _tools, toolChoice: _choice, responseFormat: _format, ...plain } = call;
  const question = { model: work.model, call: summing(plain), settings: work.settings, signal };
  const [answer] = await answersOf(question, 1);
  const said = { runId: work.runId, ...saidIn([answer!], []) };
  noteAnswer(exchange, said);
  const { hex, createdAt } = headOf(work.runId, body);
  const label = labelToKeep(call, controls);
  const item = {
    id: `cmp_${hex}_0`,
    type: 'compaction',
    encrypted_content: compactedContent(textOf(answer!), label),
  };
  const kept = inputItems(body, hex).filter(each => (each as { role?: string }).role === 'user');
  const response = {
    id: `resp_${hex}`,
    object: 'response.compaction',
    created_at: createdAt,
    output: [...kept, item],
    usage: responseUsage(answer!.usage),
    tandem: tandemObject(said),
  };
  if (body.store !== false)
    await services.state.addResponse(caller.name, response.id, {
      body: JSON.stringify({ ...response, output: [item] }),
      prompt: conversationToJson(conversation),
      input: JSON.stringify(kept),
      label,
    });
  return { headers: tandemHeaders(work.runId, said.summaries[0]), body: response };
}

function summing(call: Call): Call {
  const asked = { role: 'user' as const, content: [{ type: 'text' as const, text: wanted }] };
  return { ...call, prompt: [...call.prompt, asked] };
}

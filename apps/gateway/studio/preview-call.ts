import * as z from 'zod';
import { costOf, priceOf } from '../../../src/entries/backends.ts';
import type { EgressEvent } from '../../../src/entries/runs.ts';
import { type Call, run, TandemError } from '../../../src/index.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { chatCall } from '../wire/chat-call.ts';
import { type ChatRequest, chatRequest } from '../wire/chat-request.ts';
import { joinControls } from '../wire/controls.ts';
import { fileSource } from '../work/file-source.ts';
import { labelled, limitsOf, requireServed } from '../work/prepare.ts';

const preview = z.object({
  object: z.literal('preview'),
  model: z.string(),
  data: z.array(
    z.object({
      destination: z.string(),
      purpose: z.string(),
      characters: z.number(),
      tokens: z.number(),
      costUsd: z.number().nullable(),
      masked: z.number(),
      label: z.string(),
      text: z.string(),
    }),
  ),
  /** Why nothing would leave, or why the rest is not known; null where nothing is to be said. */
  note: z.string().nullable(),
});
type Preview = z.infer<typeof preview>;

export const previewCall = route({
  method: 'post',
  path: '/v1/preview',
  summary: 'Show what of a chat completion would leave for a cloud, and at what price; none does.',
  scope: 'route',
  request: chatRequest,
  replies: preview,
  answer:
    'Each call as it would leave, input priced alone. What follows the answer of a cloud is not ' +
    'known before.',
  works: true,
  handle: look,
});

async function look(exchange: Exchange<ChatRequest>): Promise<Reply> {
  const { body, services, signal, audit } = exchange;
  const served = requireServed(exchange, body.model);
  const controls = joinControls(exchange.controls, body.tandem);
  const files = await fileSource(exchange);
  const call = labelled(chatCall(body, { ids: services.ids, files }), controls);
  audit.model = served.name;
  const data: Preview['data'] = [];
  const seen = (event: EgressEvent, sent: Call) => void data.push(shown(exchange, event, sent));
  const settings = { ...limitsOf(exchange, controls), preview: seen };
  let note: string | null = null;
  try {
    await run(settings, async () => served.model.doGenerate({ ...call, abortSignal: signal }));
  } catch (error) {
    // The denied calls end most patterns; what they would have sent has been seen.
    if (!TandemError.isInstance(error)) throw error;
    if (error.code !== 'egress_denied') {
      if (error.code !== 'not_configured' && data.length === 0) throw error;
      note = error.message;
    }
  }
  return { body: { object: 'preview', model: body.model, data, note } satisfies Preview };
}

function shown({ catalogue }: Exchange, event: EgressEvent, sent: Call): Preview['data'][number] {
  const { modelId, purpose, characters, tokens, masked, label } = event;
  const model = [...catalogue.served.values()].find(each => each.modelId === modelId)?.model;
  const price = priceOf(model ?? modelId, catalogue.policy.prices);
  const costUsd = costOf({ input: tokens, cachedInput: 0, output: 0 }, price);
  return {
    destination: modelId,
    ...{ purpose, characters, tokens, masked, label },
    costUsd: costUsd === 'unknown' ? null : costUsd,
    text: sent.prompt.map(textOf).join('\n\n'),
  };
}

function textOf({ role, content }: Call['prompt'][number]): string {
  if (typeof content === 'string') return `${role}: ${content}`;
  const parts = content.map(part => ('text' in part ? part.text : `(${part.type})`));
  return `${role}: ${parts.join('\n')}`;
}

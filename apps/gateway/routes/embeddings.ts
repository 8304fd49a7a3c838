import * as z from 'zod';
import { costOf, newRunId, priceOf, refusingRedirects, TandemError } from '../../../src/index.ts';
import { type Exchange, type Reply, route } from '../exchange.ts';
import { mayAsk } from '../policy/keys.ts';
import type { GatewaySettings } from '../settings.ts';
import { forbidden, later, notFound, Problem } from '../wire/problem.ts';

const tokens = z.array(z.number().int());

const embeddingRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([
    z.string().min(1),
    z.array(z.string()).min(1).max(2048),
    tokens.min(1),
    z.array(tokens).min(1).max(2048),
  ]),
  dimensions: z.number().int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
});

type EmbeddingRequest = z.infer<typeof embeddingRequest>;
type Embedder = GatewaySettings['embeddings'][string];

const mostMs = 60_000;

export const embeddings = route({
  method: 'post',
  path: '/v1/embeddings',
  summary: 'Embed texts by a configured model.',
  scope: 'embeddings',
  request: embeddingRequest,
  answer: 'What the model’s server answers.',
  works: true,
  handle: embed,
});

async function embed(exchange: Exchange<EmbeddingRequest>): Promise<Reply> {
  const { body, catalogue, caller, audit, services } = exchange;
  const all = catalogue.settings.embeddings;
  if (!Object.hasOwn(all, body.model) || !mayAsk(caller, body.model)) throw unknown(body.model, Object.keys(all));
  const embedder = all[body.model]!;
  const runId = newRunId();
  audit.model = body.model;
  audit.runId = runId;
  const isCloud = placeOf(embedder) === 'cloud';
  const price = priceOf(embedder.model, catalogue.policy.prices ?? {});
  const costUsd = (input: number) => (isCloud ? costOf({ input, cachedInput: 0, output: 0 }, price) : 0);
  // A token is three bytes or more; more is not asked for than was sent.
  const most = costUsd(Math.ceil(Buffer.byteLength(JSON.stringify(body.input)) / 3));
  const book = services.budgets.hold(caller, most === 'unknown' ? 0 : most);
  let spent = 0;
  try {
    if (isCloud) await cross(exchange, embedder, runId);
    const answered = await forward(embedder, body, exchange.signal);
    const { usage } = answered as { usage?: { prompt_tokens?: number } };
    audit.inputTokens = usage?.prompt_tokens ?? 0;
    audit.costUsd = costUsd(audit.inputTokens);
    spent = audit.costUsd === 'unknown' ? 0 : audit.costUsd;
    return { headers: { 'x-tandem-run-id': runId }, body: { ...answered, model: body.model } };
  } finally {
    book(spent);
  }
}

// The same rules as for every call that leaves, and an entry in the egress record before a byte does.
async function cross({ services, catalogue, body }: Exchange<EmbeddingRequest>, { model }: Embedder, runId: string) {
  const { mode, masker } = catalogue.policy;
  if (mode !== 'cloud-allowed')
    throw forbidden(`The mode "${mode}" keeps texts from "${model}". Use a model on this device.`, 'egress_denied');
  if (masker) {
    const message = `Personal data is masked here, and embeddings of masked texts are none. Use a model on this device instead of "${model}".`;
    throw forbidden(message, 'egress_denied');
  }
  const text = JSON.stringify(body.input);
  const { journal } = services;
  journal.begin(runId, () => {}, true);
  const crossing = { runId, modelId: model, place: 'cloud' as const, purpose: 'embed', masked: 0, contentHash: '' };
  await journal.intend({
    ...crossing,
    characters: text.length,
    tokens: Math.ceil(text.length / 4),
    label: 'cloud-allowed',
  });
  journal.end({ runId, state: 'done' });
}

async function forward(embedder: Embedder, body: EmbeddingRequest, signal: AbortSignal): Promise<object> {
  const { endpoint, model, apiKeyEnv } = embedder;
  const key = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv];
  const { tandem: _ours, ...sent } = body;
  const response = await refusingRedirects(fetch)(`${endpoint.replace(/\/+$/, '')}/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ ...sent, model }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(mostMs)]),
  }).catch((error: unknown) => {
    if (signal.aborted || TandemError.isInstance(error)) throw error;
    throw upstream(502, `"${model}" cannot be reached. Check that its server runs.`);
  });
  if (response.status === 429)
    throw later(
      { status: 429, code: 'rate_limit_exceeded', seconds: Number(response.headers.get('retry-after')) || 5 },
      `"${model}" is asked too often. Wait.`,
    );
  if (response.status === 400)
    throw new Problem(
      { status: 400, type: 'invalid_request_error', code: 'refused' },
      `"${model}" refuses the request. Check it against what the model accepts.`,
    );
  if (!response.ok) throw upstream(502, `"${model}" answers ${response.status}. Check its server.`);
  const answered: unknown = await response.json().catch(() => undefined);
  if (typeof answered !== 'object' || answered === null)
    throw upstream(502, `"${model}" answers with something that is no JSON. Check its server.`);
  return answered;
}

function placeOf({ place, endpoint }: Embedder): 'device' | 'cloud' {
  return place ?? (/^(localhost|127\..*|\[::1\])$/.test(new URL(endpoint).hostname) ? 'device' : 'cloud');
}

function unknown(model: string, names: readonly string[]): Problem {
  const known = names.length > 0 ? `There are ${names.join(', ')}.` : 'None is configured: see `gateway.embeddings`.';
  return notFound(
    `The embedding model "${model.slice(0, 100)}" does not exist here. ${known}`,
    'model_not_found',
    'model',
  );
}

function upstream(status: number, message: string): Problem {
  return new Problem({ status, type: 'upstream_error', code: 'model_failed' }, message);
}

/** What servers of many kinds say of a failure: words, code, status and when to ask again. */
import { describe, expect, it } from 'vitest';
import { readResponse } from './as-response.ts';
import { startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { readSaid, type Said, said } from './said.ts';

interface Wanted {
  readonly status?: number;
  readonly retryAfter?: string;
  readonly headers?: Record<string, string>;
}

function err(status: number, body: unknown, words: string, code = '', wanted: Wanted = {}): Quirk {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { headers, retryAfter = null } = wanted;
  const error = { status: wanted.status ?? statusOf(status), code, retryAfter, words };
  return { status, ...(headers && { headers }), whole: text, stream: text, says: said({ error }) };
}

// What is wrong with a request is its client's to mend, with a server or its key it is not.
function statusOf(status: number): number {
  if (status === 401 || status === 403) return 502;
  if (status === 402) return 429;
  return status === 413 || status === 422 ? 400 : status;
}

const failures = {
  azureDeployment: err(
    404,
    {
      error: {
        code: 'DeploymentNotFound',
        message: 'The API deployment for this resource does not exist.',
      },
    },
    'deployment',
    'model_not_found',
  ),
  azureKey: err(
    401,
    {
      error: {
        code: '401',
        message: 'Access denied due to invalid subscription key or wrong API endpoint.',
      },
    },
    'subscription key',
  ),
  azureKeyOld: err(
    401,
    { statusCode: 401, message: 'Unauthorized. Access token is missing' },
    'Access token is missing',
  ),
  azureFilter: err(
    400,
    {
      error: {
        message:
          'The response was filtered due to the prompt triggering ' +
          "Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: {} },
      },
    },
    'content management',
    'content_filter',
  ),
  azure429: err(
    429,
    {
      error: {
        code: '429',
        message:
          'Requests to the ChatCompletions_Create Operation have ' +
          'exceeded token rate limit. Please retry after 26 seconds.',
      },
    },
    'token rate limit',
    'rate_limit_exceeded',
    { retryAfter: '26' },
  ),
  azure429h: err(
    429,
    { error: { code: '429', message: 'Too many' } },
    'Too many',
    'rate_limit_exceeded',
    { headers: { 'retry-after': '26' }, retryAfter: '26' },
  ),
  foundryProblem: err(
    400,
    {
      type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
      title: 'One or more validation errors occurred.',
      status: 400,
      errors: { Messages: ['The Messages field is required.'] },
    },
    'Messages field is required',
  ),
  foundryLocal: err(
    400,
    'Model phi-9 was not found in the catalog or local cache.',
    'was not found in the catalog',
  ),
  lmstudioUnload: err(400, { error: 'Model unloaded.' }, 'Model unloaded'),
  lmstudioNone: err(
    404,
    {
      error: {
        message: 'No models loaded. Please load a model in the developer page',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    },
    'No models loaded',
    'model_not_found',
  ),
  lmstudioCtx: err(
    400,
    {
      error:
        'The number of tokens to keep from the initial prompt is ' +
        'greater than the context length. Try to load the model with a larger context length',
    },
    'context length',
    'context_length_exceeded',
  ),
  llamaCtx: err(
    400,
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9000,
        n_ctx: 4096,
      },
    },
    'context size',
    'context_length_exceeded',
  ),
  llamaLoading: err(
    503,
    { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    'Loading model',
  ),
  llamaTemplate: err(
    500,
    {
      error: {
        code: 500,
        message: 'Value is not callable: null at row 1, column 72',
        type: 'server_error',
      },
    },
    'not callable',
    '',
    { status: 502 },
  ),
  vllmCtx: err(
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'maximum context length',
    'context_length_exceeded',
  ),
  vllmNew: err(
    400,
    {
      error: {
        message:
          "'max_tokens' or 'max_completion_tokens' is too large: 9000. " +
          "This model's maximum context length is 4096 tokens",
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
    },
    'too large',
    'context_length_exceeded',
  ),
  vllm404: err(
    404,
    {
      object: 'error',
      message: 'The model `x` does not exist.',
      type: 'NotFoundError',
      param: null,
      code: 404,
    },
    'does not exist',
    'model_not_found',
  ),
  ollama404: err(
    404,
    { error: { message: "model 'x' not found", type: 'api_error', param: null, code: null } },
    'not found',
    'model_not_found',
  ),
  ollamaMem: err(
    500,
    {
      error: {
        message: 'model requires more system memory (9.0 GiB) than is available (4.0 GiB)',
        type: 'api_error',
      },
    },
    'system memory',
    '',
    { status: 502 },
  ),
  mlx: err(404, { error: 'Not Found' }, 'Not Found'),
  mlxText: err(500, 'ValueError: No tokenizer', 'No tokenizer', '', { status: 502 }),
  tgi: err(
    422,
    {
      error: 'Input validation: `inputs` tokens + `max_new_tokens` must be <= 4096.',
      error_type: 'validation',
    },
    'must be <= 4096',
    'context_length_exceeded',
  ),
  fastapi: err(
    422,
    { detail: [{ type: 'missing', loc: ['body', 'messages'], msg: 'Field required', input: {} }] },
    'Field required',
  ),
  cloudflare: err(
    400,
    { success: false, errors: [{ code: 5007, message: 'No such model @cf/x' }], result: null },
    'No such model',
  ),
  aws: err(
    400,
    { __type: 'ValidationException', message: 'Input is too long for requested model.' },
    'Input is too long',
    'context_length_exceeded',
  ),
  awsThrottle: err(
    429,
    { message: 'Too many tokens, please wait before trying again.' },
    'Too many tokens',
    'rate_limit_exceeded',
  ),
  google429: err(
    429,
    [
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted (e.g. check quota).',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }],
        },
      },
    ],
    'exhausted',
    'rate_limit_exceeded',
    { retryAfter: '37' },
  ),
  quota: err(
    429,
    {
      error: {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      },
    },
    'current quota',
    'insufficient_quota',
  ),
  or402: err(
    402,
    { error: { message: 'Insufficient credits', code: 402 } },
    'Insufficient credits',
    'insufficient_quota',
  ),
  anthropic529: err(
    529,
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    'Overloaded',
    '',
    { status: 529, retryAfter: '5' },
  ),
  anthropicLong: err(
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'prompt is too long: 210000 tokens > 200000 maximum',
      },
    },
    'prompt is too long',
    'context_length_exceeded',
  ),
  mistral: err(
    422,
    {
      object: 'error',
      message: {
        detail: [
          { type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs are not permitted' },
        ],
      },
      type: 'invalid_request_error',
      code: null,
    },
    'Extra inputs',
  ),
  rateHeaders: err(
    429,
    {
      error: {
        message: 'Rate limit reached for gpt-4o. Please try again in 6.5s.',
        code: 'rate_limit_exceeded',
      },
    },
    'Rate limit',
    'rate_limit_exceeded',
    { retryAfter: '7' },
  ),
  ms: err(429, { error: { message: 'slow' } }, 'slow', 'rate_limit_exceeded', {
    headers: { 'retry-after-ms': '1500' },
    retryAfter: '2',
  }),
  xml: err(
    403,
    '<?xml version="1.0"?><Error><Message>Request expired</Message></Error>',
    'Request expired',
  ),
  nginx: err(
    413,
    '<html><head><title>413 Request Entity Too Large</title></head></html>',
    '413 Request Entity Too Large',
  ),
  modelField: err(
    400,
    {
      error: {
        message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
        type: 'invalid_request_error',
        param: 'temperature',
        code: 'unsupported_value',
      },
    },
    'temperature',
    'unsupported_value',
  ),
  toolsUnsupported: err(
    400,
    {
      error: { message: 'registry.ollama.ai/library/x does not support tools', type: 'api_error' },
    },
    'does not support tools',
  ),
};

function isTold({ error }: Said, { error: wanted }: Said): boolean {
  const { status, code, retryAfter, words } = wanted!;
  return (
    error?.status === status &&
    error.words.includes(words) &&
    (code === '' || error.code === code) &&
    (retryAfter === null || error.retryAfter === retryAfter)
  );
}

describe('a failure in the words of its server', () => {
  it('is told with all that it says, over both interfaces', { timeout: 120_000 }, async () => {
    await using it = await startQuirkServer(failures);
    const wrong: object[] = [];
    for (const [model, { says }] of Object.entries(failures))
      for (const stream of [false, true]) {
        const messages = [{ role: 'user', content: 'hi' }];
        const chat = await it.gateway.send('/v1/chat/completions', { model, stream, messages });
        const told = await it.gateway.send('/v1/responses', { model, stream, input: 'hi' });
        for (const got of [await readSaid(chat), await readResponse(told)])
          if (!isTold(got, says)) wrong.push({ model, stream, error: got.error });
      }
    expect(wrong).toEqual([]);
  });
});

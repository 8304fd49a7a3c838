import type { WireRequest, WireStep } from './wire-double.ts';

/** What decides whether a double of a cloud refuses. */
interface CloudFacts {
  readonly key?: string;
  readonly models: readonly string[];
  readonly isReasoning?: boolean;
  readonly filters?: boolean;
}

/** Tells whether a double is that of a cloud. */
export function isCloud(kind: string): kind is 'openai' | 'azure' {
  return kind === 'openai' || kind === 'azure';
}

/**
 * Refuses a request as OpenAI and Azure AI Foundry do, in their words; `undefined` where it is to
 * be answered.
 */
export function cloudRefusal(
  kind: 'openai' | 'azure',
  { headers, body }: WireRequest,
  { key = 'key-1', models, isReasoning, filters }: CloudFacts,
): WireStep | undefined {
  const isKnown =
    headers.authorization === `Bearer ${key}` || (kind === 'azure' && headers['api-key'] === key);
  if (!isKnown) return refusal(401, unauthorized[kind]);
  if (!models.includes(String(body.model))) return refusal(404, missing[kind](String(body.model)));
  if (filters) return refusal(400, filtered);
  const unsupported = ['max_tokens', 'temperature', 'logprobs'].find(
    name => body[name] !== undefined,
  );
  return isReasoning && unsupported ? refusal(400, unsupportedParameter(unsupported)) : undefined;
}

function refusal(status: number, error: object): WireStep {
  return { status, error: { error } };
}

const unauthorized = {
  openai: {
    message: 'Incorrect API key provided: sk-*****.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  azure: {
    code: '401',
    message: 'Access denied due to invalid subscription key or wrong API endpoint.',
  },
};

const missing = {
  openai: (model: string) => ({
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  }),
  azure: () => ({
    code: 'DeploymentNotFound',
    message: 'The API deployment for this resource does not exist.',
  }),
};

const filtered = {
  code: 'content_filter',
  message: 'The response was filtered due to the prompt triggering content management policy.',
  status: 400,
  innererror: {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: { hate: { filtered: true, severity: 'high' } },
  },
};

function unsupportedParameter(name: string) {
  return {
    message: `Unsupported parameter: '${name}' is not supported with this model.`,
    type: 'invalid_request_error',
    param: name,
    code: 'unsupported_parameter',
  };
}

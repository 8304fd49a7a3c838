/**
 * OpenAI's Responses API, as far as a server gives log-probabilities there alone: text in, text
 * out.
 */
import { parseJson } from '../../algorithms/text/written/bounded-json.ts';
import { logprobMetadata } from '../../model/leaf/logprobs.ts';
import type { Answer, Call, Content, Message, Warning } from '../../model/types.ts';
import { apiFailure, headersIn, postJson, textOf } from '../post-json.ts';
import { foreignOptions, optionsUnder } from '../provider-options.ts';
import { wordsInBody } from '../said-by-server.ts';
import { requireHeaders } from '../settings.ts';
import type { ChatServer } from './chat-client.ts';
import { isTokenLogprob } from './chat-logprobs.ts';

interface ResponsesBody {
  readonly output?: readonly {
    readonly type?: string;
    readonly content?: readonly {
      readonly type?: string;
      readonly text?: string;
      readonly logprobs?: unknown;
    }[];
  }[];
  readonly usage?: {
    readonly input_tokens?: number;
    readonly input_tokens_details?: { readonly cached_tokens?: number };
    readonly output_tokens?: number;
  };
  readonly incomplete_details?: { readonly reason?: string } | null;
}

const unknownOptions = [
  'seed',
  'stopSequences',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
] as const;

/**
 * Tells whether a call can be asked here with nothing lost: text alone, and no option that this
 * interface lacks.
 */
export function fitsResponses(call: Call): boolean {
  // It binds no schema, whatever it is told.
  if (call.responseFormat?.type === 'json') return false;
  if (call.tools?.length || unknownOptions.some(option => call[option] !== undefined)) return false;
  return call.prompt.every(
    ({ role, content }) =>
      role !== 'tool' &&
      (typeof content === 'string' || content.every(part => part.type === 'text')),
  );
}

/** Asks for an answer with log-probabilities. @throws ApiCallError */
export async function responsesAnswer(server: ChatServer, call: Call): Promise<Answer> {
  const body = requestBody(server.model, call);
  const answer = await post(server, body, call);
  const parts = (answer.output ?? []).flatMap(item =>
    (item.content ?? []).map(part => ({ ...part, item: item.type })),
  );
  const logprobs = parts.flatMap(part =>
    Array.isArray(part.logprobs) ? part.logprobs.filter(isTokenLogprob) : [],
  );
  const {
    input_tokens: input,
    output_tokens: output,
    input_tokens_details: details,
  } = answer.usage ?? {};
  const reason = answer.incomplete_details?.reason;
  return {
    content: parts.flatMap(contentOf),
    finishReason: { unified: reason === undefined ? 'stop' : endOf(reason), raw: reason },
    usage: {
      inputTokens: {
        total: input,
        noCache: undefined,
        cacheRead: details?.cached_tokens,
        cacheWrite: undefined,
      },
      outputTokens: { total: output, text: undefined, reasoning: undefined },
    },
    warnings: ignoredOptions(call, server),
    ...(logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

// They are those of chat completions.
function ignoredOptions(call: Call, { optionNames = [] }: ChatServer): Warning[] {
  const names = Object.keys(optionsUnder(optionNames, call.providerOptions));
  const details =
    'This answer came by the Responses API, for its log-probabilities; ' +
    `${names.join(', ')} did not go along.`;
  const own: Warning[] =
    names.length === 0 ? [] : [{ type: 'unsupported', feature: 'providerOptions', details }];
  return [...foreignOptions(call, optionNames), ...own];
}

function contentOf(part: { type?: string; text?: string; item: string | undefined }): Content[] {
  if (typeof part.text !== 'string' || part.text === '') return [];
  return [{ type: part.item === 'reasoning' ? 'reasoning' : 'text', text: part.text }];
}

function endOf(reason: string): Answer['finishReason']['unified'] {
  if (reason === 'max_output_tokens') return 'length';
  return reason === 'content_filter' ? 'content-filter' : 'other';
}

function requestBody(model: string, call: Call): Record<string, unknown> {
  const { temperature, topP, maxOutputTokens } = call;
  return {
    model,
    input: call.prompt.map(message => ({ role: message.role, content: textIn(message) })),
    include: ['message.output_text.logprobs'],
    top_logprobs: 1,
    store: false,
    temperature,
    top_p: topP,
    max_output_tokens: maxOutputTokens,
  };
}

function textIn(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  return message.content.map(part => ('text' in part ? part.text : '')).join('\n');
}

async function post(
  server: ChatServer,
  body: Record<string, unknown>,
  call: Call,
): Promise<ResponsesBody> {
  const { endpoint, headers = {}, fetch } = server;
  const posted = { url: `${endpoint}/responses`, signal: call.abortSignal };
  const all = call.headers ? { ...headers, ...requireHeaders(call.headers) } : headers;
  const response = await postJson({ ...posted, headers: all, body: JSON.stringify(body), fetch });
  const text = await textOf(response, posted);
  const failed = {
    url: posted.url,
    statusCode: response.status,
    responseHeaders: headersIn(response),
    responseBody: text,
  };
  if (!response.ok) {
    const said = wordsInBody(text);
    const fields = Object.keys(body).filter(field => body[field] !== undefined);
    throw apiFailure(said.message || `HTTP ${response.status}.`, {
      ...failed,
      data: { fields, said },
    });
  }
  try {
    return parseJson(text) as ResponsesBody;
  } catch (cause) {
    throw apiFailure('Invalid JSON response.', { ...failed, cause, isRetryable: false });
  }
}

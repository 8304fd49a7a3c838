import type { LanguageModel } from '../../model/types.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { chatModel } from '../openai/openai-compatible.ts';
import { given, requireEndpoint, requireOptions } from '../settings.ts';
import { defaultCredential, scopeOf, type TokenCredential, tokenSource } from './entra-token.ts';

/** A deployment in Azure AI Foundry or Azure OpenAI. */
export interface AzureOptions extends Sending {
  readonly deployment: string;
  /**
   * Resource (`https://NAME.openai.azure.com`), Foundry project, target URI of the portal, or whole
   * `…/openai/v1` URL; a query such as `?api-version=preview` goes along.
   */
  readonly endpoint: string;
  /** Without a key, Entra ID is asked for tokens. */
  readonly apiKey?: string;
  /** Default: `DefaultAzureCredential` of the optional package `@azure/identity`. */
  readonly credential?: TokenCredential;
  /** Scope of the tokens. Default: by host. */
  readonly scope?: string;
  /** Whether the deployment is a reasoning model, which takes no temperature. Default: false. */
  readonly reasoning?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Context window in tokens, if known: a longer prompt is then refused before it is sent. */
  readonly contextTokens?: number;
  /** Whether the deployment takes a JSON schema as `response_format`. Default: true. */
  readonly structuredOutputs?: boolean;
}

const knownOptions: Readonly<Record<keyof AzureOptions, true>> = {
  deployment: true,
  endpoint: true,
  apiKey: true,
  credential: true,
  scope: true,
  reasoning: true,
  headers: true,
  contextTokens: true,
  structuredOutputs: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
};

/**
 * Makes a cloud model of an Azure deployment, with an API key or with Entra ID.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 * @example
 * ```ts
 * const cloud = azure({
 *   endpoint: 'https://example.services.ai.azure.com',
 *   deployment: 'gpt-4.1',
 *   apiKey: process.env.AZURE_AI_FOUNDRY_API_KEY,
 * });
 * ```
 */
export function azure(options: AzureOptions): LanguageModel {
  requireOptions('azure', options, { known: knownOptions, required: ['deployment', 'endpoint'] });
  const {
    deployment,
    apiKey,
    headers,
    connectMs,
    answerMs,
    contextTokens,
    reasoning,
    structuredOutputs,
  } = options;
  const endpoint = baseOf(requireEndpoint(options.endpoint, 'AZURE_AI_FOUNDRY_ENDPOINT'));
  const fetch = apiKey === undefined ? bearerFetch(options, endpoint) : options.fetch;
  const chat = {
    model: deployment,
    modelId: `azure:${deployment}`,
    endpoint,
    place: 'cloud' as const,
    headers: { ...headers, ...(apiKey !== undefined && { 'api-key': apiKey }) },
    ...given({ connectMs, answerMs, contextTokens, reasoning, structuredOutputs, fetch }),
  };
  return chatModel(chat, { optionNames: ['openai', 'azure', 'azure-ai'], vendor: 'azure' });
}

/**
 * The versioned URL to which every form of address leads: a resource, a project
 * (`/api/projects/NAME`), `/models`, the target URI that the portal shows, the versioned URL; each
 * with the prefix of a gateway before it, and with a query, which goes along with every
 * request but for the version of the older interface.
 */
function baseOf(endpoint: string): string {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/{1,9}$/, '');
  const versioned = /^(.*?)\/(openai\/)?v1(\/(chat\/completions|responses|models))?$/.exec(path);
  const prefix = versioned ? versioned[1]! : path.replace(olderPath, '');
  const version = url.searchParams.get('api-version');
  // The older interface has dates for versions, which this one does not know.
  if (!versioned && version && /^\d/.test(version)) url.searchParams.delete('api-version');
  const isPlainV1 = versioned !== null && versioned[2] === undefined;
  url.pathname = `${prefix}/${isPlainV1 ? '' : 'openai/'}v1`;
  url.hash = '';
  return url.href.replace(/\/$/, '');
}

const olderPath = new RegExp(
  '/(api/projects/[^/]+(/.*)?|models(/chat/completions)?|openai(/deployments/[^/]+(/.*)?)?' +
    '|openai/(chat/completions|responses|models))$',
);

function bearerFetch(options: AzureOptions, base: string): typeof globalThis.fetch {
  const { credential, scope = scopeOf(base) } = options;
  const send = modelFetch(options, base);
  const token = tokenSource(async () => credential ?? defaultCredential(options.fetch), scope);
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await token()}`);
    return send(input, { ...init, headers });
  };
}

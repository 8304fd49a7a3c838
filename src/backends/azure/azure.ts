import type { LanguageModel } from '../../model/types.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { chatModel } from '../openai/openai-compatible.ts';
import { given, isLocalEndpoint, requireEndpoint, requireOptions } from '../settings.ts';
import { defaultCredential, scopeOf, type TokenCredential, tokenSource } from './entra-token.ts';

/** A deployment in Azure AI Foundry or Azure OpenAI. */
export interface AzureOptions extends Sending {
  readonly deployment: string;
  /** Resource (`https://NAME.openai.azure.com`), Foundry project, or whole `…/openai/v1` URL. */
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
  fetch: true,
  connectMs: true,
  answerMs: true,
};

/**
 * Makes a cloud model of an Azure deployment, with an API key or with Entra ID.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 */
export function azure(options: AzureOptions): LanguageModel {
  requireOptions('azure', options, { known: knownOptions, required: ['deployment', 'endpoint'] });
  const { deployment, apiKey, headers, connectMs, answerMs, contextTokens, reasoning } = options;
  const endpoint = baseOf(requireEndpoint(options.endpoint, 'AZURE_AI_FOUNDRY_ENDPOINT'));
  const fetch = apiKey === undefined ? bearerFetch(options, endpoint) : options.fetch;
  const chat = {
    model: deployment,
    modelId: `azure:${deployment}`,
    endpoint,
    place: 'cloud' as const,
    headers: { ...headers, ...(apiKey !== undefined && { 'api-key': apiKey }) },
    ...given({ connectMs, answerMs, contextTokens, reasoning, fetch }),
  };
  return chatModel(chat, { optionNames: ['openai', 'azure', 'azure-ai'] });
}

// A resource, a project (/api/projects/NAME) and the versioned URL all lead to one place.
function baseOf(endpoint: string): string {
  const url = new URL(endpoint);
  if (/\/openai\/v1\/?$/.test(url.pathname)) return endpoint.replace(/\/+$/, '');
  return `${url.origin}/openai/v1`;
}

function bearerFetch(options: AzureOptions, base: string): typeof globalThis.fetch {
  const { credential, scope = scopeOf(base) } = options;
  const send = modelFetch(options, isLocalEndpoint(base));
  const token = tokenSource(async () => credential ?? defaultCredential(options.fetch), scope);
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await token()}`);
    return send(input, { ...init, headers });
  };
}

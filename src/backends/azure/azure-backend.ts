import type { Scheme, SpecSettings } from '../../model/spec.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { Backend, CloudReport, Environment, RoleVariables } from '../backend.ts';
import { isInstalled } from '../is-installed.ts';
import { sharedOptions } from '../openai/openai-backends.ts';
import { checkSettings, requireEndpoint, requireModelName } from '../settings.ts';
import { azure } from './azure.ts';
import type { TokenCredential } from './entra-token.ts';

const azureSettings = [
  'endpoint',
  'apiKey',
  'headers',
  'fetch',
  'credential',
  'scope',
  'reasoning',
  'structuredOutputs',
  'contextTokens',
  'connectMs',
  'answerMs',
] as const;

/** `azure:DEPLOYMENT`. */
const azureScheme: Scheme = {
  name: 'azure',
  summary: 'Azure AI Foundry and Azure OpenAI, by API key or Entra ID',
  example: 'azure:gpt-4.1',
  settings: azureSettings,
  create: (rest, settings) => azureFromSpec('azure', rest, settings),
};

/** `azure-ai:DEPLOYMENT`, another name of `azure:`. */
const azureAiScheme: Scheme = {
  name: 'azure-ai',
  summary: 'another name of azure:',
  example: 'azure-ai:gpt-4.1',
  settings: azureSettings,
  create: (rest, settings) => azureFromSpec('azure-ai', rest, settings),
};

function azureFromSpec(scheme: string, rest: string, settings: SpecSettings): LanguageModel {
  checkSettings(scheme, settings, azureSettings);
  const env = settings.env ?? process.env;
  const apiKey = settings.apiKey ?? env.AZURE_AI_API_KEY ?? env.AZURE_OPENAI_API_KEY;
  const endpoint = settings.endpoint ?? endpointIn(env);
  const { credential, scope } = settings;
  return azure({
    deployment: requireModelName(scheme, rest, 'azure:gpt-4.1'),
    endpoint: requireEndpoint(endpoint, 'AZURE_AI_FOUNDRY_ENDPOINT'),
    ...(apiKey && { apiKey }),
    ...sharedOptions(settings),
    ...(credential !== undefined && { credential: credential as TokenCredential }),
    ...(scope !== undefined && { scope: scope as string }),
  });
}

const roles: RoleVariables = {
  endpoint: 'AZURE_AI_FOUNDRY_ENDPOINT',
  model: { SLM: 'AZURE_AI_SLM_DEPLOYMENT_NAME', LLM: 'AZURE_AI_LLM_DEPLOYMENT_NAME' },
  // What samples in Python call them.
  otherNames: {
    AZURE_AI_FOUNDRY_ENDPOINT: ['AZURE_AI_PROJECT_ENDPOINT', 'AZURE_OPENAI_ENDPOINT'],
    AZURE_AI_LLM_DEPLOYMENT_NAME: ['AZURE_AI_MODEL_DEPLOYMENT_NAME'],
  },
};

function endpointIn(env: Environment): string | undefined {
  return (
    env.AZURE_AI_FOUNDRY_ENDPOINT || env.AZURE_AI_PROJECT_ENDPOINT || env.AZURE_OPENAI_ENDPOINT
  );
}

/** Azure AI Foundry and Azure OpenAI. */
export const azureBackend: Backend = { scheme: azureScheme, roles, cloud: cloudIn };

/** The same by another name. */
export const azureAiBackend: Backend = { scheme: azureAiScheme, sameAs: azureScheme.name, roles };

function cloudIn(env: Environment): CloudReport | undefined {
  const endpoint = endpointIn(env);
  const key = env.AZURE_AI_API_KEY || env.AZURE_OPENAI_API_KEY;
  const deployment = env.AZURE_AI_LLM_DEPLOYMENT_NAME || env.AZURE_AI_MODEL_DEPLOYMENT_NAME;
  if (!endpoint && !key && !deployment) return undefined;
  const hasIdentity = key ? true : isInstalled('@azure/identity');
  const missing = [
    ...(endpoint ? [] : ['AZURE_AI_FOUNDRY_ENDPOINT']),
    ...(hasIdentity ? [] : ['AZURE_AI_API_KEY, or the package @azure/identity']),
  ];
  return {
    scheme: 'azure',
    title: 'Azure AI Foundry',
    ...(deployment && { spec: `azure:${deployment}` }),
    credentials: key ? 'key' : hasIdentity ? 'entra' : 'none',
    missing,
  };
}

import { TandemError } from '../../model/errors.ts';
import type { Scheme, SpecSettings } from '../../model/spec.ts';
import { type Backend, modelVariables } from '../backend.ts';
import { inspectList } from '../inspect-list.ts';
import {
  checkSettings,
  given,
  isLocalEndpoint,
  requireEndpoint,
  requireModelName,
} from '../settings.ts';
import { chatModel, type OpenAICompatibleOptions, openaiCompatible } from './openai-compatible.ts';

/** Settings that every server of OpenAI's protocol reads. */
export const chatSettings = [
  'endpoint',
  'apiKey',
  'headers',
  'fetch',
  'place',
  'structuredOutputs',
  'reasoning',
  'contextTokens',
  'connectMs',
  'answerMs',
] as const;

/** `openai-compatible:NAME`. */
const openaiCompatibleScheme: Scheme = {
  name: 'openai-compatible',
  summary: 'any server that speaks OpenAI’s protocol, with its base URL and headers',
  example: 'openai-compatible:phi-4-mini',
  settings: chatSettings,
  create(rest, settings) {
    checkSettings('openai-compatible', settings, chatSettings);
    const env = settings.env ?? process.env;
    const apiKey = settings.apiKey ?? env.OPENAI_COMPATIBLE_API_KEY;
    return openaiCompatible({
      model: requireModelName('openai-compatible', rest, 'openai-compatible:phi-4-mini'),
      endpoint: requireEndpoint(
        settings.endpoint ?? env.OPENAI_COMPATIBLE_ENDPOINT,
        'OPENAI_COMPATIBLE_ENDPOINT',
      ),
      ...(apiKey && { apiKey }),
      ...sharedOptions(settings),
    });
  },
};

/** `openai:NAME`. */
const openaiScheme: Scheme = {
  name: 'openai',
  summary: 'OpenAI',
  example: 'openai:gpt-4.1',
  settings: chatSettings,
  create(rest, settings) {
    checkSettings('openai', settings, chatSettings);
    const env = settings.env ?? process.env;
    const apiKey = settings.apiKey ?? env.OPENAI_API_KEY;
    const model = requireModelName('openai', rest, 'openai:gpt-4.1');
    if (!apiKey) {
      throw new TandemError('missing_setting', 'No key for OpenAI is set. Set OPENAI_API_KEY.', {
        data: { variable: 'OPENAI_API_KEY' },
      });
    }
    const endpoint = settings.endpoint ?? env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
    const options = {
      model,
      modelId: `openai:${model}`,
      endpoint: requireEndpoint(endpoint, 'OPENAI_BASE_URL'),
      apiKey,
      place: 'cloud' as const,
      ...sharedOptions(settings),
    };
    return chatModel(options, { optionNames: ['openai'], vendor: 'openai' });
  },
};

/** Any server of OpenAI's protocol: one on this machine is found, another is a cloud. */
export const openaiCompatibleBackend: Backend = {
  scheme: openaiCompatibleScheme,
  roles: { endpoint: 'OPENAI_COMPATIBLE_ENDPOINT', model: modelVariables('OPENAI_COMPATIBLE') },
  discover({ OPENAI_COMPATIBLE_ENDPOINT: endpoint }) {
    if (!endpoint || !URL.canParse(endpoint) || !isLocalEndpoint(endpoint)) return [];
    return [{ endpoint, source: 'OPENAI_COMPATIBLE_ENDPOINT' }];
  },
  inspect: inspectList,
  chatAt: origin => `${origin}/v1`,
  cloud(env) {
    const model = env.OPENAI_COMPATIBLE_LLM_MODEL;
    if (!model) return undefined;
    return {
      scheme: 'openai-compatible',
      title: 'OpenAI-compatible cloud',
      spec: `openai-compatible:${model}`,
      credentials: env.OPENAI_COMPATIBLE_API_KEY ? 'key' : 'none',
      missing: env.OPENAI_COMPATIBLE_ENDPOINT ? [] : ['OPENAI_COMPATIBLE_ENDPOINT'],
    };
  },
};

/** OpenAI. */
export const openaiBackend: Backend = {
  scheme: openaiScheme,
  roles: { model: modelVariables('OPENAI') },
  cloud(env) {
    const model = env.OPENAI_LLM_MODEL;
    if (!env.OPENAI_API_KEY && !model) return undefined;
    return {
      scheme: 'openai',
      title: 'OpenAI',
      spec: `openai:${model || 'gpt-4.1'}`,
      credentials: env.OPENAI_API_KEY ? 'key' : 'none',
      missing: env.OPENAI_API_KEY ? [] : ['OPENAI_API_KEY'],
    };
  },
};

/** Reads what all schemes of the protocol share. */
export function sharedOptions(settings: SpecSettings): Partial<OpenAICompatibleOptions> {
  const {
    headers,
    fetch,
    place,
    structuredOutputs,
    reasoning,
    contextTokens,
    connectMs,
    answerMs,
  } = settings;
  const kinds = { place, structuredOutputs, reasoning } as Partial<OpenAICompatibleOptions>;
  return given({ ...kinds, headers, fetch, contextTokens, connectMs, answerMs });
}

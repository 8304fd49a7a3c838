import { TandemError } from '../../model/errors.ts';
import type { Scheme, SpecSettings } from '../../model/spec.ts';
import { type Backend, modelVariables, placeIn } from '../backend.ts';
import { checkSettings, given, requireModelName } from '../settings.ts';
import { inspectOllama } from './inspect-ollama.ts';
import { type OllamaOptions, ollama, ollamaEndpoint } from './ollama.ts';
import { pullModel } from './pull-model.ts';
import type { Think } from './thinking.ts';

/** Settings of `ollama:`. */
const ollamaSettings = [
  'endpoint',
  'contextTokens',
  'think',
  'keepAlive',
  'options',
  'headers',
  'fetch',
  'connectMs',
  'answerMs',
] as const;
// Settings of a configuration may be of any type.
function ownSettings({ think, keepAlive, options }: SpecSettings) {
  const wrong = (name: string, value: unknown, advice: string) =>
    new TandemError(
      'invalid_argument',
      `\`${name}\` of \`ollama:\` is ${JSON.stringify(value)}. ${advice}`,
      { data: { option: name } },
    );
  if (!isThink(think)) throw wrong('think', think, 'Give true, false, low, medium, high or max.');
  if (!isDuration(keepAlive))
    throw wrong('keepAlive', keepAlive, 'Give a duration such as `10m`, or seconds.');
  if (options !== undefined && (typeof options !== 'object' || options === null))
    throw wrong('options', options, 'Give an object such as { num_gpu: 0 }.');
  return { think, keepAlive, options: options as OllamaOptions['options'] };
}

function isThink(value: unknown): value is Think | undefined {
  return [undefined, true, false, 'low', 'medium', 'high', 'max'].includes(value as Think);
}

function isDuration(value: unknown): value is string | number | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'string';
}

/** `ollama:NAME`. */
const ollamaScheme: Scheme = {
  name: 'ollama',
  summary: 'a model of an Ollama server',
  example: 'ollama:phi4-mini',
  settings: ollamaSettings,
  create(rest, settings) {
    checkSettings('ollama', settings, ollamaSettings);
    const env = settings.env ?? process.env;
    const endpoint = settings.endpoint ?? env.OLLAMA_ENDPOINT;
    const { contextTokens, headers, fetch, connectMs, answerMs } = settings;
    const own = ownSettings(settings);
    return ollama({
      model: requireModelName('ollama', rest, 'ollama:phi4-mini'),
      ...(endpoint && { endpoint }),
      ...given({ contextTokens, headers, fetch, connectMs, answerMs, ...own }),
    });
  },
};

/** Ollama, by its own protocol. */
export const ollamaBackend: Backend = {
  scheme: ollamaScheme,
  roles: {
    endpoint: 'OLLAMA_ENDPOINT',
    defaultEndpoint: ollamaEndpoint,
    model: modelVariables('OLLAMA'),
  },
  discover: env => placeIn(env, 'OLLAMA_ENDPOINT', ollamaEndpoint),
  inspect: inspectOllama,
  endpointAt: origin => origin,
  advise: {
    title: 'Ollama',
    start: 'ollama serve',
    fetchModel: model => `ollama pull ${model}`,
    pull: pullModel,
    widen: (_model, tokens) => `OLLAMA_CONTEXT_LENGTH=${tokens} ollama serve`,
  },
};

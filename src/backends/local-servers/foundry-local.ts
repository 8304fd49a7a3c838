import { TandemError } from '../../model/errors.ts';
import { placeOfHost } from '../../model/leaf/model/host-place.ts';
import { askingPlace, placedAt } from '../../model/leaf/model/place.ts';
import type { Scheme } from '../../model/spec.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type Backend, modelVariables, type ServerCommands } from '../backend.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { chatModel } from '../openai/openai-compatible.ts';
import {
  checkSettings,
  given,
  requireEndpoint,
  requireModelName,
  requireOptions,
} from '../settings.ts';
import { inspectFoundry } from './inspect-servers.ts';
import { lazyModel } from './lazy-model.ts';
import { askPlace } from './place-told.ts';

/** What of the package `foundry-local-sdk` is used. */
export interface FoundryLocalSdk {
  readonly FoundryLocalManager: {
    create(config: { appName: string; webServiceUrls: string }): {
      readonly catalog: {
        getModel(alias: string): Promise<
          | {
              readonly id: string;
              readonly isCached?: boolean;
              download(progress?: (percent: number) => void): Promise<void>;
              load(): Promise<void>;
            }
          | undefined
        >;
      };
      startWebService(): void | Promise<void>;
    };
  };
}

/** A model of Microsoft's Foundry Local. */
export interface FoundryLocalOptions extends Sending {
  /** Alias such as `phi-4-mini`, or the id of one variant. */
  readonly model: string;
  /** Default: `FOUNDRY_LOCAL_ENDPOINT`, else what `foundry service status` says. */
  readonly endpoint?: string;
  /** Starts the service and loads the model when it is first asked. Default: false. */
  readonly start?: boolean;
  /** Is told how far a download is, in percent. */
  readonly onProgress?: (percent: number) => void;
  /** Default: the optional package `foundry-local-sdk`. */
  readonly sdk?: () => Promise<FoundryLocalSdk>;
}

const settings = ['endpoint', 'start', 'fetch', 'connectMs', 'answerMs'] as const;
const knownOptions: Readonly<Record<keyof FoundryLocalOptions, true>> = {
  model: true,
  endpoint: true,
  start: true,
  onProgress: true,
  sdk: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
};
const commands: ServerCommands = {
  title: 'Foundry Local',
  start: 'foundry service start',
  fetchModel: () => 'foundry model run phi-4-mini',
  widen: () => 'foundry service restart',
};
const sdkEndpoint = 'http://127.0.0.1:5764';

/**
 * Makes a model of Foundry Local; its service is looked for when the model is first asked.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 * @example
 * ```ts
 * const local = foundryLocal({ model: 'phi-4-mini' });
 * ```
 */
export function foundryLocal(options: FoundryLocalOptions): LanguageModel {
  requireOptions('foundryLocal', options, { known: knownOptions, required: ['model'] });
  const made = lazyModel(`foundry-local:${options.model}`, async () => {
    const { endpoint, model } = await findModel(options);
    const advice = { ...commands, fetchModel: () => `foundry model run ${options.model}` };
    const { fetch, connectMs, answerMs } = options;
    const chat = { model, endpoint: `${endpoint}/v1`, modelId: `foundry-local:${options.model}` };
    const sending = given({ fetch, connectMs, answerMs });
    return chatModel(
      { ...chat, ...sending, place: placeOfHost(endpoint) },
      {
        optionNames: ['foundry-local'],
        inspect: inspectFoundry,
        advice,
        isSchemaRefusedBy500: true,
      },
    );
  });
  const { endpoint, model } = options;
  if (endpoint === undefined) return made;
  // Whoever names an address may name that of another server.
  const server = { endpoint, model, fetch: modelFetch(options, endpoint) };
  return askingPlace(placedAt(made, placeOfHost(endpoint), endpoint), () => askPlace(server));
}

/** `foundry-local:ALIAS`. */
const foundryLocalScheme: Scheme = {
  name: 'foundry-local',
  summary: 'a model of Microsoft’s Foundry Local',
  example: 'foundry-local:phi-4-mini',
  settings,
  create(rest, said) {
    checkSettings('foundry-local', said, settings);
    const { start, fetch, connectMs, answerMs } = said;
    const endpoint = said.endpoint ?? (said.env ?? process.env).FOUNDRY_LOCAL_ENDPOINT;
    return foundryLocal({
      model: requireModelName('foundry-local', rest, 'foundry-local:phi-4-mini'),
      ...(endpoint && { endpoint: requireEndpoint(endpoint, 'FOUNDRY_LOCAL_ENDPOINT') }),
      ...given({ start: start as boolean | undefined, fetch, connectMs, answerMs }),
    });
  },
};

/** Foundry Local. */
export const foundryLocalBackend: Backend = {
  scheme: foundryLocalScheme,
  roles: { model: modelVariables('FOUNDRY_LOCAL') },
  async discover(env, limitMs) {
    const given = env.FOUNDRY_LOCAL_ENDPOINT;
    if (given) return [{ endpoint: given, source: 'FOUNDRY_LOCAL_ENDPOINT' }];
    // Its command line is slow to answer: half of the time is for that, half for the service.
    const endpoint = await foundryServiceEndpoint(limitMs / 2);
    return endpoint === undefined ? [] : [{ endpoint, source: 'foundry service status' }];
  },
  inspect: inspectFoundry,
  endpointAt: origin => origin,
  chatAt: origin => `${origin}/v1`,
  advise: commands,
};

/**
 * Asks the command line of Foundry Local where its service listens; `undefined` where there is
 * none.
 */
async function foundryServiceEndpoint(timeoutMs = 2000): Promise<string | undefined> {
  try {
    // Loaded here, since few programs ever ask.
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const { stdout } = await promisify(execFile)('foundry', ['service', 'status'], {
      timeout: timeoutMs,
    });
    const found = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(stdout)?.[0];
    return found && /not running/i.test(stdout) ? undefined : found;
  } catch {
    return undefined;
  }
}

async function findModel(
  options: FoundryLocalOptions,
): Promise<{ endpoint: string; model: string }> {
  const given = options.endpoint ?? (await foundryServiceEndpoint());
  if (given !== undefined) return findOn(given.replace(/\/v1\/?$/, ''), options);
  if (options.start) return startWithSdk(options);
  throw new TandemError(
    'model_failed',
    'Foundry Local is not running here. Start it with `foundry service start`, set ' +
      'FOUNDRY_LOCAL_ENDPOINT, or give the ' +
      'setting `start: true`, which needs `npm install foundry-local-sdk`.',
    {
      data: {
        modelId: `foundry-local:${options.model}`,
        failure: 'unavailable',
        isUnreachable: true,
      },
    },
  );
}

interface CatalogModel {
  readonly name?: string;
  readonly alias?: string;
}

// The catalogue knows which variants an alias has; the one that is loaded comes first.
async function findOn(
  endpoint: string,
  options: FoundryLocalOptions,
): Promise<{ endpoint: string; model: string }> {
  const fetch = modelFetch(options, endpoint);
  const look = async (path: string): Promise<unknown> => {
    try {
      const response = await fetch(`${endpoint}${path}`, { signal: AbortSignal.timeout(5000) });
      return response.ok ? await response.json() : undefined;
    } catch {
      return undefined;
    }
  };
  const list = (await look('/foundry/list')) as { models?: CatalogModel[] } | undefined;
  const variants = (list?.models ?? [])
    .filter(({ alias }) => alias === options.model)
    .map(({ name = '' }) => name);
  if (variants.length === 0) return { endpoint, model: options.model };
  const loaded = ((await look('/openai/loadedmodels')) ?? []) as string[];
  const model = variants.find(name => loaded.includes(name)) ?? variants[0]!;
  if (options.start && !loaded.includes(model))
    await look(`/openai/load/${encodeURIComponent(model)}`);
  return { endpoint, model };
}

async function startWithSdk(
  options: FoundryLocalOptions,
): Promise<{ endpoint: string; model: string }> {
  const { FoundryLocalManager } = await (options.sdk ?? importSdk)();
  const manager = FoundryLocalManager.create({ appName: 'tandem', webServiceUrls: sdkEndpoint });
  const found = await manager.catalog.getModel(options.model);
  if (!found) {
    throw new TandemError(
      'unknown_name',
      `Foundry Local has no model "${options.model}". See \`foundry model list\` for those that ` +
        'it has.',
      { data: { model: options.model } },
    );
  }
  if (!found.isCached) await found.download(options.onProgress);
  await found.load();
  await manager.startWebService();
  return { endpoint: sdkEndpoint, model: found.id };
}

async function importSdk(): Promise<FoundryLocalSdk> {
  const name = 'foundry-local-sdk';
  try {
    return (await import(name)) as FoundryLocalSdk;
  } catch (cause) {
    throw new TandemError(
      'missing_package',
      'Starting Foundry Local needs the package foundry-local-sdk. Run `npm install ' +
        'foundry-local-sdk`, or start the ' +
        'service with `foundry service start`.',
      { cause },
    );
  }
}

/** What each kind of server tells of itself, by its public interface: models, what is loaded, how long a context is. */
import { hostIn } from './place-told.ts';

/** A model that a server has. */
export interface FoundModel {
  /** As a spec names it, after the scheme. */
  readonly name: string;
  /** Absent where the server does not say. */
  readonly isLoaded?: boolean;
  /** Context window as it runs now. */
  readonly contextTokens?: number;
  /** Whether it reads images. */
  readonly images?: boolean;
  /** Changes when the model does. */
  readonly version?: string;
}

/** What a server says of itself. */
export interface ServerFacts {
  readonly version?: string;
  /** Those that run where the server is. */
  readonly models: readonly FoundModel[];
  /** Those that it lists and hands on to another host, which it names. */
  readonly elsewhere?: readonly { readonly name: string; readonly host: string }[];
}

/** Asks a server for a path; `undefined` for anything but JSON. It throws where nobody answers. */
export type Look = (path: string, body?: object) => Promise<unknown>;

/** Asks what a server is; `undefined` if it is of another kind. */
export type Inspect = (look: Look) => Promise<ServerFacts | undefined>;

interface Listed {
  readonly data?: readonly {
    readonly id?: string;
    readonly owned_by?: string;
    readonly max_model_len?: number;
    readonly type?: string;
    readonly state?: string;
    readonly loaded_context_length?: number;
    readonly quantization?: string;
  }[];
}

/** How each kind is recognised and asked; the paths are relative to the host. */
export const inspectByScheme: Readonly<Record<string, Inspect>> = {
  ollama: async look => {
    const version = ((await look('/api/version')) as { version?: string } | undefined)?.version;
    if (version === undefined) return undefined;
    const [tags, running] = (await Promise.all([look('/api/tags'), look('/api/ps')])) as OllamaList[];
    const loaded = new Map((running?.models ?? []).map(({ name, context_length: context }) => [name, context]));
    const listed = (tags?.models ?? []).flatMap(model => (model.name ? [{ ...model, name: model.name }] : []));
    const { here, elsewhere } = await apart(look, listed, name => loaded.has(name));
    const models = here.map(({ name, digest, shown }) => {
      const facts = known({ contextTokens: loaded.get(name), version: digest, images: imagesIn(shown) });
      return { name: name.replace(/:latest$/, ''), isLoaded: loaded.has(name), ...facts };
    });
    return { version, models, ...elsewhere };
  },
  lmstudio: async look => {
    const { data } = ((await look('/api/v0/models')) ?? {}) as Listed;
    if (!data?.every(({ state }) => state !== undefined)) return undefined;
    const chats = data.filter(({ type }) => type === 'llm' || type === 'vlm');
    return {
      models: chats.map(({ id = '', type, state, loaded_context_length: context, quantization }) => ({
        name: id,
        isLoaded: state === 'loaded',
        images: type === 'vlm',
        ...known({ contextTokens: context, version: quantization }),
      })),
    };
  },
  'llama-server': async look => {
    const props = (await look('/props')) as
      | {
          default_generation_settings?: { n_ctx?: number };
          model_path?: string;
          build_info?: string;
          modalities?: { vision?: boolean };
        }
      | undefined;
    if (props?.default_generation_settings === undefined) return undefined;
    const { default_generation_settings: settings, model_path: version, build_info: build, modalities } = props;
    const images = modalities?.vision;
    const [name = 'default'] = await listedNames(look);
    const model = { name, isLoaded: true, ...known({ contextTokens: settings?.n_ctx, version, images }) };
    return { ...known({ version: build }), models: [model] };
  },
  vllm: async look => {
    const { data = [] } = ((await look('/v1/models')) ?? {}) as Listed;
    if (!data.some(({ owned_by: owner }) => owner === 'vllm')) return undefined;
    const { version } = ((await look('/version')) ?? {}) as { version?: string };
    return {
      ...known({ version }),
      models: data.map(({ id = '', max_model_len: context }) => ({
        name: id,
        isLoaded: true,
        ...known({ contextTokens: context }),
      })),
    };
  },
  mlx: async look => {
    const health = (await look('/health')) as { status?: string } | undefined;
    // llama.cpp's server has both paths too; only it tells its properties.
    if (health?.status !== 'ok' || (await look('/props')) !== undefined) return undefined;
    return { models: (await listedNames(look)).map(name => ({ name })) };
  },
  'foundry-local': async look => {
    const status = (await look('/openai/status')) as { modelDirPath?: string } | undefined;
    if (status?.modelDirPath === undefined) return undefined;
    const [list, loaded] = (await Promise.all([look('/foundry/list'), look('/openai/loadedmodels')])) as [
      { models?: { name?: string; alias?: string }[] } | undefined,
      string[] | undefined,
    ];
    const models = (list?.models ?? []).map(({ name = '', alias }) => ({
      name: alias ?? name,
      isLoaded: (loaded ?? []).includes(name),
      version: name,
    }));
    return { models: models.sort((a, b) => Number(b.isLoaded) - Number(a.isLoaded)) };
  },
  'openai-compatible': async look => {
    const names = await listedNames(look);
    if (names.length === 0) return undefined;
    // By this protocol an Ollama does not say which of its models run elsewhere.
    const tags = (await look('/api/tags')) as OllamaList | undefined;
    if (!Array.isArray(tags?.models)) return { models: names.map(name => ({ name })) };
    const tagged = names.map(name => ({ ...tags.models?.find(model => model.name === name), name }));
    const { here, elsewhere } = await apart(look, tagged, () => false);
    return { models: here.map(({ name }) => ({ name })), ...elsewhere };
  },
};

interface OllamaList {
  readonly models?: readonly { readonly name?: string; readonly digest?: string; readonly context_length?: number }[];
}

interface Tagged {
  readonly name: string;
  readonly digest?: string;
}

// A list may leave out what a description says: those are asked for that may be taken, or look as if they were elsewhere.
async function apart(look: Look, listed: readonly Tagged[], isLoaded: (name: string) => boolean) {
  const isAnyLoaded = listed.some(({ name }) => isLoaded(name));
  const describe = async (model: Tagged, must: boolean) => {
    const shown = must && hostIn(model) === undefined ? await look('/api/show', { model: model.name }) : undefined;
    return { ...model, shown, host: hostIn(model) ?? hostIn(shown) };
  };
  const described = await Promise.all(
    listed.map(model => describe(model, isLoaded(model.name) || /[-:]cloud$/.test(model.name))),
  );
  // Where none is loaded the first is taken.
  for (const [index, model] of described.entries()) {
    if (isAnyLoaded) break;
    if (model.host !== undefined) continue;
    const checked = await describe(model, model.shown === undefined);
    described[index] = { ...checked, shown: model.shown };
    if (checked.host === undefined) break;
  }
  const there = described.flatMap(({ name, host }) => (host === undefined ? [] : [{ name, host }]));
  const here = described.filter(({ host }) => host === undefined);
  return { here, elsewhere: there.length > 0 && { elsewhere: there } };
}

function imagesIn(shown: unknown): boolean | undefined {
  const { capabilities } = (shown ?? {}) as { capabilities?: unknown };
  return Array.isArray(capabilities) ? capabilities.includes('vision') : undefined;
}

async function listedNames(look: Look): Promise<string[]> {
  const { data } = ((await look('/v1/models')) ?? {}) as Listed;
  return Array.isArray(data) ? data.flatMap(({ id }) => (id ? [id] : [])) : [];
}

function known<T extends object>(facts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as never;
}

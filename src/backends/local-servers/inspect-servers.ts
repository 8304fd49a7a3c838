/**
 * What servers of OpenAI's protocol tell of themselves beside it: how each is known, and what is
 * loaded.
 */
import { type Inspect, listedNames } from '../server-facts.ts';
import { given } from '../settings.ts';

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

/** LM Studio says in a list of its own what is loaded. */
export const inspectLmStudio: Inspect = async look => {
  const { data } = ((await look('/api/v0/models')) ?? {}) as Listed;
  if (!data?.every(({ state }) => state !== undefined)) return undefined;
  const chats = data.filter(({ type }) => type === 'llm' || type === 'vlm');
  return {
    models: chats.map(({ id = '', type, state, loaded_context_length: context, quantization }) => ({
      name: id,
      isLoaded: state === 'loaded',
      images: type === 'vlm',
      ...given({ contextTokens: context, version: quantization }),
    })),
  };
};

/** llama.cpp's server tells the properties of the one model it has. */
export const inspectLlamaServer: Inspect = async look => {
  const props = (await look('/props')) as
    | {
        default_generation_settings?: { n_ctx?: number };
        model_path?: string;
        build_info?: string;
        modalities?: { vision?: boolean };
        chat_template_caps?: { supports_tools?: boolean };
      }
    | undefined;
  if (props?.default_generation_settings === undefined) return undefined;
  const {
    default_generation_settings: settings,
    model_path: version,
    build_info: build,
    modalities,
    chat_template_caps: template,
  } = props;
  const [images, tools] = [modalities?.vision, template?.supports_tools];
  const [name = 'default'] = await listedNames(look);
  const model = {
    name,
    isLoaded: true,
    ...given({ contextTokens: settings?.n_ctx, version, images, tools }),
  };
  return { ...given({ version: build }), models: [model] };
};

/** vLLM names itself as the owner of its models. */
export const inspectVllm: Inspect = async look => {
  const { data = [] } = ((await look('/v1/models')) ?? {}) as Listed;
  if (!data.some(({ owned_by: owner }) => owner === 'vllm')) return undefined;
  const { version } = ((await look('/version', undefined, 'detail')) ?? {}) as { version?: string };
  return {
    ...given({ version }),
    models: data.map(({ id = '', max_model_len: context }) => ({
      name: id,
      isLoaded: true,
      ...given({ contextTokens: context }),
    })),
  };
};

/** MLX's server has no more than a path of its health. */
export const inspectMlx: Inspect = async look => {
  const health = (await look('/health')) as { status?: string } | undefined;
  // llama.cpp's server has both paths too; only it tells its properties.
  if (health?.status !== 'ok' || (await look('/props', undefined, 'proof')) !== undefined)
    return undefined;
  return { models: (await listedNames(look)).map(name => ({ name })) };
};

/** Foundry Local has a catalogue of aliases. */
export const inspectFoundry: Inspect = async look => {
  const status = (await look('/openai/status')) as { modelDirPath?: string } | undefined;
  if (status?.modelDirPath === undefined) return undefined;
  const [list, loaded] = (await Promise.all([
    look('/foundry/list'),
    look('/openai/loadedmodels', undefined, 'detail'),
  ])) as [{ models?: { name?: string; alias?: string }[] } | undefined, string[] | undefined];
  const models = (list?.models ?? []).map(({ name = '', alias }) => ({
    name: alias ?? name,
    isLoaded: (loaded ?? []).includes(name),
    version: name,
  }));
  return { models: models.sort((a, b) => Number(b.isLoaded) - Number(a.isLoaded)) };
};

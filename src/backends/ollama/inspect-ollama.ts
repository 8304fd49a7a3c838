import { hostIn } from '../local-servers/place-told.ts';
import type { FoundModel, Inspect, Look } from '../server-facts.ts';
import { given } from '../settings.ts';
import { abilitiesIn, descriptionIn } from './description.ts';

/**
 * Asks an Ollama for its models: which are loaded with which context, and which run at another
 * host.
 */
export const inspectOllama: Inspect = async look => {
  const version = ((await look('/api/version')) as { version?: string } | undefined)?.version;
  if (version === undefined) return undefined;
  const [tags, running] = (await Promise.all([
    look('/api/tags'),
    look('/api/ps', undefined, 'detail'),
  ])) as OllamaList[];
  const loaded = new Map(
    (running?.models ?? []).map(({ name, context_length: context }) => [name, context]),
  );
  const listed = (tags?.models ?? []).flatMap(model =>
    model.name ? [{ ...model, name: model.name }] : [],
  );
  const { here, elsewhere } = await apart(look, listed, name => loaded.has(name));
  const models = here.map(({ name, digest, details, shown }) => {
    const facts = given({
      contextTokens: loaded.get(name),
      version: digest,
      isEmbedder: /bert/i.test(String(details?.family)) || undefined,
      ...(shown !== undefined && aboutShown(shown)),
    });
    return { name: name.replace(/:latest$/, ''), isLoaded: loaded.has(name), ...facts };
  });
  return { version, models, ...elsewhere };
};

/** The models of an Ollama, as it lists them. */
export interface OllamaList {
  readonly models?: readonly {
    readonly name?: string;
    readonly digest?: string;
    readonly context_length?: number;
    readonly details?: { readonly family?: unknown };
  }[];
}

interface Tagged {
  readonly name: string;
  readonly digest?: string;
  readonly details?: { readonly family?: unknown };
}

/**
 * Parts the models that run here from those that run at another host. A list may leave out what a
 * description says: those are asked for that may be taken, or look as if they were elsewhere.
 */
export async function apart(
  look: Look,
  listed: readonly Tagged[],
  isLoaded: (name: string) => boolean,
) {
  const isAnyLoaded = listed.some(({ name }) => isLoaded(name));
  const describe = async (model: Tagged, must: boolean) => {
    const shown =
      must && hostIn(model) === undefined
        ? await look('/api/show', { model: model.name }, 'detail')
        : undefined;
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
  // Its name alone does not decide where it is, and what is not known is not proposed.
  const isUntold = ({ name, shown, host }: (typeof described)[number]) =>
    host === undefined && shown === undefined && /[-:]cloud$/.test(name);
  const there = described.flatMap(({ name, host }) => (host === undefined ? [] : [{ name, host }]));
  const here = described.filter(model => model.host === undefined && !isUntold(model));
  return { here, elsewhere: there.length > 0 && { elsewhere: there } };
}

function aboutShown(shown: unknown): Partial<FoundModel> {
  const described = descriptionIn(shown);
  const { images, tools } = abilitiesIn(described);
  const { capabilities } = described;
  const isEmbedder = capabilities?.includes('embedding') && !capabilities.includes('completion');
  return given({
    images,
    tools,
    isBare: described.isBare || undefined,
    isEmbedder: isEmbedder || undefined,
  });
}

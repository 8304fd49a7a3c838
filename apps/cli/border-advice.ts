import { type Diagnosis, isForeign } from '../../src/entries/backends.ts';
import { type AnyConfig, patternByName } from '../../src/entries/config.ts';

/**
 * Says of a configuration what of the border does not hold: whose bytes nobody sees, and that
 * nothing looks for names.
 */
export function borderAdvice(config: AnyConfig): { readonly what: string }[] {
  const unseen = foreignIn(config).map(whose => ({
    what:
      `The bytes that ${whose} sends are not seen: each text is checked before it leaves, the ` +
      'request itself is not. Name the model by a spec where there is one.',
  }));
  const { mask = false, words = [], finders = [] } = config.privacy ?? {};
  if (!mask || words.length + finders.length > 0) return unseen;
  const what =
    'Nothing looks for names: the built-in detectors know addresses, numbers and keys. Set ' +
    '`privacy: { finders: [{ model: local }] }`, or list names as `words`.';
  return [...unseen, { what }];
}

/** Says which routers decide by the weights of the package, which promise nothing. */
export function routerAdvice({ patterns = {} }: AnyConfig): Diagnosis['advice'] {
  return Object.entries(patterns).flatMap(([name, { pattern, weights, scorer = 'weights' }]) => {
    const { options } = patternByName[pattern] ?? {};
    if (!options || !Object.hasOwn(options.shape, 'cloudShare')) return [];
    if (weights !== undefined || scorer !== 'weights') return [];
    const what =
      `"${name}" decides by a guess of complexity, not of your models, and so hands every ` +
      'request to `unsure`. Train weights on a log of your own, and name them as `weights`.';
    return [{ what, command: 'tandem train router LOG --out router.json' }];
  });
}

function foreignIn({ models = {}, patterns = {}, providers = {} }: AnyConfig): string[] {
  const own = Object.entries(models).flatMap(([name, model]) =>
    isObjectModel(model) && isForeign(model) ? [`the model "${name}"`] : [],
  );
  const named = Object.keys(providers).map(name => `each model of the provider "${name}"`);
  const embedders = Object.entries(patterns).flatMap(([name, { embedder, reranker }]) => {
    const { leaf } = Object(embedder) as { readonly leaf?: unknown };
    const finding = [leaf, reranker] as const;
    return finding.flatMap((each, at) =>
      isObjectModel(each) && isForeign(each)
        ? [`the ${at === 0 ? 'embedder' : 'reranker'} of "${name}"`]
        : [],
    );
  });
  return [...own, ...named, ...embedders];
}

function isObjectModel(value: unknown): value is { readonly provider: string } {
  return typeof (value as { provider?: unknown } | undefined)?.provider === 'string';
}

import type { LanguageModel } from '../types.ts';

type UrlPatterns = Record<string, RegExp[]>;

/**
 * What all inner models can read by URL, plus `tandem:` references, which patterns read themselves.
 */
export function joinSupportedUrls(
  models: readonly LanguageModel[],
): UrlPatterns | Promise<UrlPatterns> {
  const each = models.map(model => model.supportedUrls);
  if (each.some(urls => typeof (urls as PromiseLike<UrlPatterns>).then === 'function')) {
    return Promise.all(each).then(intersect);
  }
  return intersect(each as UrlPatterns[]);
}

function intersect(each: readonly UrlPatterns[]): UrlPatterns {
  const [first = {}, ...others] = each;
  const shared: UrlPatterns = { '*/*': [/^tandem:/] };
  for (const [mediaType, patterns] of Object.entries(first)) {
    // Two patterns are known to match the same URLs only if they are the same pattern.
    const common = patterns.filter(pattern =>
      others.every(urls => urls[mediaType]?.some(other => String(other) === String(pattern))),
    );
    if (common.length > 0) shared[mediaType] = [...(shared[mediaType] ?? []), ...common];
  }
  return shared;
}

import type { Answer } from '../../../src/index.ts';

/** A page of the web that a text rests on, as OpenAI's responses name it. */
export interface UrlCitation {
  readonly type: 'url_citation';
  readonly url: string;
  readonly title: string;
  readonly start_index: number;
  readonly end_index: number;
}

/** The citation that a `source` part of an answer makes; nothing of other parts. */
export function urlCitationOf(part: Answer['content'][number]): UrlCitation | undefined {
  if (part.type !== 'source' || part.sourceType !== 'url') return undefined;
  const { startIndex, endIndex } = Object.assign({}, ...Object.values(part.providerMetadata ?? {}));
  return {
    type: 'url_citation',
    url: part.url,
    title: part.title ?? '',
    start_index: Number(startIndex ?? 0),
    end_index: Number(endIndex ?? 0),
  };
}

/** The same, as chat completions write it. */
export function chatAnnotation({ type, ...citation }: UrlCitation): object {
  return { type, url_citation: citation };
}

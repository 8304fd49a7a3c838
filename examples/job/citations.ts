// What an answer cites, as its parts say.
import { type Answer, summaryOf, textOf } from 'tandem';

/** Words of a document that an answer rests on. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  readonly quote: string;
  readonly page?: number;
  readonly line?: number;
  readonly start: number;
}

/** Lists what the text of an answer cites by id; small models leave the letters of ids off. */
export function citationsOf(answer: Answer): Citation[] {
  const text = ownText(answer);
  const sources = answer.content.flatMap(part =>
    part.type === 'source' && part.sourceType === 'document' ? [part] : [],
  );
  const named = sources.filter(({ id }) => text.includes(`[${id}]`));
  const cited =
    named.length > 0 ? named : sources.filter(({ id }) => text.includes(`[${id.slice(1)}]`));
  return cited.map(({ id, title, providerMetadata }) => {
    const said = (providerMetadata?.tandem ?? {}) as Partial<Citation>;
    const { quote = '', page, line, start = 0 } = said;
    const place = { ...(page !== undefined && { page }), ...(line !== undefined && { line }) };
    return { id, title, quote, start, ...place };
  });
}

/** The answer without the passages that are nearest and answer nothing. */
export function ownText(answer: Answer): string {
  return textOf(answer)
    .replace(/\n\nNearest passages:[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** What an answer states and no extract supports: made up, or put in other words. */
export function unsupportedIn(answer: Answer): readonly string[] {
  return summaryOf(answer)?.grounding?.unsupported ?? [];
}

/** Says where a citation stands. */
export function placeOf({ title, page, line }: Citation): string {
  const where = page === undefined ? `line ${line ?? 1}` : `page ${page}`;
  return `${title}, ${where}`;
}

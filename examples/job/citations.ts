// What an answer cites, as its parts say.
import { type Answer, textOf } from 'tandem';

/** Words of a document that an answer rests on. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  readonly quote: string;
  readonly page?: number;
  readonly line?: number;
  readonly start: number;
}

/** Lists what the text of an answer cites by id. */
export function citationsOf(answer: Answer): Citation[] {
  const text = ownText(answer);
  return answer.content.flatMap(part => {
    if (part.type !== 'source' || part.sourceType !== 'document') return [];
    if (!text.includes(`[${part.id}]`)) return [];
    const said = (part.providerMetadata?.tandem ?? {}) as Partial<Citation>;
    const { quote = '', page, line, start = 0 } = said;
    const place = { ...(page !== undefined && { page }), ...(line !== undefined && { line }) };
    return [{ id: part.id, title: part.title, quote, start, ...place }];
  });
}

/** The answer without the passages that are nearest and answer nothing. */
export function ownText(answer: Answer): string {
  return textOf(answer)
    .replace(/\n\nNearest passages:[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Says where a citation stands. */
export function placeOf({ title, page, line }: Citation): string {
  const where = page === undefined ? `line ${line ?? 1}` : `page ${page}`;
  return `${title}, ${where}`;
}

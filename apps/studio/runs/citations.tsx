import { clean } from '../format.ts';

interface Citation {
  readonly id: string;
  readonly title?: string;
  readonly page?: number;
  readonly quote?: string;
}

/** The places that an answer rests on, with their words. */
export function Citations({ citations }: { readonly citations: readonly Citation[] }) {
  return (
    <>
      <h3>Evidence</h3>
      <ul class="citations">
        {citations.map((citation, index) => (
          <li key={index}>
            <strong>[{citation.id}]</strong> {clean(citation.title ?? '')}
            {citation.page !== undefined && `, page ${citation.page}`}
            {citation.quote !== undefined && <blockquote>{clean(citation.quote)}</blockquote>}
          </li>
        ))}
      </ul>
    </>
  );
}

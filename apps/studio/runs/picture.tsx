import type { RunDetails } from '../api-types.ts';
import { clean, counted, number } from '../format.ts';
import { PlaceBadge } from '../parts.tsx';

/** What the pattern did, in the terms of the pattern: who decided what, and what was read. */
export function Picture({ details }: { readonly details: RunDetails }) {
  const { decisions, summary, documents, evidence } = details;
  if (decisions.length === 0 && !summary) return null;
  return (
    <section>
      <h2>How it was decided</h2>
      <ol class="decisions">
        {decisions.map((decision, index) => (
          <li key={index}>
            <strong>{clean(decision.trail.at(-1) ?? '')}</strong> let{' '}
            <span>{clean(decision.answeredBy)}</span> answer <PlaceBadge place={decision.place} />
            {decision.reason !== '' && <>: {clean(decision.reason)}</>}
            {decision.confidence !== null && (
              <span class="quiet"> (confidence {decision.confidence.toFixed(2)})</span>
            )}
          </li>
        ))}
      </ol>
      {evidence.length === 0 && <Coverage summary={summary} documents={documents.length} />}
    </section>
  );
}

interface CoverageFacts {
  readonly chunks?: number;
  readonly read?: number;
  readonly cited?: number;
  readonly pages?: { readonly total: number; readonly read: number; readonly withoutText: number };
}

/** How much of the documents was read. */
export function Coverage({
  summary,
  documents,
}: {
  readonly summary: RunDetails['summary'];
  readonly documents: number;
}) {
  const coverage = (summary as { readonly coverage?: CoverageFacts } | null)?.coverage;
  if (!coverage) return null;
  const { chunks = 0, read = 0, cited = 0, pages } = coverage;
  return (
    <p>
      Read {pages ? `${number(pages.read)} of ${counted(pages.total, 'page')}` : ''}
      {pages ? ', ' : ''}
      {number(read)} of {counted(chunks, 'chunk')} of {counted(documents, 'document')};{' '}
      {counted(cited, 'extract')} cited.
      {pages && pages.withoutText > 0 && ` ${counted(pages.withoutText, 'page')} hold no text.`}
    </p>
  );
}

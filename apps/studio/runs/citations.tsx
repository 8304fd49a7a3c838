import type { RunDetails } from '../api-types.ts';
import { clean } from '../format.ts';

type Citation = Pick<
  RunDetails['evidence'][number],
  'id' | 'title' | 'page' | 'line' | 'heading' | 'quote' | 'boxes'
>;

/** The places that an answer rests on, with their words. */
export function Citations({ citations }: { readonly citations: readonly Citation[] }) {
  return (
    <ul class="citations">
      {citations.map((citation, index) => (
        <li key={index}>
          <strong>[{clean(citation.id)}]</strong> {clean(citation.title ?? '')}
          {placeOf(citation)}
          {citation.quote !== undefined && <blockquote>{clean(citation.quote)}</blockquote>}
          {citation.boxes && citation.boxes.length > 0 && <OnPage boxes={citation.boxes} />}
        </li>
      ))}
    </ul>
  );
}

function placeOf({ page, line, heading }: Citation): string {
  const said = [
    page !== undefined && `page ${page}`,
    line !== undefined && `line ${line}`,
    heading !== undefined && `under “${clean(heading)}”`,
  ].filter(Boolean);
  return said.map(each => `, ${String(each)}`).join('');
}

// Points of a page between Letter and A4: its real size is not kept.
const [pageWidth, pageHeight] = [612, 842];

/** About where the lines of a quote stand on their first page. */
function OnPage({ boxes }: { readonly boxes: NonNullable<Citation['boxes']> }) {
  const [{ page } = { page: 1 }] = boxes;
  const own = boxes.filter(box => box.page === page);
  const width = Math.max(pageWidth, ...own.map(box => box.x + box.width));
  const height = Math.max(pageHeight, ...own.map(box => box.y + box.height));
  return (
    <details>
      <summary>Where on page {page}</summary>
      <svg
        class="on-page"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`The lines of the quote on page ${page}`}
      >
        <rect class="sheet" width={width} height={height} />
        {own.map((box, index) => (
          <rect
            key={index}
            class="quoted"
            x={box.x}
            y={height - box.y - box.height}
            width={box.width}
            height={box.height}
          />
        ))}
      </svg>
    </details>
  );
}

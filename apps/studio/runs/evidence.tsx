import { useState } from 'preact/hooks';
import type { CallContent, RunDetails } from '../api-types.ts';
import { clean, counted } from '../format.ts';
import { useLoaded } from '../load.ts';
import { Citations } from './citations.tsx';
import { type Claim, claimsOf } from './claims.ts';
import { Coverage } from './picture.tsx';

interface Grounding {
  readonly claims: number;
  readonly supported: number;
  readonly unsupported: readonly string[];
  readonly unknownIds?: readonly string[];
}

/** The claims of an answer, and beside them the quotes that they rest on. */
export function Evidence({
  details,
  seq,
}: {
  readonly details: RunDetails;
  /** The call that said the answer, where there is one. */
  readonly seq: number | undefined;
}) {
  const { run, evidence, summary } = details;
  const path = `/v1/runs/${encodeURIComponent(run.id)}/calls/${seq}/content`;
  const { data } = useLoaded<CallContent>(seq === undefined ? undefined : path);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const citations = evidence.length > 0 ? evidence : (data?.citations ?? []);
  const grounding = (summary as { readonly grounding?: Grounding } | null)?.grounding;
  if (citations.length === 0 && !grounding) return null;
  const ids = new Set(citations.map(({ id }) => id));
  const claims = claimsOf(data?.text ?? '', ids, grounding?.unsupported ?? []);
  const shown = citations.filter(({ id }) => chosen.length === 0 || chosen.includes(id));
  return (
    <>
      <h2>Evidence</h2>
      {evidence.length > 0 && <Coverage summary={summary} documents={details.documents.length} />}
      {grounding && <Checked grounding={grounding} />}
      <div class="sides">
        {claims.length > 0 && <Claims claims={claims} chosen={chosen} onChoose={setChosen} />}
        <section class="card" aria-label="Quotes">
          <h3>{chosen.length === 0 ? 'Quotes' : 'Quotes of the claim'}</h3>
          {citations.length === 0 && <p>No quote is kept of this answer.</p>}
          <Citations citations={shown} />
        </section>
      </div>
    </>
  );
}

function Checked({ grounding }: { readonly grounding: Grounding }) {
  const { claims, supported, unknownIds = [] } = grounding;
  const isWhole = supported === claims && unknownIds.length === 0;
  return (
    <p class={isWhole ? 'good' : 'note'}>
      {supported} of {counted(claims, 'claim')} are supported by the quotes, by their words and
      numbers.
      {unknownIds.length > 0 && ` It names ${unknownIds.map(clean).join(', ')}, which is no quote.`}
    </p>
  );
}

function Claims({
  claims,
  chosen,
  onChoose,
}: {
  readonly claims: readonly Claim[];
  readonly chosen: readonly string[];
  onChoose(ids: readonly string[]): void;
}) {
  const isChosen = ({ ids }: Claim) => ids.length > 0 && ids.join() === chosen.join();
  return (
    <section class="card" aria-label="Claims">
      <h3>Claims</h3>
      <ul class="plain claims">
        {claims.map((claim, index) => (
          <li key={index}>
            <button
              type="button"
              class="link"
              aria-pressed={isChosen(claim)}
              onClick={() => onChoose(isChosen(claim) ? [] : claim.ids)}
            >
              {clean(claim.text)}
            </button>
            {claim.isUnsupported && <span class="warn"> no quote supports it</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

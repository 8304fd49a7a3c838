import type { RunList } from '../api-types.ts';
import { counted } from '../format.ts';
import { useLoaded } from '../load.ts';
import type { RunPages } from './run-pages.ts';

const everyMs = 3000;

/** Runs that came since: counted in a button, and never put under the reader's eyes unasked. */
export function NewRuns({ pages }: { readonly pages: RunPages }) {
  const { data } = useLoaded<RunList>('/v1/runs?limit=1', everyMs);
  const shown = pages.first.value?.total ?? null;
  if (!data || data.total === null || shown === null) return null;
  const fresh = data.total - shown;
  if (fresh <= 0) return null;
  return (
    <button type="button" class="fresh" onClick={() => void pages.begin()}>
      {counted(fresh, 'new run')}
    </button>
  );
}

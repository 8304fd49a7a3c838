import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import type { RunList } from '../api-types.ts';
import { useFollowed } from '../follow.ts';
import { counted } from '../format.ts';
import type { RunPages } from './run-pages.ts';

/** Runs that came since: counted in a button, and never put under the reader's eyes unasked. */
export function NewRuns({ pages }: { readonly pages: RunPages }) {
  const [fresh, setFresh] = useState(0);
  const shown = pages.first.value;
  useEffect(() => setFresh(0), [shown]);
  useFollowed(event => {
    pages.freshen();
    if (event.type === 'runs') {
      const { runs, ended } = event.update;
      return setFresh(known => known + runs - ended.filter(id => pages.hasFirst(id)).length);
    }
    get<RunList>('/v1/runs?limit=1').then(
      ({ total }) => setFresh((total ?? 0) - (shown?.total ?? 0)),
      () => {},
    );
  });
  if (fresh <= 0 || !shown || shown.total === null) return null;
  return (
    <button type="button" class="fresh" onClick={() => void pages.begin()}>
      {counted(fresh, 'new run')}
    </button>
  );
}

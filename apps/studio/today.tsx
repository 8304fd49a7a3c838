import { useEffect, useRef, useState } from 'preact/hooks';
import type { SpendList } from './api-types.ts';
import { type RunsUpdate, useFollowed } from './follow.ts';
import { counted, dollars, percent } from './format.ts';
import { useLoaded } from './load.ts';

type Sums = Pick<RunsUpdate, 'answered' | 'local' | 'costUsd' | 'savedUsd' | 'compared'>;

const nothing: Sums = { answered: 0, local: 0, costUsd: 0, savedUsd: 0, compared: 0 };
const restMs = 1500;
const mostMs = 60_000;

/** What today came to, as it goes on. */
export function Today() {
  const today = useToday();
  if (!today) return <p class="today" />;
  const { sums, list } = today;
  const { answered, local, costUsd, savedUsd, compared } = sums;
  const asked = list.data.reduce((total, { runs }) => total + runs, 0);
  if (answered === 0)
    return (
      <p class="today">
        {asked === 0
          ? 'Nothing was asked today.'
          : `${counted(asked, 'run')} today, no answer yet.`}
      </p>
    );
  const baselines = new Set(list.data.map(({ baseline }) => baseline).filter(Boolean));
  const against = baselines.size === 1 ? ` against ${[...baselines][0]}` : '';
  return (
    <p class="today">
      Today <strong>{percent(local / answered)}</strong> stayed here,{' '}
      <strong>{dollars(costUsd)}</strong> spent
      {compared > 0 && (
        <>
          , <strong>{dollars(Math.abs(savedUsd))}</strong> {savedUsd < 0 ? 'more than' : 'saved'}
          {savedUsd < 0 ? against.replace(' against', '') : against}
        </>
      )}
    </p>
  );
}

// Updates are added to what was read, which is read again when they rest, or after a minute.
function useToday(): { readonly sums: Sums; readonly list: SpendList } | undefined {
  const day = new Date().toISOString().slice(0, 10);
  const { data, again } = useLoaded<SpendList>(`/v1/spend?since=${day}`);
  const [told, setTold] = useState(nothing);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const readMs = useRef(0);
  useEffect(() => {
    setTold(nothing);
    readMs.current = performance.now();
  }, [data]);
  useFollowed(event => {
    if (event.type === 'runs') setTold(known => added(known, event.update));
    const leftMs = mostMs - (performance.now() - readMs.current);
    clearTimeout(timer.current);
    timer.current = setTimeout(again, Math.max(0, Math.min(restMs, leftMs)));
  });
  return data && { sums: added(told, sumsOf(data)), list: data };
}

function added(one: Sums, other: Sums): Sums {
  return {
    answered: one.answered + other.answered,
    local: one.local + other.local,
    costUsd: one.costUsd + other.costUsd,
    savedUsd: one.savedUsd + other.savedUsd,
    compared: one.compared + other.compared,
  };
}

function sumsOf({ data }: SpendList): Sums {
  return data.reduce<Sums>((sums, row) => {
    const answered = row.place === null ? 0 : row.runs;
    return added(sums, { ...row, answered, local: row.place === 'cloud' ? 0 : answered });
  }, nothing);
}

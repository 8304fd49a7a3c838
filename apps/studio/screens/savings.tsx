import { useEffect, useRef, useState } from 'preact/hooks';
import type { SpendList } from '../api-types.ts';
import { clean, counted, dollars, number, percent } from '../format.ts';
import { useLoaded } from '../load.ts';
import { Problem, Scroll, Waiting } from '../parts.tsx';
import { words } from '../words.ts';
import { type Sums, sumsBy, sumsOf } from './spend-sums.ts';

const groups = {
  day: 'day',
  pattern: 'pattern',
  answeredBy: 'model',
  key: 'key',
  place: 'place',
} as const;

/** What was spent and saved, signed, with how it is counted. */
export function Savings() {
  const { data, error, again } = useLoaded<SpendList>('/v1/spend');
  return (
    <section class="screen">
      <h1>Savings</h1>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && data.data.length === 0 && <p class="empty">{words.noRuns}</p>}
      {data && data.data.length > 0 && <Shown list={data} />}
    </section>
  );
}

function Shown({ list }: { readonly list: SpendList }) {
  const [by, setBy] = useState<keyof typeof groups>('day');
  const all = sumsOf('all', list.data);
  const days = sumsBy(list.data, 'day');
  const grouped = by === 'day' ? days.toReversed() : sumsBy(list.data, by);
  return (
    <>
      {words.notKept[list.keeping] !== '' && list.keeping === 'nothing' && (
        <p class="note">{words.notKept.nothing}</p>
      )}
      <dl class="facts">
        <Figure name="Spent" value={dollars(all.costUsd)} />
        <Figure
          name={all.savedUsd < 0 ? 'Spent more than alone' : 'Saved'}
          value={savedWords(all)}
        />
        <Figure name="Answered here" value={percent(all.answered ? all.local / all.answered : 0)} />
        <Figure name="Left this machine" value={counted(all.leftCharacters, 'character')} />
        <Figure name="Runs" value={`${number(all.runs)}, ${number(all.failed)} failed`} />
      </dl>
      {days.length > 1 && <Chart days={days} />}
      <p class="tools">
        {(Object.keys(groups) as (keyof typeof groups)[]).map(name => (
          <button key={name} type="button" aria-pressed={name === by} onClick={() => setBy(name)}>
            by {groups[name]}
          </button>
        ))}
      </p>
      <SumTable rows={grouped} name={groups[by]} />
      <HowCounted all={all} list={list} />
    </>
  );
}

function savedWords(all: Sums): string {
  if (all.compared === 0) return 'no run says';
  return dollars(Math.abs(all.savedUsd));
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function SumTable({ rows, name }: { readonly rows: readonly Sums[]; readonly name: string }) {
  return (
    <Scroll name="Sums">
      <table class="fits">
        <thead>
          <tr>
            <th>{name}</th>
            <th class="figure">Runs</th>
            <th class="figure">Answered here</th>
            <th class="figure">Spent</th>
            <th class="figure">Saved</th>
            <th class="figure">Characters that left</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.name}>
              <td class="long">{clean(row.name)}</td>
              <td class="figure">{number(row.runs)}</td>
              <td class="figure">{row.answered ? percent(row.local / row.answered) : '–'}</td>
              <td class="figure">{dollars(row.costUsd)}</td>
              <td class="figure">{row.compared === 0 ? '–' : dollars(row.savedUsd)}</td>
              <td class="figure">{number(row.leftCharacters)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function HowCounted({ all, list }: { readonly all: Sums; readonly list: SpendList }) {
  const baselines = [...new Set(list.data.map(({ baseline }) => baseline))].filter(
    (name): name is string => name !== null,
  );
  return (
    <section class="card">
      <h2>How it is counted</h2>
      <ul>
        <li>
          Saved is what the cloud model alone would have cost for the same call, minus what was
          spent. It is below zero where more was spent
          {baselines.length > 0 && `. Compared with ${baselines.map(clean).join(', ')}`}.
        </li>
        <li>
          {counted(all.compared, 'run')} of {number(all.runs)} say what they saved; the others count
          as spent alone.
        </li>
        <li>
          {counted(all.unpriced, 'run')} hold a call whose price is unknown: what it cost is not in
          the sum.
        </li>
        {list.withheld > 0 && (
          <li>
            {counted(list.withheld, 'run')} would compare with a model that nobody has configured.
            That is not money saved, and is left out.
          </li>
        )}
        <li>Tokens of an answer that was not asked for are estimated. Days are in UTC.</li>
      </ul>
    </section>
  );
}

// Loaded when a chart is looked at: half of the page's code is in it.
function Chart({ days }: { readonly days: readonly Sums[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let remove = () => {};
    let isGone = false;
    void import('./savings-chart.ts').then(({ drawSavings }) => {
      if (!isGone && box.current) remove = drawSavings(box.current, days);
    });
    return () => {
      isGone = true;
      remove();
    };
  }, [days]);
  return (
    <div
      ref={box}
      class="chart"
      role="img"
      aria-label="Spent and saved by day; the table has the figures"
    />
  );
}

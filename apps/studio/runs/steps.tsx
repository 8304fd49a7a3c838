import { clean, counted, number } from '../format.ts';
import type { Call } from './lanes.tsx';

/** A bar of a picture: what it stands for, and how long it is. */
interface Bar {
  readonly name: string;
  readonly value: number;
}

const mostBars = 24;

/** What a run of many calls shows of its pattern: votes by step, or notes along a document. */
export function Steps({ calls }: { readonly calls: readonly Call[] }) {
  const parts = notesOf(calls);
  if (parts.length > 1)
    return (
      <Bars
        title="How the notes grew along the document"
        unit="token"
        bars={parts}
        rest={`the first ${mostBars} of ${number(parts.length)} parts`}
      />
    );
  const votes = votesOf(calls);
  if (votes.length === 0) return null;
  return (
    <Bars
      title="Votes by step, the hardest first"
      unit="vote"
      bars={votes}
      rest={`the ${mostBars} hardest of ${number(votes.length)} steps`}
    />
  );
}

/** What each part's note came to: one that was asked again counts once, by what it said last. */
export function notesOf(calls: readonly Call[]): Bar[] {
  const notes = new Map<string, number>();
  for (const { trail, outputTokens } of calls) {
    const [name] = /^pass \d+ part \d+/.exec(trail.at(-1) ?? '') ?? [];
    if (name !== undefined) notes.set(name, outputTokens ?? 0);
  }
  return [...notes].map(([name, value]) => ({ name, value }));
}

/** How many votes each step took. */
export function votesOf(calls: readonly Call[]): Bar[] {
  const votes = new Map<string, number>();
  for (const { trail } of calls) {
    const [, step] = /^(.+) vote \d+$/.exec(trail.at(-1) ?? '') ?? [];
    if (step !== undefined) votes.set(step, (votes.get(step) ?? 0) + 1);
  }
  return [...votes].map(([name, value]) => ({ name, value })).toSorted((a, b) => b.value - a.value);
}

interface BarsProps {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly rest: string;
}

function Bars({ title, unit, bars, rest }: BarsProps) {
  const most = bars.reduce((max, { value }) => Math.max(max, value), 1);
  return (
    <section>
      <h2>{title}</h2>
      <ol class="growth">
        {bars.slice(0, mostBars).map(({ name, value }) => (
          <li key={name}>
            <span>{clean(name)}</span>
            <span class="bar" style={{ width: `${(100 * value) / most}%` }} />
            <span class="quiet">{counted(value, unit)}</span>
          </li>
        ))}
      </ol>
      {bars.length > mostBars && <p class="quiet">Shown are {rest}.</p>}
    </section>
  );
}

import type { Routing } from '../api-types.ts';
import { clean, percent } from '../format.ts';
import { useLoaded } from '../load.ts';

const mostWords = 12;
// What a word moves by less than a hundredth decides nothing.
const least = 0.005;

/** Which words of a question spoke for the model here, and which for the cloud. */
export function RouterWords({ run }: { readonly run: string }) {
  const { data } = useLoaded<Routing>(`/v1/runs/${encodeURIComponent(run)}/routing`);
  if (!data) return null;
  const words = data.words.filter(({ change }) => Math.abs(change) >= least).slice(0, mostWords);
  const most = words.reduce((max, { change }) => Math.max(max, Math.abs(change)), least);
  return (
    <section>
      <h2>Words that the router went by</h2>
      <p>
        It gives the local answer {percent(data.score)} to be as good. A word counts by what the
        score is with it, minus what it is without.
      </p>
      {words.length === 0 && <p class="quiet">No single word moves the score.</p>}
      <ol class="growth">
        {words.map(({ word, change }, index) => (
          <li key={index}>
            <span>{clean(word)}</span>
            <span
              class={`bar ${change > 0 ? 'device' : 'cloud'}`}
              style={{ width: `${(100 * Math.abs(change)) / most}%` }}
            />
            <span class="quiet">
              {change > 0 ? `+${change.toFixed(2)}, here` : `−${(-change).toFixed(2)}, cloud`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

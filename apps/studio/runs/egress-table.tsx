import type { EgressList } from '../api-types.ts';
import { clean, moment, number, when } from '../format.ts';
import { Scroll } from '../parts.tsx';
import { addressOf } from '../route.ts';

type EgressEvent = EgressList['data'][number];

/** What left, a row for each call. */
export function EgressTable({
  events,
  showsRun = false,
}: {
  readonly events: readonly EgressEvent[];
  readonly showsRun?: boolean;
}) {
  return (
    <Scroll name="What left">
      <table>
        <thead>
          <tr>
            <th>Time</th>
            <th>To</th>
            <th>Purpose</th>
            <th class="figure">Characters</th>
            <th class="figure">Masked</th>
            <th>Label</th>
            <th>SHA-256 of what left</th>
            {showsRun && <th>Run</th>}
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <tr key={index}>
              <td title={moment(event.at)}>{when(event.at)}</td>
              <td>{clean(event.destination)}</td>
              <td>{clean(event.purpose)}</td>
              <td class="figure">{number(event.characters)}</td>
              <td class="figure">{number(event.masked)}</td>
              <td>{event.label}</td>
              <td>
                <code title={event.contentHash}>{event.contentHash.slice(0, 12)}…</code>
              </td>
              {showsRun && (
                <td>
                  {event.pruned ? (
                    <span class="quiet">removed</span>
                  ) : (
                    <a href={addressOf('runs', [event.run])}>{event.run.slice(0, 13)}</a>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

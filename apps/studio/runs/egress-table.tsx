import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import type { EgressContent, EgressList } from '../api-types.ts';
import { clean, moment, number, when } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, Problem, Scroll, Waiting } from '../parts.tsx';
import { addressOf } from '../route.ts';

type EgressEvent = EgressList['data'][number];

/** What left, a row for each call; its text, for whoever may see it, opens below. */
export function EgressTable({
  events,
  showsRun = false,
}: {
  readonly events: readonly EgressEvent[];
  readonly showsRun?: boolean;
}) {
  const [open, setOpen] = useState<number | undefined>(undefined);
  return (
    <Scroll name="What left">
      <table>
        <thead>
          <tr>
            <th>Time</th>
            <th>To</th>
            <th>Purpose</th>
            <th>Text</th>
            <th class="figure">Characters</th>
            <th class="figure">Masked</th>
            <th>Label</th>
            <th>SHA-256 of what left</th>
            {showsRun && <th>Run</th>}
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <Fragment key={index}>
              <EventRow
                event={event}
                showsRun={showsRun}
                isOpen={open === index}
                onOpen={() => setOpen(open === index ? undefined : index)}
              />
              {open === index && (
                <tr>
                  <td colSpan={showsRun ? 9 : 8}>
                    <SentText event={event} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface EventRowProps {
  readonly event: EgressEvent;
  readonly showsRun: boolean;
  readonly isOpen: boolean;
  onOpen(): void;
}

function EventRow({ event, showsRun, isOpen, onOpen }: EventRowProps) {
  return (
    <tr>
      <td title={moment(event.at)}>{when(event.at)}</td>
      <td>{clean(event.destination)}</td>
      <td>{clean(event.purpose)}</td>
      <td>
        {event.pruned ? (
          <span class="quiet">removed</span>
        ) : (
          <button type="button" class="link" aria-expanded={isOpen} onClick={onOpen}>
            {isOpen ? 'Hide' : 'Show'}
          </button>
        )}
      </td>
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
  );
}

function SentText({ event }: { readonly event: EgressEvent }) {
  const of = [event.run, event.contentHash].map(encodeURIComponent);
  const path = `/v1/runs/${of[0]}/egress/${of[1]}/content`;
  const { data, error, again } = useLoaded<EgressContent>(path);
  if (error) return <Problem error={error} again={again} />;
  if (!data) return <Waiting rows={3} />;
  return (
    <div class="said">
      <p class="tools">
        <strong>The text that left, as it left</strong>
        <CopyButton text={data.messages.map(({ text }) => text).join('\n\n')} />
      </p>
      {data.messages.map(({ role, text }, index) => (
        <section key={index} aria-label={`${role} message`}>
          <h4>{clean(role)}</h4>
          <Marked text={text} />
        </section>
      ))}
    </div>
  );
}

const placeholder = /(MASKED_[A-Z]{2,12}_[0-9a-f]{12})/;

// What stands in the place of a value is marked, so that one sees at once what did not leave.
function Marked({ text }: { readonly text: string }) {
  const parts = clean(text).split(placeholder);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
    <pre tabIndex={0}>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <mark key={index} title="A value that was masked, and did not leave">
            {part}
          </mark>
        ) : (
          part
        ),
      )}
    </pre>
  );
}

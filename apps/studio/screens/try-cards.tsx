import type { Preview } from '../api-types.ts';
import { clean, counted, dollars, number } from '../format.ts';
import { PlaceBadge, Raw } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { Citations } from '../runs/citations.tsx';
import { Markdown } from '../runs/markdown.tsx';
import { Rate } from '../runs/rate.tsx';
import type { Completion } from './ask-body.ts';

/** What would leave, to whom, at what price, before it does. */
export function PreviewCard({
  preview,
  onSend,
  onHere,
}: {
  readonly preview: Preview;
  onSend(): void;
  onHere(): void;
}) {
  const { data, note } = preview;
  return (
    <>
      {data.length === 0 && <p class="good">Nothing would leave this machine.</p>}
      {data.map((call, index) => (
        <div key={index}>
          <p>
            <strong>{counted(call.characters, 'character')}</strong> would go to{' '}
            <strong>{clean(call.destination)}</strong> ({clean(call.purpose)}), about{' '}
            {number(call.tokens)} tokens, {dollars(call.costUsd)} and the answer;{' '}
            {counted(call.masked, 'value')} masked.
          </p>
          <details>
            <summary>Show the text</summary>
            <Raw text={call.text} />
          </details>
        </div>
      ))}
      {note !== null && <p class="note">{clean(note)}</p>}
      <p class="tools">
        <button type="button" onClick={onSend}>
          {data.length === 0 ? 'Ask' : 'Send'}
        </button>
        {data.length > 0 && (
          <button type="button" onClick={onHere}>
            Only here
          </button>
        )}
      </p>
      <p class="quiet">
        Nothing was sent. A draft of the local model was not asked for: what is shown leaves where
        it is refused.
      </p>
    </>
  );
}

/** An answer, who gave it, why, and what left for it. */
export function AnswerCard({
  completion,
  question,
}: {
  readonly completion: Completion;
  readonly question: string;
}) {
  const { choices, tandem } = completion;
  const { answeredBy, place, reason, degraded, costUsd, egress, citations = [] } = tandem;
  return (
    <>
      <p>
        {clean(answeredBy ?? 'a model')} <PlaceBadge place={place ?? null} />{' '}
        {reason !== undefined && clean(reason)}
      </p>
      {degraded && <p class="note">Degraded: {clean(reason ?? '')}</p>}
      <Markdown text={choices[0]?.message.content ?? ''} />
      {citations.length > 0 && (
        <>
          <h3>Evidence</h3>
          <Citations citations={citations} />
        </>
      )}
      <p class="quiet">
        {egress && egress.calls > 0
          ? `${counted(egress.characters, 'character')} left in ${counted(egress.calls, 'call')}, `
          : 'Nothing left, '}
        {dollars(typeof costUsd === 'number' ? costUsd : null)}.{' '}
        <a href={addressOf('runs', [tandem.runId])}>The run</a>
      </p>
      <Rate run={tandem.runId} prompt={question} />
      {tandem.warnings?.map((warning, index) => (
        <p key={index} class="note">
          {clean(warning)}
        </p>
      ))}
    </>
  );
}

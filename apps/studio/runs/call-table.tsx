import { useState } from 'preact/hooks';
import type { CallContent, CallList } from '../api-types.ts';
import { clean, counted, dollars, duration, number } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, PlaceBadge, Problem, Raw, Scroll, Waiting } from '../parts.tsx';
import type { Call } from './lanes.tsx';
import { Markdown } from './markdown.tsx';

const pageRows = 100;

/** Every call of a run, a hundred at a time. */
export function CallTable({
  run,
  calls,
  callCount,
  onChoose,
}: {
  readonly run: string;
  readonly calls: readonly Call[];
  readonly callCount: number;
  onChoose(seq: number): void;
}) {
  const [page, setPage] = useState(0);
  const from = page * pageRows;
  const isHere = from + pageRows <= calls.length || calls.length === callCount;
  const path = `/v1/runs/${encodeURIComponent(run)}/calls?limit=${pageRows}&after=${from}`;
  const { data, error, again } = useLoaded<CallList>(isHere ? undefined : path);
  const rows = isHere ? calls.slice(from, from + pageRows) : data?.data;
  return (
    <>
      {error && <Problem error={error} again={again} />}
      {!rows && !error && <Waiting />}
      {rows && <CallRows rows={rows} onChoose={onChoose} />}
      {callCount > pageRows && (
        <p class="pager">
          <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Earlier calls
          </button>
          <span>
            {number(from + 1)} to {number(Math.min(callCount, from + pageRows))} of{' '}
            {number(callCount)}
          </span>
          <button
            type="button"
            disabled={from + pageRows >= callCount}
            onClick={() => setPage(page + 1)}
          >
            Later calls
          </button>
        </p>
      )}
    </>
  );
}

function CallRows({
  rows,
  onChoose,
}: {
  readonly rows: readonly Call[];
  onChoose(seq: number): void;
}) {
  return (
    <Scroll name="Calls">
      <table>
        <thead>
          <tr>
            <th>Call</th>
            <th>Where</th>
            <th>Model</th>
            <th class="figure">Took</th>
            <th class="figure">Tokens</th>
            <th class="figure">Cost</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(call => (
            <tr key={call.seq}>
              <td>
                <button type="button" class="link" onClick={() => onChoose(call.seq)}>
                  {call.seq} {clean(call.trail.at(-1) ?? '')}
                </button>
                {!call.isFinished && <span class="warn"> cut off</span>}
              </td>
              <td>
                <PlaceBadge place={call.place} />
              </td>
              <td>{clean(call.model)}</td>
              <td class="figure">{duration(call.ms)}</td>
              <td class="figure">
                {call.inputTokens ?? '?'} → {call.outputTokens ?? '?'}
              </td>
              <td class="figure">{dollars(call.costUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What a call said: as it is meant to be read, or as it was written. */
export function CallText({ run, seq }: { readonly run: string; readonly seq: number }) {
  const path = `/v1/runs/${encodeURIComponent(run)}/calls/${seq}/content`;
  const { data, error, again } = useLoaded<CallContent>(path);
  const [isRaw, setRaw] = useState(false);
  if (error) return <Problem error={error} again={again} />;
  if (!data) return <Waiting rows={3} />;
  const { text, thinking, tools } = data;
  return (
    <div class="said">
      <p class="tools">
        <button type="button" aria-pressed={!isRaw} onClick={() => setRaw(false)}>
          Markdown
        </button>
        <button type="button" aria-pressed={isRaw} onClick={() => setRaw(true)}>
          Raw
        </button>
        <CopyButton text={text} />
        <span class="quiet">{counted(text.length, 'character')}</span>
      </p>
      {isRaw ? <Raw text={text} /> : <Markdown text={text} />}
      {text === '' && tools.length === 0 && <p class="quiet">It said nothing.</p>}
      {tools.map((tool, index) => (
        <Raw key={index} text={`${tool.name} ${tool.input}`} />
      ))}
      {thinking !== '' && (
        <details>
          <summary>Thinking, {counted(thinking.length, 'character')}</summary>
          <Raw text={thinking} />
        </details>
      )}
    </div>
  );
}

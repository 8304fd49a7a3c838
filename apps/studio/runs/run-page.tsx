import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import type { RunDetails } from '../api-types.ts';
import { isFollowing, useFollowed } from '../follow.ts';
import { clean, counted, dollars, duration, moment, number, saving } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, Fact, PlaceBadge, Problem, Waiting } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { ratedWord, words } from '../words.ts';
import { CallTable, CallText } from './call-table.tsx';
import { EgressTable } from './egress-table.tsx';
import { Evidence } from './evidence.tsx';
import { Lanes, useCalls } from './lanes.tsx';
import { Picture } from './picture.tsx';
import { Rate } from './rate.tsx';
import { ReasonScale } from './reason-scale.tsx';
import { RouterWords } from './router-words.tsx';
import { Steps } from './steps.tsx';
import { WhatIf } from './what-if.tsx';

/** One run: who answered, where, why, what left, what it cost, and what was said. */
export function RunPage({ id, query }: { readonly id: string; readonly query: string }) {
  const path = `/v1/runs/${encodeURIComponent(id)}/details`;
  const [isRunning, setRunning] = useState(false);
  // One at work in another process is told of by nobody.
  const everyMs = isFollowing.value ? 5000 : 1000;
  const { data, error, again } = useLoaded<RunDetails>(path, isRunning ? everyMs : undefined);
  if (data && (data.run.state === 'running') !== isRunning) setRunning(!isRunning);
  useFollowed(event => {
    const named = event.type === 'runs' ? event.update : undefined;
    const isNamed = named?.ended.includes(id) || named?.atWork.some(run => run.id === id);
    if (isRunning && isNamed) again();
  });
  return (
    <article class="detail" aria-label="Run">
      <p class="back">
        <a href={addressOf('runs', [], { q: query })}>{words.back}</a>
      </p>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && <Shown details={data} />}
    </article>
  );
}

function Shown({ details }: { readonly details: RunDetails }) {
  const { run, reason, calls, callCount, egress, keeping } = details;
  const painted = useCalls(details);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const choose = (seq: number) => setChosen(seq === chosen ? undefined : seq);
  return (
    <>
      <h1>{run.title === null ? `Run ${run.id.slice(0, 13)}` : clean(run.title)}</h1>
      <p class="quiet">
        {moment(run.begunAt)}
        {run.key !== null && `, key ${clean(run.key)}`}, <code>{run.id}</code>{' '}
        <CopyButton text={run.id} />
      </p>
      {words.notKept[keeping] !== '' && <p class="note">{words.notKept[keeping]}</p>}
      <StateLine details={details} />
      <Facts details={details} />
      <section>
        <h2>Calls</h2>
        <Lanes calls={painted} callCount={callCount} chosen={chosen} onChoose={choose} />
        {chosen !== undefined && (
          <div class="chosen-call">
            <h3>
              Call {chosen}:{' '}
              {clean(calls.find(({ seq }) => seq === chosen)?.trail.join(' → ') ?? '')}
            </h3>
            <CallText run={run.id} seq={chosen} />
          </div>
        )}
        <details open={calls.length > 300}>
          <summary>{counted(callCount, 'call')} in a table</summary>
          <CallTable run={run.id} calls={calls} callCount={callCount} onChoose={choose} />
        </details>
      </section>
      <Picture details={details} />
      {reason?.includes('score ') && <RouterWords run={run.id} />}
      <Steps calls={painted} />
      <section>
        <h2>The border: what left</h2>
        {egress.length === 0 && run.leftCalls === 0 && <p class="good">{words.nothingLeft}</p>}
        {egress.length > 0 && <EgressTable events={egress} />}
      </section>
      <Answer details={details} />
      {run.state === 'done' && keeping !== 'nothing' && <Rate run={run.id} />}
      <WhatIf key={run.id} details={details} />
    </>
  );
}

function StateLine({ details: { run, reason } }: { readonly details: RunDetails }) {
  if (run.state === 'running') return <AtWork run={run.id} />;
  if (run.state === 'done') {
    if (!run.degraded) return null;
    return <p class="note">Degraded: {clean(reason ?? 'answered with less than was asked for')}</p>;
  }
  const said: Readonly<Record<string, string>> = {
    failed:
      `It failed: ${run.error ?? 'unknown'}. ` +
      (run.calls > 0 ? 'The last call below says how far it came.' : 'No call of it was answered.'),
    cancelled: 'It was cancelled. What was finished is kept.',
    interrupted:
      'It was ended before it was done: it was cancelled, or its process has ended. What was ' +
      `finished is kept. Go on with: tandem resume ${run.id}`,
  };
  return (
    <p class="problem" role="status">
      {said[run.state]}
    </p>
  );
}

function AtWork({ run }: { readonly run: string }) {
  const [said, setSaid] = useState('');
  const cancel = async () => {
    setSaid('Being cancelled …');
    const path = `/v1/runs/${encodeURIComponent(run)}/cancel`;
    await post(path, {}).catch((error: Error) => setSaid(clean(error.message)));
  };
  return (
    <p class="note tools">
      At work now; this page follows it.
      <button type="button" onClick={() => void cancel()}>
        Cancel
      </button>
      <span role="status">{said}</span>
    </p>
  );
}

function Facts({ details }: { readonly details: RunDetails }) {
  const { run, reason } = details;
  return (
    <dl class="facts">
      <Fact name="Answered by">
        {run.answeredBy === null ? 'nobody' : clean(run.answeredBy)}{' '}
        <PlaceBadge place={run.place} />
        {run.pattern !== null && <span class="quiet"> by {clean(run.pattern)}</span>}
      </Fact>
      <Fact name="Why">
        {reason === null ? '–' : clean(reason)}
        {reason !== null && <ReasonScale reason={reason} />}
      </Fact>
      <Fact name="Left this machine">
        {run.leftCalls === 0
          ? 'nothing'
          : `${counted(run.leftCharacters, 'character')} in ${counted(run.leftCalls, 'call')}`}
      </Fact>
      <Fact name="Cost, saving">
        {dollars(run.costUsd)}; {saving(run.savedUsd, run.baseline)}
      </Fact>
      {run.rated !== null && <Fact name="Rated">{ratedWord(run.rated)}</Fact>}
      <Fact name="Took">
        {duration(run.ms)}, {counted(run.calls, 'call')}
      </Fact>
    </dl>
  );
}

function Answer({ details }: { readonly details: RunDetails }) {
  const { run, answerCall, keeping, documents } = details;
  if (keeping !== 'content') return null;
  if (answerCall === null) {
    if (run.state !== 'done') return null;
    return (
      <section>
        <h2>Answer</h2>
        <p class="quiet">
          It is made of the calls above, and is not kept as one text. Choose a call to read it.
        </p>
        <Evidence details={details} seq={undefined} />
      </section>
    );
  }
  const read = documents.length > 0 && (
    <ul class="plain">
      {documents.map(({ hash, title, characters, label }) => (
        <li key={hash}>
          {clean(title)}, {number(characters)} characters, {label}
        </li>
      ))}
    </ul>
  );
  return (
    <section>
      <h2>Answer</h2>
      <CallText run={run.id} seq={answerCall} />
      {read}
      <Evidence details={details} seq={answerCall} />
    </section>
  );
}

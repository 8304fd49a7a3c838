import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import type { Machine, Replayed, RunDetails } from '../api-types.ts';
import { clean, counted, dollars } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, Fact, Problem, Raw, Waiting } from '../parts.tsx';
import { Choice, type Outcome, outcomeOf, Side } from '../screens/sides.tsx';

/** The question of a run, of another pattern: on the recorded answers, free, or asked anew. */
export function WhatIf({ details }: { readonly details: RunDetails }) {
  const { run, request } = details;
  const line = `tandem replay ${run.id}`;
  return (
    <section>
      <h2>What if</h2>
      {request ? (
        <AskAgain request={request} run={run} />
      ) : (
        <p>
          The question of this run is not kept whole. A run of <code>tandem ask</code> is tried with
          another pattern on its recorded answers, free, by <code>{line}</code>{' '}
          <CopyButton text={line} />
        </p>
      )}
    </section>
  );
}

interface AskAgainProps {
  readonly request: NonNullable<RunDetails['request']>;
  readonly run: RunDetails['run'];
}

type Shown =
  | { readonly of: string; readonly replayed: Replayed | Error | undefined }
  | { readonly of: string; readonly outcome: Outcome };

function AskAgain({ request, run }: AskAgainProps) {
  const { data } = useLoaded<Machine>('/v1/machine');
  const [chosen, setChosen] = useState('');
  const [shown, setShown] = useState<Shown>();
  const names = (data?.models ?? [])
    .filter(({ modelId }) => modelId !== run.model)
    .map(({ name }) => name);
  if (!data || data.isAlone || names.length === 0) return null;
  const other = chosen === '' ? names[0]! : chosen;
  const work = async (what: 'preview' | 'send' | 'here') => {
    setShown({ of: other, outcome: { state: 'asking' } });
    const limits = (request.tandem ?? {}) as object;
    const tandem = what === 'here' ? { ...limits, mode: 'local-only' } : limits;
    const body = { ...request, model: other, tandem };
    setShown({ of: other, outcome: await outcomeOf(body, what === 'preview') });
  };
  const replay = async () => {
    setShown({ of: other, replayed: undefined });
    const path = `/v1/runs/${encodeURIComponent(run.id)}/replay`;
    const replayed = await post<Replayed>(path, { model: other }).catch((error: Error) => error);
    setShown({ of: other, replayed });
  };
  const own = shown?.of === other ? shown : undefined;
  return (
    <>
      <p class="tools">
        <Choice label="With" value={other} names={names} onChange={setChosen} />
        <button type="button" onClick={() => void replay()}>
          Replay, free
        </button>
        <button type="button" onClick={() => void work('preview')}>
          What would leave?
        </button>
      </p>
      {own && 'replayed' in own && <Replay model={other} replayed={own.replayed} />}
      <Side
        model={other}
        outcome={own && 'outcome' in own ? own.outcome : undefined}
        question={questionOf(request)}
        onSend={() => void work('send')}
        onHere={() => void work('here')}
      />
    </>
  );
}

interface ReplayProps {
  readonly model: string;
  readonly replayed: Replayed | Error | undefined;
}

/** What another pattern makes of the recorded answers; nobody is asked. */
function Replay({ model, replayed }: ReplayProps) {
  return (
    <section class="card" aria-label={`Replay with ${model}`} aria-busy={replayed === undefined}>
      {replayed === undefined && <Waiting rows={3} />}
      {replayed instanceof Error && <Problem error={replayed} />}
      {replayed && !(replayed instanceof Error) && <Compared replayed={replayed} />}
    </section>
  );
}

function Compared({ replayed: { was, wouldBe, agrees } }: { readonly replayed: Replayed }) {
  return (
    <>
      <p class={agrees ? 'good' : 'warn'}>
        {agrees ? 'The same answer.' : 'Another answer, or none.'}
      </p>
      <dl class="facts">
        {[was, wouldBe].map((decided, index) => (
          <Fact key={index} name={`${index === 0 ? 'Was' : 'Would be'}: ${clean(decided.model)}`}>
            {decided.answeredBy === null ? 'nobody' : clean(decided.answeredBy)},{' '}
            {dollars(decided.costUsd)}, {counted(decided.cloudCalls, 'call')} to the cloud{' '}
            <span class="quiet">{clean(decided.reason)}</span>
          </Fact>
        ))}
      </dl>
      {wouldBe.answer !== null && !agrees && <Raw text={wouldBe.answer} />}
    </>
  );
}

// As it stands in a rating: the last words of whoever asked, where they are one text.
function questionOf({ messages }: AskAgainProps['request']): string {
  const last = (messages as readonly { readonly content?: unknown }[] | undefined)?.at(-1);
  return typeof last?.content === 'string' ? last.content : '';
}

import { useState } from 'preact/hooks';
import type { Machine, RunDetails } from '../api-types.ts';
import { useLoaded } from '../load.ts';
import { CopyButton } from '../parts.tsx';
import { Choice, type Outcome, outcomeOf, Side } from '../screens/sides.tsx';

/** The question of a run, asked of another pattern or model: priced first, then asked. */
export function WhatIf({ details }: { readonly details: RunDetails }) {
  const { run, request } = details;
  const line = `tandem replay ${run.id}`;
  return (
    <section>
      <h2>What if</h2>
      {request && <AskAgain request={request} model={run.model} />}
      <p>
        Another pattern can be tried on the answers of this run, free: <code>{line}</code>{' '}
        <CopyButton text={line} />
      </p>
    </section>
  );
}

interface AskAgainProps {
  readonly request: NonNullable<RunDetails['request']>;
  readonly model: string | null;
}

function AskAgain({ request, model }: AskAgainProps) {
  const { data } = useLoaded<Machine>('/v1/machine');
  const [chosen, setChosen] = useState('');
  const [asked, setAsked] = useState<{ readonly of: string; readonly outcome: Outcome }>();
  const names = (data?.models ?? []).map(({ name }) => name).filter(name => name !== model);
  if (!data || data.isAlone || names.length === 0) return null;
  const other = chosen === '' ? names[0]! : chosen;
  const work = async (what: 'preview' | 'send' | 'here') => {
    setAsked({ of: other, outcome: { state: 'asking' } });
    const limits = (request.tandem ?? {}) as object;
    const tandem = what === 'here' ? { ...limits, mode: 'local-only' } : limits;
    const body = { ...request, model: other, tandem };
    setAsked({ of: other, outcome: await outcomeOf(body, what === 'preview') });
  };
  return (
    <>
      <p class="tools">
        <Choice label="Ask the same of" value={other} names={names} onChange={setChosen} />
        <button type="button" onClick={() => void work('preview')}>
          What would leave?
        </button>
      </p>
      <Side
        model={other}
        outcome={asked?.of === other ? asked.outcome : undefined}
        question={questionOf(request)}
        onSend={() => void work('send')}
        onHere={() => void work('here')}
      />
    </>
  );
}

// As it stands in a rating: the last words of whoever asked, where they are one text.
function questionOf({ messages }: AskAgainProps['request']): string {
  const last = (messages as readonly { readonly content?: unknown }[] | undefined)?.at(-1);
  return typeof last?.content === 'string' ? last.content : '';
}

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { post } from '../api.ts';
import type { PairList } from '../api-types.ts';
import { clean, counted, dollars, number } from '../format.ts';
import { useLoaded } from '../load.ts';
import { Problem, Raw, Waiting, WhyField } from '../parts.tsx';
import { Markdown } from '../runs/markdown.tsx';
import { Calibration } from './calibration.tsx';

const wanted = 200;
const shown = 10;
const batches = [10, 50] as const;

/** Questions with two answers, rated blind; and what calibrating by the ratings gives. */
export function Label() {
  const [asks, setAsks] = useState<number>(batches[0]);
  const read = useLoaded<PairList>(`/v1/pairs?limit=${shown}&asks=${asks}`);
  const { error, again } = read;
  // Another count at once is priced anew; what is on the screen stays meanwhile.
  const last = useRef(read.data);
  last.current = read.data ?? last.current;
  const data = last.current;
  return (
    <section class="screen">
      <h1>Which answer is right?</h1>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && data.keeping !== 'content' && (
        <p class="note">
          Questions and answers are not kept here, so there is nothing to rate. Start{' '}
          <code>tandem serve --keep</code>.
        </p>
      )}
      {data?.keeping === 'content' && (
        <>
          <Counts pairs={data} />
          <Next pairs={data} asks={asks} onAsks={setAsks} again={again} />
          <Calibration rated={data.rated} />
        </>
      )}
    </section>
  );
}

function Counts({ pairs: { sampled, whole, rated } }: { readonly pairs: PairList }) {
  return (
    <p>
      <strong>{number(rated)}</strong> of about {number(wanted)} pairs are rated. Questions to
      cascades are kept of {counted(sampled, 'run')}; {number(whole)} have both answers. They come
      in an order of chance, and nothing says whose answer is which.
    </p>
  );
}

interface NextProps {
  readonly pairs: PairList;
  readonly asks: number;
  onAsks(count: number): void;
  again(): void;
}

function Next({ pairs, asks, onAsks, again }: NextProps) {
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  const pair = pairs.data.find(({ run }) => !skipped.includes(run));
  if (!pairs.mayRate)
    return (
      <p class="note">
        Ratings are shown here, not given: that needs <code>tandem serve --keep</code>, and a key
        with the scope <code>label</code>.
      </p>
    );
  if (pair) {
    const skip = () => setSkipped([...skipped, pair.run]);
    return <PairCard key={pair.run} pair={pair} onRated={again} onSkip={skip} />;
  }
  if (pairs.data.length > 0)
    return (
      <p class="note">
        You have skipped the next {counted(pairs.data.length, 'question')}; the sample goes on
        behind them.{' '}
        <button type="button" onClick={() => setSkipped([])}>
          Show them again
        </button>
      </p>
    );
  if (pairs.ask) return <AskCard ask={pairs.ask} asks={asks} onAsks={onAsks} again={again} />;
  if (pairs.sampled === 0)
    return <p class="note">No question is kept yet. Ask a cascade first, such as on Try.</p>;
  if (pairs.whole < pairs.sampled)
    return (
      <p class="note">
        The questions that are left lack the answer of the cloud: it refused them, or no model is
        served here that could be asked.
      </p>
    );
  return <p class="good">All questions that are kept have been rated.</p>;
}

type Right = 'first' | 'second' | 'both' | 'neither';
const choices: readonly { readonly right: Right; readonly key: string; readonly name: string }[] = [
  { right: 'first', key: '1', name: 'The first' },
  { right: 'second', key: '2', name: 'The second' },
  { right: 'both', key: '3', name: 'Both' },
  { right: 'neither', key: '0', name: 'Neither' },
];

interface PairCardProps {
  readonly pair: PairList['data'][number];
  onRated(): void;
  onSkip(): void;
}

function PairCard({ pair, onRated, onSkip }: PairCardProps) {
  const [comment, setComment] = useState('');
  // A second key press, meant for the next question, must not rate this one again.
  const sent = useRef(false);
  const [error, setError] = useState<Error | undefined>(undefined);
  const rate = async (right: Right) => {
    if (sent.current) return;
    sent.current = true;
    try {
      const words = comment.trim() === '' ? {} : { comment };
      await post(`/v1/pairs/${encodeURIComponent(pair.run)}/rating`, { right, ...words });
      onRated();
    } catch (failure) {
      setError(failure as Error);
      sent.current = false;
    }
  };
  useChoiceKeys(right => void rate(right), onSkip);
  return (
    <section class="card" aria-label="A question with two answers">
      <h2>Asked of {clean(pair.model)}</h2>
      <Raw text={pair.question} />
      <div class="sides">
        <section class="card" aria-label="First answer">
          <h3>First</h3>
          <Markdown text={pair.first} />
        </section>
        <section class="card" aria-label="Second answer">
          <h3>Second</h3>
          <Markdown text={pair.second} />
        </section>
      </div>
      <p class="tools">
        Right is:
        {choices.map(({ right, key, name }) => (
          <button key={right} type="button" onClick={() => void rate(right)}>
            {name} <kbd>{key}</kbd>
          </button>
        ))}
        <button type="button" onClick={onSkip}>
          Skip <kbd>s</kbd>
        </button>
        <WhyField value={comment} onChange={setComment} />
      </p>
      {error && <Problem error={error} />}
    </section>
  );
}

function useChoiceKeys(choose: (right: Right) => void, skip: () => void): void {
  // From the moment that the question is seen.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const isField = event.target instanceof HTMLInputElement;
      if (isField || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const chosen = choices.find(({ key }) => key === event.key);
      if (chosen) choose(chosen.right);
      else if (event.key === 's') skip();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
}

interface AskCardProps {
  readonly ask: NonNullable<PairList['ask']>;
  readonly asks: number;
  onAsks(count: number): void;
  again(): void;
}

interface Came {
  readonly asked: number;
  readonly costUsd: number | null;
  readonly stopped: string | null;
}

function AskCard({ ask, asks, onAsks, again }: AskCardProps) {
  const [isAsking, setAsking] = useState(false);
  const [came, setCame] = useState<Came | undefined>(undefined);
  const [error, setError] = useState<Error | undefined>(undefined);
  const send = async () => {
    setAsking(true);
    setError(undefined);
    try {
      const said = await post<Came>('/v1/pairs/ask', { count: ask.count });
      setCame(said);
      if (said.stopped === null) again();
    } catch (failure) {
      setError(failure as Error);
    }
    setAsking(false);
  };
  return (
    <section class="card" aria-label="Ask the other model">
      <h2>Ask the other model</h2>
      <p>
        To the next {counted(ask.count, 'question')} of the sample only the local model has
        answered. {counted(ask.characters, 'character')} would leave for{' '}
        <strong>{clean(ask.destination)}</strong>. That costs about{' '}
        <strong>{dollars(ask.costUsd)}</strong>, by the length of the local answers.
      </p>
      <p class="tools">
        <button type="button" disabled={isAsking} onClick={() => void send()}>
          {isAsking ? 'Asking' : `Ask for ${number(ask.count)}`}
        </button>
        <label>
          At once{' '}
          <select value={asks} onChange={event => onAsks(Number(event.currentTarget.value))}>
            {batches.map(count => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </label>
        <span role="status">
          {came && `${counted(came.asked, 'answer')} came, for ${dollars(came.costUsd)}.`}
        </span>
      </p>
      {came?.stopped && <p class="problem">{clean(came.stopped)}</p>}
      {error && <Problem error={error} />}
    </section>
  );
}

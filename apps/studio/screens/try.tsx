import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import type { Machine, Preview } from '../api-types.ts';
import { clean } from '../format.ts';
import { useLoaded } from '../load.ts';
import { Problem, Waiting } from '../parts.tsx';
import { type Asked, askBody, type Completion, examples, sentences } from './ask-body.ts';
import { FileDrop, type KeptFile } from './file-drop.tsx';
import { AnswerCard, PreviewCard } from './try-cards.tsx';

/** One question, one pattern or two side by side; what would leave is shown before it does. */
export function Try() {
  const { data, error, again } = useLoaded<Machine>('/v1/machine');
  return (
    <section class="screen">
      <h1>Try the patterns</h1>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data?.isAlone && (
        <p class="note">
          Only a journal is shown here. Start <code>tandem serve</code> to ask.
        </p>
      )}
      {data && !data.isAlone && <Form machine={data} />}
    </section>
  );
}

/** What became of one side of a question. */
export type Outcome =
  | { readonly state: 'asking' }
  | { readonly state: 'preview'; readonly preview: Preview }
  | { readonly state: 'answered'; readonly completion: Completion }
  | { readonly state: 'failed'; readonly error: Error };

function Form({ machine }: { readonly machine: Machine }) {
  const names = machine.models.map(({ name }) => name);
  const patterns = names.filter(name => sentences[name] !== undefined);
  const [first, setFirst] = useState(patterns[0] ?? names[0] ?? '');
  const [second, setSecond] = useState('');
  const [question, setQuestion] = useState('');
  const [file, setFile] = useState<KeptFile | undefined>(undefined);
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Outcome>>>({});
  const note = (model: string, outcome: Outcome) =>
    setOutcomes(known => ({ ...known, [model]: outcome }));
  const asked: Asked = { question, file };
  const work = async (model: string, what: 'preview' | 'send' | 'here') => {
    note(model, { state: 'asking' });
    try {
      const body = askBody(model, asked, what === 'here');
      if (what === 'preview')
        note(model, { state: 'preview', preview: await post<Preview>('/v1/preview', body) });
      else
        note(model, {
          state: 'answered',
          completion: await post<Completion>('/v1/chat/completions', body),
        });
    } catch (failure) {
      note(model, { state: 'failed', error: failure as Error });
    }
  };
  const chosen = [...new Set([first, second])].filter(name => name !== '');
  const all = (what: 'preview' | 'send') => {
    setOutcomes({});
    for (const model of chosen) void work(model, what);
  };
  const isReady = question.trim() !== '';
  return (
    <>
      <div class="tools">
        <Choice label="Ask" value={first} names={names} onChange={setFirst} />
        <Choice label="and beside it" value={second} names={['', ...names]} onChange={setSecond} />
      </div>
      <p class="quiet">{sentences[first]}</p>
      <QuestionField question={question} onChange={setQuestion} />
      <FileDrop file={file} onFile={setFile} />
      <p class="tools">
        <button type="button" disabled={!isReady} onClick={() => all('preview')}>
          What would leave?
        </button>
        <button type="button" disabled={!isReady} onClick={() => all('send')}>
          Ask now
        </button>
      </p>
      <div class="sides">
        {chosen.map(model => (
          <Side
            key={model}
            model={model}
            outcome={outcomes[model]}
            question={question}
            onSend={() => void work(model, 'send')}
            onHere={() => void work(model, 'here')}
          />
        ))}
      </div>
    </>
  );
}

function QuestionField({
  question,
  onChange,
}: {
  readonly question: string;
  onChange(text: string): void;
}) {
  return (
    <>
      <label for="question">Question</label>
      <textarea
        id="question"
        rows={4}
        value={question}
        onInput={event => onChange(event.currentTarget.value)}
      />
      <p class="tools">
        {examples.map(({ name, text }) => (
          <button key={name} type="button" onClick={() => onChange(text)}>
            {name}
          </button>
        ))}
      </p>
    </>
  );
}

function Choice({
  label,
  value,
  names,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  onChange(name: string): void;
}) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={event => onChange(event.currentTarget.value)}>
        {names.map(name => (
          <option key={name} value={name}>
            {name === '' ? 'nothing' : name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SideProps {
  readonly model: string;
  readonly outcome: Outcome | undefined;
  readonly question: string;
  onSend(): void;
  onHere(): void;
}

function Side({ model, outcome, question, onSend, onHere }: SideProps) {
  if (!outcome) return null;
  return (
    <section class="card" aria-label={model} aria-busy={outcome.state === 'asking'}>
      <h2>{clean(model)}</h2>
      {outcome.state === 'asking' && <Waiting rows={3} />}
      {outcome.state === 'failed' && <Problem error={outcome.error} />}
      {outcome.state === 'preview' && (
        <PreviewCard preview={outcome.preview} onSend={onSend} onHere={onHere} />
      )}
      {outcome.state === 'answered' && (
        <AnswerCard completion={outcome.completion} question={question} />
      )}
    </section>
  );
}

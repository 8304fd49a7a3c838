import { useState } from 'preact/hooks';
import type { Machine } from '../api-types.ts';
import { useLoaded } from '../load.ts';
import { Problem, Waiting } from '../parts.tsx';
import { type Asked, askBody, examples, sentences } from './ask-body.ts';
import { FileDrop, type KeptFile } from './file-drop.tsx';
import { Choice, type Outcome, outcomeOf, Side } from './sides.tsx';

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
    note(model, await outcomeOf(askBody(model, asked, what === 'here'), what === 'preview'));
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

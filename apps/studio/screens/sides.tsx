import { post } from '../api.ts';
import type { Preview } from '../api-types.ts';
import { clean } from '../format.ts';
import { Problem, Waiting } from '../parts.tsx';
import type { Completion } from './ask-body.ts';
import { AnswerCard, PreviewCard } from './try-cards.tsx';

/** What became of one side of a question. */
export type Outcome =
  | { readonly state: 'asking' }
  | { readonly state: 'preview'; readonly preview: Preview }
  | { readonly state: 'answered'; readonly completion: Completion }
  | { readonly state: 'failed'; readonly error: Error };

/** Asks, or shows what would leave; a failure is an outcome too. */
export async function outcomeOf(body: object, isPreview: boolean): Promise<Outcome> {
  try {
    if (isPreview) return { state: 'preview', preview: await post<Preview>('/v1/preview', body) };
    const completion = await post<Completion>('/v1/chat/completions', body);
    return { state: 'answered', completion };
  } catch (failure) {
    return { state: 'failed', error: failure as Error };
  }
}

/** One of some names. */
export function Choice({
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

/** One side of a question: what would leave, or the answer. */
export function Side({ model, outcome, question, onSend, onHere }: SideProps) {
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

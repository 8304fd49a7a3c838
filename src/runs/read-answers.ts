import type { Answer } from '../model/types.ts';
import { answerFromJson } from './answer-json.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { Store } from './store.ts';

/** A finished call of a run, with its answer. */
export interface RecordedAnswer {
  /** Role in the pattern, such as `draft` or `sample 2`. */
  readonly name: string;
  readonly model: string;
  readonly place: 'device' | 'cloud';
  readonly answer: Answer;
  readonly costUsd: number | null;
  readonly durationMs: number | null;
}

/** Reads the answers of a run, in the order of recording; none where the journal keeps hashes alone. */
export function readAnswers(store: Store, id: string, cipher: ContentCipher): RecordedAnswer[] {
  const rows = store.read<Omit<RecordedAnswer, 'name' | 'answer'> & { trail: string; body: string }>(
    `select trail, model, place, body, cost_usd as costUsd, duration_ms as durationMs
     from call join content on content.hash = call.answer where run = :id order by seq`,
    { id },
  );
  return rows.map(({ trail, body, ...row }) => ({
    ...row,
    name: (JSON.parse(trail) as string[]).at(-1) ?? '',
    answer: answerFromJson(cipher.open(body)),
  }));
}

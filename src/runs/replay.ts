import { TandemError } from '../model/errors.ts';
import type { Journal, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import { answerFromJson } from './answer-json.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { Store } from './store.ts';

interface Row {
  readonly digest: string;
  readonly body: string;
}

/**
 * Makes a journal that answers from the calls of recorded runs, whatever pattern asks them, and makes none: a call is
 * known by its model, prompt and options. @throws TandemError `not_recorded` when asked for another
 */
export function replayJournal(store: Store, runIds: readonly string[], cipher: ContentCipher): Journal {
  const bodiesByCall = new Map<string, string[]>();
  for (const run of runIds) {
    const rows = store.read<Row>(
      'select digest, body from call join content on content.hash = call.answer where run = :run order by seq',
      { run },
    );
    for (const { digest, body } of rows) {
      const call = callOf(JSON.parse(digest) as StepAddress['digest']);
      bodiesByCall.set(call, [...(bodiesByCall.get(call) ?? []), cipher.open(body)]);
    }
  }
  const usedByCall = new Map<string, number>();
  return {
    begin: () => {},
    decide: () => {},
    read: () => {},
    end: () => {},
    intend: async () => {},
    record: async () => {},
    find(step): Answer {
      const call = callOf(step.digest);
      const used = usedByCall.get(call) ?? 0;
      const body = bodiesByCall.get(call)?.[used];
      if (body === undefined) throw unrecorded(step);
      usedByCall.set(call, used + 1);
      return answerFromJson(body);
    },
  };
}

function callOf({ model, prompt, options }: StepAddress['digest']): string {
  return `${model}|${prompt}|${options}`;
}

function unrecorded({ digest, slot }: StepAddress): TandemError {
  const model = digest.model.slice(digest.model.indexOf('|') + 1);
  const place = slot.split('>').at(-1) ?? slot;
  return new TandemError(
    'not_recorded',
    `It would ask "${model}" something that was never asked (${place}), so it cannot be told. Ask it live.`,
    { data: { model, place } },
  );
}

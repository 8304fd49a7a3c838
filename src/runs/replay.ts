import { TandemError } from '../model/errors.ts';
import type { Journal, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import type { ContentCipher } from './content-cipher.ts';
import { answerFromJson } from './run-entries.ts';
import type { RunStore } from './store.ts';

/**
 * Makes a journal that answers from the calls of recorded runs, whatever pattern asks them, and
 * makes none: a call is known by its model, prompt and options. @throws TandemError `not_recorded`
 * when asked for another
 */
export async function replayJournal(
  store: RunStore,
  runIds: readonly string[],
  cipher: ContentCipher,
): Promise<Journal> {
  const bodiesByCall = new Map<string, string[]>();
  for (const run of runIds) {
    for await (const page of store.calls(run)) {
      for (const { digest, body } of page) {
        if (body === undefined) continue;
        const call = callOf(digest);
        bodiesByCall.set(call, [...(bodiesByCall.get(call) ?? []), cipher.open(body)]);
      }
    }
  }
  const usedByCall = new Map<string, number>();
  const find = (step: StepAddress): Answer => {
    const call = callOf(step.digest);
    const used = usedByCall.get(call) ?? 0;
    const body = bodiesByCall.get(call)?.[used];
    if (body === undefined) throw unrecorded(step);
    usedByCall.set(call, used + 1);
    return answerFromJson(body);
  };
  const record = {
    find,
    decide: () => {},
    read: () => {},
    end: () => {},
    intend: async () => {},
    record: async () => {},
  };
  return { begin: () => record };
}

function callOf({ model, prompt, options }: StepAddress['digest']): string {
  return `${model}|${prompt}|${options}`;
}

function unrecorded({ digest, slot }: StepAddress): TandemError {
  const model = digest.model.slice(digest.model.indexOf('|') + 1);
  const place = slot.split('>').at(-1) ?? slot;
  return new TandemError(
    'not_recorded',
    `It would ask "${model}" something that was never asked (${place}), so it cannot be told. ` +
      'Ask it live.',
    { data: { model, place } },
  );
}

import { TandemError } from '../model/errors.ts';
import type { JournaledStep, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import { answerFromJson } from './answer-json.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { RunStore } from './store.ts';

interface Finished {
  readonly key: string;
  readonly digest: StepAddress['digest'];
  /** The answer as JSON; `undefined` where content is not kept. */
  readonly body: () => string | undefined;
}

/** The finished calls of one run at work. */
export interface FinishedCalls {
  /** Those that were found in the store without their answers: only hashes of them were kept. */
  readonly unkept: number;
  add(step: Pick<JournaledStep, 'key' | 'slot' | 'digest'>, body: () => string | undefined): void;
  /** @throws TandemError `resume_mismatch` */
  find(step: StepAddress, onChange: 'refuse' | 'call'): Answer | undefined;
}

/** Makes the finished calls of a run that has none yet. */
export function finishedCalls(): FinishedCalls {
  const byKey = new Map<string, Finished>();
  const bySlot = new Map<string, Finished>();
  return {
    unkept: 0,
    add({ key, slot, digest }, body) {
      const finished = { key, digest, body };
      byKey.set(key, finished);
      bySlot.set(slot, finished);
    },
    find(step, onChange) {
      const body = byKey.get(step.key)?.body();
      if (body !== undefined) return answerFromJson(body);
      const other = bySlot.get(step.slot);
      if (other && other.key !== step.key && onChange === 'refuse') throw mismatch(step, other);
      return undefined;
    },
  };
}

/** Loads the finished calls of a run that goes on. */
export async function loadFinished(store: RunStore, cipher: ContentCipher, run: string): Promise<FinishedCalls> {
  const finished = finishedCalls();
  let unkept = 0;
  for await (const page of store.calls(run)) {
    for (const { key, slot, digest, isFinished, body } of page) {
      if (!isFinished) continue;
      const opened = body === undefined ? undefined : cipher.open(body);
      if (opened === undefined) unkept++;
      finished.add({ key, slot, digest }, () => opened);
    }
  }
  return { ...finished, unkept };
}

function mismatch(step: StepAddress, recorded: Finished): TandemError {
  const parts = ['model', 'prompt', 'options'] as const;
  const changed = parts.filter(part => step.digest[part] !== recorded.digest[part]);
  const place = step.slot.split('>').at(-1) ?? step.slot;
  return new TandemError(
    'resume_mismatch',
    `The run ${step.runId} has recorded another call at "${place}": its ${changed.join(' and ') || 'order'} changed. ` +
      'Start a new run, or allow changes.',
    { data: { runId: step.runId, place, changed } },
  );
}

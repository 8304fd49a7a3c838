import { TandemError } from '../model/errors.ts';
import type { JournaledStep, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import type { ContentCipher } from './content-cipher.ts';
import { answerFromJson, answerToJson } from './run-entries.ts';
import type { RunStore } from './store.ts';

interface Finished {
  readonly key: string;
  readonly digest: StepAddress['digest'];
  /** The answer, or as JSON; `undefined` where content is not kept. */
  readonly answer: Answer | string | undefined;
}

/** The finished calls of one run at work. */
export class FinishedCalls {
  /** Those that were found in the store without their answers: only hashes of them were kept. */
  unkept = 0;
  readonly #byKey = new Map<string, Finished>();
  readonly #bySlot = new Map<string, Finished>();

  add(
    { key, slot, digest }: Pick<JournaledStep, 'key' | 'slot' | 'digest'>,
    answer: Finished['answer'],
  ): void {
    const finished = { key, digest, answer };
    this.#byKey.set(key, finished);
    this.#bySlot.set(slot, finished);
  }

  /** Finds the answer of a step, a copy of its own. @throws TandemError `resume_mismatch` */
  find(step: StepAddress, onChange: 'refuse' | 'call'): Answer | undefined {
    const answer = this.#byKey.get(step.key)?.answer;
    if (answer !== undefined)
      return answerFromJson(typeof answer === 'string' ? answer : answerToJson(answer));
    const other = this.#bySlot.get(step.slot);
    if (other && other.key !== step.key && onChange === 'refuse') throw mismatch(step, other);
    return undefined;
  }
}

/** Loads the finished calls of a run that goes on. */
export async function loadFinished(
  store: RunStore,
  cipher: ContentCipher,
  run: string,
): Promise<FinishedCalls> {
  const finished = new FinishedCalls();
  for await (const page of store.calls(run)) {
    for (const call of page) {
      if (!call.isFinished) continue;
      const { body } = call;
      if (body === undefined) finished.unkept++;
      finished.add(call, body === undefined ? undefined : cipher.open(body));
    }
  }
  return finished;
}

function mismatch(step: StepAddress, recorded: Finished): TandemError {
  const parts = ['model', 'prompt', 'options'] as const;
  const changed = parts.filter(part => step.digest[part] !== recorded.digest[part]);
  const place = step.slot.split('>').at(-1) ?? step.slot;
  return new TandemError(
    'resume_mismatch',
    `The run ${step.runId} has recorded another call at "${place}": its ` +
      `${changed.join(' and ') || 'order'} changed. ` +
      'Start a new run, or allow changes.',
    { data: { runId: step.runId, place, changed } },
  );
}

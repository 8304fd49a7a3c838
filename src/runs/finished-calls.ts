import { TandemError } from '../model/errors.ts';
import type { JournaledStep, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import { answerFromJson } from './answer-json.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { Store } from './store.ts';

interface Finished {
  readonly key: string;
  readonly digest: StepAddress['digest'];
  /** The answer as JSON; `undefined` where content is not kept. */
  readonly body: () => string | undefined;
}

interface FinishedOfRun {
  readonly byKey: Map<string, Finished>;
  readonly bySlot: Map<string, Finished>;
}

/** The finished calls of runs at work. */
export interface FinishedCalls {
  /** Of a run that is new nothing can be on record: the file is not asked. */
  begin(runId: string, isNew: boolean): void;
  forget(runId: string): void;
  add(step: JournaledStep, body: () => string | undefined): void;
  /** @throws TandemError `resume_mismatch` */
  find(step: StepAddress, onChange: 'refuse' | 'call'): Answer | undefined;
}

/** Opens the finished calls of a store. Those of a run are loaded once, when it is first asked about. */
export function finishedCalls(store: Store, cipher: ContentCipher): FinishedCalls {
  const byRun = new Map<string, FinishedOfRun>();
  const of = (runId: string): FinishedOfRun => {
    const known = byRun.get(runId);
    if (known) return known;
    const loaded = load(store, cipher, runId);
    byRun.set(runId, loaded);
    return loaded;
  };
  return {
    begin(runId, isNew) {
      if (isNew) byRun.set(runId, { byKey: new Map(), bySlot: new Map() });
      else byRun.delete(runId);
    },
    forget: runId => void byRun.delete(runId),
    add(step, body) {
      const own = step.answer && byRun.get(step.runId);
      if (!own) return;
      const finished = { key: step.key, digest: step.digest, body };
      own.byKey.set(step.key, finished);
      own.bySlot.set(step.slot, finished);
    },
    find(step, onChange) {
      const { byKey, bySlot } = of(step.runId);
      const body = byKey.get(step.key)?.body();
      if (body !== undefined) return answerFromJson(body);
      const other = bySlot.get(step.slot);
      if (other && other.key !== step.key && onChange === 'refuse') throw mismatch(step, other);
      return undefined;
    },
  };
}

const finishedSql = `select key, slot, digest, body from call left join content on content.hash = call.answer
  where run = ? and answer is not null order by seq`;

function load(store: Store, cipher: ContentCipher, runId: string): FinishedOfRun {
  const loaded: FinishedOfRun = { byKey: new Map(), bySlot: new Map() };
  const rows = store.readCommitted<{ key: string; slot: string; digest: string; body: string | null }>(finishedSql, [
    runId,
  ]);
  for (const { key, slot, digest, body } of rows) {
    const opened = body === null ? undefined : cipher.open(body);
    const finished = { key, digest: JSON.parse(digest) as StepAddress['digest'], body: () => opened };
    loaded.byKey.set(key, finished);
    loaded.bySlot.set(slot, finished);
  }
  return loaded;
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

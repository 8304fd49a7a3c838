import type { LabelRow } from '../../eval/outcomes/label-rows.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Answer } from '../../model/types.ts';
import { signalByName } from './signals.ts';

/** A recorded call, as the journal gives it. */
export interface JournaledAnswer {
  /** Role in the pattern, such as `draft` or `sample 2`. */
  readonly name: string;
  readonly model: string;
  readonly place: string;
  readonly answer: Answer;
  readonly costUsd: number | null;
  readonly durationMs: number | null;
}

/**
 * Makes a row to be labelled of a cascade's run: its draft with the signals that the recorded calls
 * give for nothing, and the cloud's answer where there is one. `undefined` for a run without a
 * draft.
 * @example
 * ```ts
 * using journal = openJournal();
 * const row = rowOfRun({ id: 'first', prompt: 'What is 2 + 2?' }, await journal.answers('first'));
 * ```
 */
export function rowOfRun(
  run: { id: string; prompt: string },
  answers: readonly JournaledAnswer[],
): LabelRow | undefined {
  const draft = answers.find(({ name }) => name === 'draft');
  if (!draft) return undefined;
  const cloud = answers.findLast(({ place }) => place === 'cloud');
  return {
    ...run,
    local: { ...outcomeOf(draft), signals: freeSignals(draft) },
    ...(cloud && { cloud: outcomeOf(cloud) }),
  };
}

// Samples that a gate has asked for stop early, and are no measure of agreement: only what asks
// nobody is measured.
const free = Object.entries(signalByName).filter(([, { isFree }]) => isFree);

function freeSignals({ answer }: JournaledAnswer): Record<string, number> {
  const draft = { call: userCall(''), answer, local: undefined as never, ask: undefined as never };
  const found: Record<string, number> = {};
  for (const [name, signal] of free) {
    const value = signal(draft);
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

function outcomeOf({ model, answer, costUsd, durationMs }: JournaledAnswer) {
  const { inputTokens, outputTokens } = answer.usage;
  return {
    model,
    answer: textOf(answer),
    ...(inputTokens.total !== undefined && { inputTokens: inputTokens.total }),
    ...(outputTokens.total !== undefined && { outputTokens: outputTokens.total }),
    ...(costUsd !== null && { costUsd }),
    ...(durationMs !== null && { latencyMs: Math.round(durationMs) }),
  };
}

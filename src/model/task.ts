import type { Call } from './types.ts';

/** A passage that may be cited, with the id by which an answer refers to it. */
export interface Extract {
  readonly id: string;
  readonly text: string;
}

/**
 * What a pattern wants of a worker, as data beside the prompt, so that a worker that is no language
 * model need not parse prompts. It reaches only device leaves that declare `readingTasks`; `ask`
 * strips it from every other call.
 */
export type WorkerTask =
  /** Answer a question from a text, in plain words. */
  | { readonly kind: 'answer'; readonly question: string; readonly text: string }
  /** MINIONS job: answer `{ explanation, citation, answer }` as JSON, with nulls to abstain. */
  | { readonly kind: 'extract'; readonly question: string; readonly text: string }
  /** Chain of Agents worker: answer `{ facts: [{ quote }], openQuestions }` as JSON. */
  | {
      readonly kind: 'relay';
      readonly question: string;
      readonly text: string;
      readonly known: readonly Extract[];
    }
  /** Reducer or manager: answer the question from extracts alone. */
  | { readonly kind: 'compose'; readonly question: string; readonly extracts: readonly Extract[] };

/** Attaches a task to a call (a copy). */
export function withTask(call: Call, task: WorkerTask): Call {
  const own = call.providerOptions?.tandem ?? {};
  return {
    ...call,
    providerOptions: { ...call.providerOptions, tandem: { ...own, task: task as never } },
  };
}

/** Reads the task of a call, if it bears one. */
export function taskOf(call: Call): WorkerTask | undefined {
  return call.providerOptions?.tandem?.task as WorkerTask | undefined;
}

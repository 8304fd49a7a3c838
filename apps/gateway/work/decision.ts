import {
  type FinishedRun,
  type Journal,
  leavesOf,
  type RunJournal,
} from '../../../src/entries/runs.ts';
import { run, type Summary, summaryOf, TandemError, textAnswer } from '../../../src/index.ts';
import type { Question } from './ask-model.ts';

/** What a pattern decides before it has asked anyone. */
export type RouteDecision =
  | ({ readonly decided: true } & Pick<
      Summary,
      'answeredBy' | 'place' | 'reason' | 'confidence' | 'degraded'
    >)
  | {
      readonly decided: false;
      readonly reason: string;
      readonly first: { model: string; place: string; role: string } | null;
    };

const dryAnswer = textAnswer('(nobody was asked)');

/**
 * Finds out whom a model asks first, and whether that is its decision. No model is called: a
 * journal that knows every answer stands in for them, and a second question ends the run.
 */
export async function decisionOf({
  model,
  call,
  settings,
  signal,
}: Question): Promise<RouteDecision> {
  const controller = new AbortController();
  let finished: FinishedRun | undefined;
  let asked = 0;
  const record: RunJournal = {
    find() {
      if (asked++ > 0) controller.abort(new DOMException('One question is enough.', 'AbortError'));
      return dryAnswer;
    },
    intend: async () => {},
    record: async () => {},
    read: () => {},
    decide: () => {},
    end: () => {},
  };
  const journal: Journal = { begin: () => record };
  const sink = {
    runFinished(run: FinishedRun) {
      finished = run;
    },
  };
  const abortSignal = AbortSignal.any([signal, controller.signal]);
  const answer = await run({ ...settings, journal, sink }, async () =>
    model.doGenerate({ ...call, abortSignal }),
  ).catch((error: unknown) => {
    if (signal.aborted || (asked === 0 && TandemError.isInstance(error))) throw error;
    return undefined;
  });
  const leaves = finished ? leavesOf(finished.root) : [];
  const summary = answer && summaryOf(answer);
  if (summary && asked <= 1) {
    const { answeredBy, place, reason, confidence, degraded } = summary;
    const more = { ...(confidence !== undefined && { confidence }), ...(degraded && { degraded }) };
    return { decided: true, answeredBy, place, reason, ...more };
  }
  const [first] = leaves;
  return {
    decided: false,
    reason: 'The pattern decides by what models answer; it asks this one first.',
    first: first ? { model: first.modelId, place: first.place ?? 'cloud', role: first.name } : null,
  };
}

import {
  collectOutcome,
  type OutcomeLog,
  type OutcomeRow,
  parseOutcomes,
} from '../../src/entries/eval.ts';
import {
  type Call,
  type CascadeOptions,
  cascade,
  run,
  summaryOf,
  textOf,
  userCall,
} from '../../src/index.ts';
import type { Item, Task } from './deciding-tasks.ts';
import { mean } from './figures.ts';
import { cloudPrice, inPairs, type Stand } from './stand.ts';
import type { Crossing, Wire } from './wire.ts';

/** A local model that drafts, and the one that plays the cloud. */
export interface Pair {
  readonly local: Stand;
  readonly cloud: Stand;
}

/** What a cascade did with one request. */
export interface Decided {
  readonly isRight: boolean;
  /** Whether the cloud was asked, as the wire saw it. */
  readonly isSent: boolean;
  /** What the summary says was saved, in US dollars. */
  readonly savedUsd: number;
  /** What was really saved: the cloud alone minus the cloud as it was asked. */
  readonly trulySavedUsd: number;
  readonly reason: string;
}

/** What both models are worth on the same items, and every way of sharing them out. */
export interface Shares {
  readonly n: number;
  readonly local: number;
  readonly cloud: number;
  readonly accuracy: number;
  readonly sent: number;
  /** Accuracy of a coin that sends the same share. */
  readonly coin: number;
  /** Accuracy of a gate that sends the same share and knows all. */
  readonly perfect: number;
}

const signals = ['valueProbability', 'minProbability', 'lowProbability', 'characters', 'workedOut'];

/** Asks both models every item and grades them: the rows of an outcome log. */
export async function outcomesOf(
  { local, cloud }: Pair,
  task: Task,
  items: readonly Item[],
): Promise<{ rows: OutcomeRow[]; log: OutcomeLog }> {
  const rows = await inPairs(items, async item => {
    const row = await collectOutcome(item, {
      local: local.model,
      cloud: cloud.model,
      signals,
      callOf: () => callOf(task, item),
      timed: false,
    });
    const graded = <Outcome extends { readonly answer?: string | undefined }>(
      outcome: Outcome,
    ) => ({
      ...outcome,
      correct: task.isRight(item, outcome.answer ?? '') ? 1 : 0,
    });
    return { ...row, local: graded(row.local), cloud: graded(row.cloud) };
  });
  const text = rows.map(row => JSON.stringify(row)).join('\n');
  return { rows, log: parseOutcomes(text, task.name) };
}

function callOf({ maxOutputTokens }: Task, { prompt }: Item): Call {
  return userCall(prompt, { temperature: 0, maxOutputTokens });
}

/** Asks a cascade every item that both models were asked before. */
export async function decide(
  { local, cloud }: Pair,
  task: Task,
  items: readonly Item[],
  judging: Pick<CascadeOptions, 'accept' | 'calibration'> = {},
): Promise<Decided[]> {
  const asked = cascade({ local: local.model, cloud: cloud.model, ...judging });
  const prices = { [cloud.file.name]: cloudPrice };
  const wire = cloud.wire!;
  return inPairs(items, async item => {
    const before = crossingsOf(wire, item.prompt);
    const answer = await run({ prices }, async () => asked.doGenerate(callOf(task, item)));
    const since = crossingsOf(wire, item.prompt).slice(before.length);
    const { savedUsd, reason = '' } = summaryOf(answer) ?? {};
    return {
      isRight: task.isRight(item, textOf(answer)),
      isSent: since.length > 0,
      savedUsd: typeof savedUsd === 'number' ? savedUsd : Number.NaN,
      trulySavedUsd: costOf(before.slice(0, 1)) - costOf(since),
      reason,
    };
  });
}

/** The calls of a wire that asked this, the first of which is the cloud alone. */
function crossingsOf({ crossings }: Wire, prompt: string): Crossing[] {
  return crossings.filter(({ body }) => JSON.stringify(body.messages).includes(quoted(prompt)));
}

function quoted(prompt: string): string {
  return JSON.stringify(prompt).slice(1, -1);
}

function costOf(crossings: readonly Crossing[]): number {
  const { input, output } = cloudPrice;
  return crossings.reduce(
    (sum, { inputTokens, outputTokens }) =>
      sum + (inputTokens * input + outputTokens * output) / 1e6,
    0,
  );
}

/** Compares a cascade with both models alone, with chance and with the best that could be. */
export function sharesOf(rows: readonly OutcomeRow[], decided: readonly Decided[]): Shares {
  const local = mean(rows.map(row => row.local.correct));
  const cloud = mean(rows.map(row => row.cloud.correct));
  const sent = mean(decided.map(({ isSent }) => Number(isSent)));
  const mended = mean(rows.map(row => Number(row.cloud.correct > row.local.correct)));
  return {
    n: rows.length,
    local,
    cloud,
    accuracy: mean(decided.map(({ isRight }) => Number(isRight))),
    sent,
    coin: (1 - sent) * local + sent * cloud,
    perfect: local + Math.min(sent, mended),
  };
}

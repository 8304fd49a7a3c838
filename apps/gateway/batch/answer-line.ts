import { setTimeout as pause } from 'node:timers/promises';
import { failureOf, type SharedBudget } from '../../../src/entries/backends.ts';
import { type Label, TandemError } from '../../../src/index.ts';
import type { Exchange, Route } from '../exchange.ts';
import { requireScope } from '../policy/keys.ts';
import { chatCompletions } from '../routes/chat.ts';
import { embeddings } from '../routes/embeddings.ts';
import { responses } from '../routes/responses.ts';
import { readJson } from '../wire/check-body.ts';
import type { Controls } from '../wire/controls.ts';
import { problemBody, problemOf } from '../wire/problem.ts';
import type { BatchLine, BatchUrl, WrongLine } from './batch-lines.ts';
import { namedUuid } from './named-uuid.ts';

/** Who asks the lines of a batch, within which limits. */
export interface BatchAsker extends Pick<Exchange, 'services' | 'catalogue' | 'caller'> {
  readonly batchId: string;
  readonly controls: Controls;
  /** Takes the place of the model that lines name. */
  readonly model?: string | undefined;
  readonly budget?: SharedBudget | undefined;
}

/** What became of a line. */
export interface LineOutcome {
  readonly isAnswered: boolean;
  /** US dollars; 0 where nothing is known. */
  readonly costUsd: number;
  /** Model calls that were not asked, since their answers are kept. */
  readonly replayed: number;
  /** Why it may be asked again: another process has its run, or the store is away. */
  readonly late?: 'run_taken' | 'store_busy';
  /** Whether it has no answer because the server of its model is not there. */
  readonly isAway?: boolean;
  /** As OpenAI writes it. */
  readonly written: object;
  /** What may leave of it. */
  readonly label?: Label | undefined;
}

const routeByUrl: Readonly<Record<BatchUrl, Route>> = {
  '/v1/chat/completions': chatCompletions,
  '/v1/responses': responses,
  '/v1/embeddings': embeddings,
};

/**
 * Asks a line as its route would, in a run whose id is the batch's and the line's: what of it is
 * finished already is not asked again. @throws the signal's reason
 */
export async function answerLine(
  asker: BatchAsker,
  line: BatchLine,
  signal: AbortSignal,
): Promise<LineOutcome> {
  const runId = namedUuid(asker.batchId, line.customId);
  const audit: Exchange['audit'] = {};
  const { status, body, ...why } = await replyOf({ ...asker, audit, runId, signal }, line);
  // What a run has cost is noted after its answer.
  asker.services.afterwork.flush();
  const { costUsd, replayedCalls: replayed = 0 } = audit;
  return {
    isAnswered: status === 200,
    ...why,
    // A file that says nothing is held more strictly than one that may leave.
    ...(audit.label !== 'cloud-allowed' && { label: audit.label }),
    costUsd: typeof costUsd === 'number' ? costUsd : 0,
    replayed,
    written: {
      id: `batch_req_${runId.replaceAll('-', '')}`,
      custom_id: line.customId,
      response: { status_code: status, request_id: runId, body },
      error: null,
    },
  };
}

/** Writes a line that asks nothing. */
export function writtenWrong({ at, customId, problem }: WrongLine, batchId: string): object {
  const id = `batch_req_${namedUuid(batchId, String(at), 'wrong').replaceAll('-', '')}`;
  return { id, custom_id: customId, response: null, error: problem };
}

const againMs = 1000;
const patienceMs = 60_000;

/**
 * Answers a line, and asks it again while its run is held by a process that may have died, and for
 * up to a minute where the store is away. @throws the signal's reason
 */
export async function answerInTime(
  asker: BatchAsker,
  line: BatchLine,
  signal: AbortSignal,
): Promise<LineOutcome> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const outcome = await answerLine(asker, line, signal);
    const isAway = outcome.late === 'store_busy';
    if (!outcome.late || (isAway && performance.now() > untilMs)) return outcome;
    await pause(againMs, undefined, { signal });
  }
}

type Asking = BatchAsker & Pick<Exchange, 'audit' | 'signal'> & { readonly runId: string };

async function replyOf(
  { model, budget, ...asking }: Asking,
  line: BatchLine,
): Promise<
  { readonly status: number; readonly body: unknown } & Pick<LineOutcome, 'late' | 'isAway'>
> {
  const route = routeByUrl[line.url];
  try {
    if (route.scope) requireScope(asking.caller, route.scope);
    const bytes = Buffer.from(
      JSON.stringify({ ...line.body, ...(model !== undefined && { model }) }),
    );
    const body = readJson(route.request!, bytes, route.isPlain);
    const more = { headers: new Headers(), params: {}, query: new URLSearchParams(), bytes, body };
    const reply = await route.handle({ ...asking, ...more, ...(budget && { budget }) });
    if ('body' in reply) return { status: reply.status ?? 200, body: reply.body };
    throw new TypeError('A line of a batch is answered whole.');
  } catch (error) {
    asking.signal.throwIfAborted();
    const problem = problemOf(error);
    const { code } = TandemError.isInstance(error) ? error : {};
    const late = code === 'run_taken' || code === 'store_busy' ? { late: code } : {};
    const isAway = /^(?:unavailable|unreachable)$/.test(failureOf(error));
    const why = { ...late, ...(isAway && { isAway }) };
    return { status: problem.status, body: problemBody(problem), ...why };
  }
}

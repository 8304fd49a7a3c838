import type { Answer, Call } from '../../../src/index.ts';
import type { Served } from '../catalogue.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Controls } from '../wire/controls.ts';
import { invalid } from '../wire/problem.ts';
import {
  endOf,
  outputOf,
  type ResponseHead,
  responseObject,
} from '../wire/responses/response-answer.ts';
import type { ResponseRequest } from '../wire/responses/response-request.ts';
import { saidIn, tandemHeaders, tandemObject } from '../wire/tandem-object.ts';
import { labelToKeep, prepareRun } from '../work/prepare.ts';
import { type LongRun, standingOf } from '../work/runs.ts';
import { headOf, ignoredOf, keep } from './responses.ts';

interface Asked {
  readonly served: Served;
  readonly controls: Controls;
  readonly call: Call;
  readonly conversation: Call['prompt'];
}

/** Starts a response that goes on without its client: it is a run of the same number. */
export async function inBackground(
  exchange: Exchange<ResponseRequest>,
  { served, controls, call, conversation }: Asked,
): Promise<Reply> {
  const { body, caller, services, audit } = exchange;
  if (body.store === false)
    throw invalid(
      '`background` needs `store`: the answer is fetched later. Keep it.',
      'background',
    );
  if (body.stream)
    throw invalid(
      'A response in the background is not streamed. Leave `stream` out, and fetch it, or follow ' +
        'its run.',
      'background',
    );
  const { model, settings } = prepareRun(exchange, served, controls);
  const asked = { ...body, tandem: controls };
  const program = {
    command: 'serve' as const,
    owner: caller.name,
    body: asked,
    createdAt: Date.now(),
  };
  const label = labelToKeep(call, controls);
  const run = await services.runs.start({
    ...(exchange.runId !== undefined && { id: exchange.runId }),
    model: body.model,
    program,
    question: { model, call, settings },
    complete(ended, answer) {
      const head = headAt(ended, body);
      const response = completed(exchange, { runId: ended.id, head }, answer);
      const kept = { exchange, head, conversation, label };
      // It is there at once for whoever asks in this process.
      keep(kept, answer, response).catch(() => {});
      return response;
    },
  });
  audit.runId = run.id;
  return { headers: tandemHeaders(run.id), body: shown(run, body) };
}

function completed(
  { body, services }: Exchange<ResponseRequest>,
  { runId, head }: { readonly runId: string; readonly head: ResponseHead },
  answer: Answer,
): object {
  const tandem = tandemObject({ runId, ...saidIn([answer], ignoredOf(body)) });
  const output = outputOf(answer, head, services.ids);
  return responseObject(head, { ...endOf(answer), output, usage: answer.usage, tandem });
}

/** How a response in the background stands, while there is no answer of it. */
function shown(run: Standing, body: ResponseRequest): object {
  if (run.result) return run.result;
  const head = headAt(run, body);
  const status = run.status === 'running' || run.status === 'done' ? 'in_progress' : run.status;
  const { problem } = run;
  const error = problem && { code: 'server_error', message: `${problem.code}: ${problem.message}` };
  return responseObject(head, { status, output: [], ...(error && { error }) });
}

function headAt({ id, createdAt }: Pick<LongRun, 'id' | 'createdAt'>, body: ResponseRequest) {
  return { ...headOf(id, body), createdAt: Math.floor(createdAt / 1000) };
}

type Standing = Pick<LongRun, 'id' | 'createdAt' | 'status'> &
  Partial<Pick<LongRun, 'result' | 'problem'>>;

const keptWithinMs = 10_000;

/**
 * Finds a response in the background that has no answer yet, or never will; another process may be
 * at work on it.
 */
export async function backgroundResponse(
  { services, caller }: Exchange,
  id: string,
): Promise<{ readonly run: Standing; readonly body: object } | undefined> {
  const hex = /^resp_([\da-f]{32})$/.exec(id)?.[1];
  if (hex === undefined) return undefined;
  const runId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const { runs, handOver } = services;
  const program = await runs.program(caller.name, runId);
  const body = program?.body as ResponseRequest | undefined;
  if (!program || !body?.background) return undefined;
  const { createdAt } = program;
  const live = runs.find(caller.name, runId);
  if (live) return { run: live, body: shown(live, body) };
  const details = await runs.journal.show(runId);
  const { status } = standingOf(details, handOver);
  const result = (await runs.journal.readBeside(runId, 'result')) as object | undefined;
  // It is kept a moment after its end.
  const isFresh = Date.now() - Date.parse(details.endedAt ?? '') < keptWithinMs;
  if (status === 'done' && !result && !isFresh) return undefined;
  const run = { id: runId, createdAt, status, result };
  return { run, body: shown(run, body) };
}

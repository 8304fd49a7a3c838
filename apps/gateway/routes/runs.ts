import type { FileJournal, RunDetails } from '../../../src/entries/runs.ts';
import { type Answer, TandemError } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, type Route, route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { completionOf } from '../wire/chat-answer.ts';
import { chatCall } from '../wire/chat-call.ts';
import { type ChatRequest, chatRequest } from '../wire/chat-request.ts';
import { checkBody } from '../wire/check-body.ts';
import { joinControls } from '../wire/controls.ts';
import { ignoredIn } from '../wire/ignored.ts';
import { notFound, Problem, problemBody } from '../wire/problem.ts';
import { saidIn, spanObject, tandemObject } from '../wire/tandem-object.ts';
import { fileSource } from '../work/file-source.ts';
import { keptEvents } from '../work/kept-events.ts';
import { labelled, prepareRun, requireServed } from '../work/prepare.ts';
import { type LongRun, type RunProgram, standingOf, type ToldEvent } from '../work/runs.ts';

export const startRun = route({
  method: 'post',
  path: '/v1/runs',
  summary: 'Start a chat completion that goes on without its client.',
  scope: 'runs',
  request: chatRequest,
  replies: answers.longRun,
  answer: 'The run, with its id.',
  works: true,
  async handle(exchange) {
    const { caller, body } = exchange;
    const program = { command: 'serve' as const, owner: caller.name, body, createdAt: Date.now() };
    return { status: 202, body: runObject(await begin(exchange, program, exchange.runId)) };
  },
});

export const getRun: Route = {
  method: 'get',
  path: '/v1/runs/{id}',
  summary: 'Tell how a run stands; `result` is its completion.',
  scope: 'runs',
  replies: answers.longRun,
  answer: 'The run.',
  handle: async exchange => ({ body: runObject(await requireRun(exchange)) }),
};

export const followRun: Route = {
  method: 'get',
  path: '/v1/runs/{id}/events',
  summary:
    'Follow a run until it ends: plans, votes, reading, calls, decisions, documents, egress ' +
    'events.',
  scope: 'runs',
  replies: answers.plainText,
  answer: 'Server-sent events; `Last-Event-ID` goes on after one.',
  streams: true,
  async handle(exchange) {
    const run = await requireRun(exchange);
    if (!isLive(run) && run.status !== 'running') throw earlier(run.id);
    return { events: eventLines(isLive(run) ? liveEvents(exchange, run) : kept(exchange, run)) };
  },
};

// One that another process takes is followed there.
async function* liveEvents(exchange: Exchange, run: LongRun): AsyncGenerator<ToldEvent> {
  const after = Number(exchange.headers.get('last-event-id') ?? 0);
  yield* exchange.services.runs.events(run, after, exchange.signal);
  if (run.left === 'taken') yield* kept(exchange, run, run.events);
}

function kept(
  exchange: Exchange,
  { id }: Pick<LongRun, 'id'>,
  told: readonly ToldEvent[] = [],
): AsyncGenerator<ToldEvent> {
  const { services, signal } = exchange;
  const { isExpected } = services.handOver;
  return keptEvents({ show: () => journalOf(exchange).show(id), isExpected, signal, told });
}

export const traceRun: Route = {
  method: 'get',
  path: '/v1/runs/{id}/trace',
  summary: 'Show every call of a run, its decisions, its documents and what left the machine.',
  scope: 'runs',
  replies: answers.runTrace,
  answer: 'The trace, without content.',
  async handle(exchange) {
    const run = await requireRun(exchange);
    const {
      program: _asked,
      title: _words,
      summary: _said,
      ...details
    } = await journalOf(exchange).show(run.id);
    return {
      body: {
        object: 'run.trace',
        ...details,
        ...(isLive(run) && run.trace && { tree: spanObject(run.trace.root) }),
      },
    };
  },
};

export const resumeRun: Route = {
  method: 'post',
  path: '/v1/runs/{id}/resume',
  summary:
    'Go on with a run that failed, was cancelled or was cut off; what is finished is not paid ' +
    'again.',
  scope: 'runs',
  replies: answers.longRun,
  answer: 'The run.',
  works: true,
  async handle(exchange) {
    const run = await requireRun(exchange);
    if (isLive(run) && run.status === 'running')
      throw conflict('The run is at work. Follow it, or cancel it.');
    if (!isLive(run) && run.isHeld) throw takenElsewhere(run.id);
    if (isLive(run) && run.status === 'done') throw conflict('The run is done. Read its result.');
    const program = await exchange.services.runs.program(exchange.caller.name, run.id);
    if (!program) throw conflict('What the run was started with is not kept. Start another.');
    const body = checkBody(chatRequest, program.body);
    return { status: 202, body: runObject(await begin({ ...exchange, body }, program, run.id)) };
  },
};

export const cancelRun: Route = {
  method: 'post',
  path: '/v1/runs/{id}/cancel',
  summary: 'End a run; what it has finished is kept.',
  scope: 'runs',
  replies: answers.longRun,
  answer: 'The run.',
  async handle(exchange) {
    const run = await requireRun(exchange);
    const isEnding = isLive(run)
      ? exchange.services.runs.cancel(run)
      : await exchange.services.runs.journal.cancel(run.id);
    if (!isEnding) throw conflict('The run is not at work. There is nothing to cancel.');
    return { body: runObject(run) };
  },
};

async function begin(
  exchange: Exchange<ChatRequest>,
  program: RunProgram,
  id?: string,
): Promise<LongRun> {
  const { services, body, audit } = exchange;
  if (body.stream)
    throw new Problem(refused('stream'), 'A run is followed by its events. Leave `stream` out.');
  if ((body.n ?? 1) > 1) throw new Problem(refused('n'), 'A run has one answer. Leave `n` out.');
  const served = requireServed(exchange, body.model);
  const controls = joinControls(exchange.controls, body.tandem);
  const call = labelled(
    chatCall(body, { ids: services.ids, files: await fileSource(exchange) }),
    controls,
  );
  const { model, settings } = prepareRun(exchange, served, controls);
  const ignored = ignoredIn(body, chatRequest);
  const run = await services.runs.start({
    ...(id !== undefined && { id }),
    model: body.model,
    program: { ...program, body: { ...body, tandem: controls } },
    question: { model, call, settings },
    complete: ({ id: runId }, answer) => completion(runId, answer, { exchange, ignored }),
  });
  audit.runId = run.id;
  return run;
}

function completion(
  runId: string,
  answer: Answer,
  { exchange, ignored }: { exchange: Exchange<ChatRequest>; ignored: readonly string[] },
): object {
  const { body, services } = exchange;
  const head = {
    id: `chatcmpl-${runId.replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: body.model,
  };
  const tandem = tandemObject({ runId, ...saidIn([answer], ignored) });
  return completionOf(head, [answer], {
    ids: services.ids,
    tandem,
    wantsLogprobs: body.logprobs === true,
  });
}

type KnownRun =
  | LongRun
  | {
      readonly id: string;
      readonly model: string;
      readonly createdAt: number;
      readonly status: string;
      /** Whether another process is at work on it. */
      readonly isHeld: boolean;
      readonly result: object | undefined;
    };

function isLive(run: KnownRun): run is LongRun {
  return 'events' in run;
}

async function requireRun(exchange: Exchange): Promise<KnownRun> {
  const { services, caller, params } = exchange;
  const { id = '' } = params;
  const live = services.runs.find(caller.name, id);
  if (live) return live;
  const details = await keptRun(exchange, id);
  if (!details) {
    throw notFound(
      'There is no such run here. It may have been started by another key.',
      'run_not_found',
    );
  }
  const { model, begunAt } = details;
  const program = details.program as RunProgram | null;
  const asked = (program?.body as Partial<ChatRequest> | undefined)?.model;
  const createdAt = program?.createdAt ?? Date.parse(begunAt);
  const found = await journalOf(exchange).readBeside(id, 'result');
  const standing = standingOf(details, services.handOver);
  return { id, model: asked ?? model ?? '', createdAt, ...standing, result: found as object };
}

// Whoever started a run may see it: its key, or where none is demanded all who know its id.
async function keptRun(exchange: Exchange, id: string): Promise<RunDetails | undefined> {
  const { caller } = exchange;
  const found = await journalOf(exchange)
    .show(id)
    .catch((error: unknown) => {
      if (TandemError.isInstance(error) && error.code === 'unknown_name') return undefined;
      throw error;
    });
  if (!found) return undefined;
  const program = found.program as RunProgram | null;
  const owner = program?.command === 'serve' ? program.owner : (found.owner ?? 'local');
  return owner === caller.name || maySee(caller, 'studio') ? found : undefined;
}

// What of chats lies on disk, with what waits to be written there.
function journalOf({ services }: Exchange): FileJournal {
  return services.studio.journal ?? services.runs.journal;
}

function runObject(run: KnownRun): object {
  const head = {
    id: run.id,
    object: 'run',
    status: run.status,
    model: run.model,
    created_at: seconds(run.createdAt),
  };
  if (!isLive(run)) return { ...head, result: run.result ?? null, error: null };
  return {
    ...head,
    ended_at: run.endedAt === undefined ? null : seconds(run.endedAt),
    calls: run.events.filter(({ type }) => type === 'call').length,
    result: run.result ?? null,
    error: run.problem ? (problemBody(run.problem) as { error: object }).error : null,
  };
}

async function* eventLines(events: AsyncGenerator<ToldEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    yield `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function refused(param: string) {
  return { status: 400, type: 'invalid_request_error', code: 'invalid_value', param };
}

function conflict(message: string): Problem {
  return new Problem({ status: 409, type: 'invalid_request_error', code: 'run_state' }, message);
}

// A run is given up when it ends, or when its lease is over.
function takenElsewhere(id: string): Problem {
  return new Problem(
    { status: 409, type: 'invalid_request_error', code: 'run_taken' },
    `The run ${id} is at work in another process. Wait for it, cancel it, or follow it there.`,
    { 'retry-after': '8' },
  );
}

function earlier(id: string): Problem {
  return conflict(
    `The run ${id} was at work in an earlier process. Resume it to follow it, or read its trace.`,
  );
}

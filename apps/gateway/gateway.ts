import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { newRunId } from '../../src/entries/runs.ts';
import type { Audit, Exchange, Route } from './exchange.ts';
import { nothingAt } from './near-miss.ts';
import { checkHost, corsHeaders, preflightHeaders } from './policy/hosts.ts';
import { type Caller, callerOf, requireScope } from './policy/keys.ts';
import { refuseSlips } from './policy/slips.ts';
import { readBody } from './read-body.ts';
import { replyTo } from './reply.ts';
import { PathRouter, routes } from './routes.ts';
import type { Services } from './services.ts';
import type { GatewaySettings } from './settings.ts';
import { isLarge, readJson, readLargeJson, refuseUnread } from './wire/check-body.ts';
import { noControls, readControls } from './wire/controls.ts';
import { notFound, Problem, problemBody, problemOf } from './wire/problem.ts';

type Env = { Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } };
type RequestContext = Context<Env>;

/** Makes the application of a server: every route behind the same door. */
export function gatewayApp(services: Services, log: Logger): Hono<Env> {
  const app = new Hono<Env>({ router: new PathRouter() });
  const served = services.studio.isAlone ? routes.filter(isLooking) : routes;
  const byPath = Map.groupBy(served, ({ path }) => path);
  for (const [path, own] of byPath) {
    const doors = new Map(own.map(route => [route.method.toUpperCase(), { services, log, route }]));
    const allow = [...doors.keys()].join(', ');
    // One handler for a path: Hono calls a single one at once, and several through a chain of
    // promises.
    const routed = path.replace(/\{(\w+)\}/g, ':$1');
    // Names of models hold slashes, which not every client encodes.
    app.all(routed === '/v1/models/:id' ? `${routed}{.+}` : routed, c => {
      const { method } = c.req.raw;
      const door = doors.get(method === 'HEAD' ? 'GET' : method);
      if (door) return serve(door, c);
      if (method === 'OPTIONS') return preflight(services, c, allow);
      if (/websocket/i.test(c.req.raw.headers.get('upgrade') ?? ''))
        return refuse({ services, log }, c, noWebSocket());
      return refuse({ services, log }, c, notAllowed(method, allow, path));
    });
  }
  app.notFound(c => refuse({ services, log }, c, nothingAt(c.req.method, c.req.path, byPath)));
  app.onError((error, c) => {
    log.error({ error: error.name, stack: error.stack }, 'unforeseen');
    return refuse({ services, log }, c, problemOf(error));
  });
  return app;
}

// Where the page is served over a journal alone, there is nothing to be asked or changed.
function isLooking({ method, path }: Route): boolean {
  return method === 'get' || path === '/studio/session';
}

interface Door {
  readonly services: Services;
  readonly log: Logger;
  readonly route?: Route;
}

async function serve(door: Required<Door>, c: RequestContext): Promise<Response> {
  const begunMs = performance.now();
  const controller = new AbortController();
  const { outgoing } = c.env;
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort(clientGone());
  });
  const visit: Visit = {
    audit: {},
    controller,
    begunMs,
    caller: undefined,
    cors: {},
    leave: () => {},
  };
  const ended = (status: number) => {
    visit.leave();
    const ms = performance.now() - begunMs;
    door.services.afterwork.add(() =>
      note(door, c.req.raw.method, { status, ms, audit: visit.audit, caller: visit.caller }),
    );
  };
  try {
    const reply = await door.route.handle(await enter(door, c, visit));
    const hasGone = () => controller.signal.aborted;
    return replyTo(reply, outgoing, {
      ...visit,
      headers: visit.cors,
      hasGone,
      ended,
      failed: error => failed(door, error),
    });
  } catch (error) {
    const problem = controller.signal.aborted ? gone() : failed(door, error);
    visit.audit.code = problem.code;
    ended(problem.status);
    return answer(problem, { ...visit.cors, ...idHeaders(visit.audit) });
  }
}

/** A request inside the door. */
interface Visit {
  readonly audit: Audit;
  readonly controller: AbortController;
  readonly begunMs: number;
  caller: Caller | undefined;
  cors: Record<string, string>;
  /** Gives the turn back. */
  leave: () => void;
}

// From the cheapest check to the dearest; the body is read only for those who may send one.
async function enter(
  { services, route }: Required<Door>,
  c: RequestContext,
  visit: Visit,
): Promise<Exchange> {
  const catalogue = services.catalogue();
  const { settings } = catalogue;
  const { headers, url } = c.req.raw;
  const { signal } = visit.controller;
  checkHost(headers, settings);
  visit.cors = corsHeaders(headers, settings);
  if (route.scope !== undefined) {
    visit.caller = callerOf(settings.keys, headers, services.studio.door.key);
    requireScope(visit.caller, route.scope);
    services.admission.count(visit.caller);
  }
  if (route.works) {
    const entered = services.admission.enter(signal);
    visit.leave = entered instanceof Promise ? await waited(entered, visit) : entered;
    if (visit.caller?.key?.budgetUsdPerDay !== undefined)
      await services.budgets.requireRoom(visit.caller);
  }
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '');
  let controls = noControls;
  if (route.method === 'post') {
    // By Node's own names: `Headers` would be made of them all only to be gone through.
    const names = Object.keys(c.env.incoming.headers);
    refuseSlips(names, query);
    controls = readControls(headers, names);
  }
  const bytes = await bytesOf(route, c, settings.limits);
  const { request, isPlain } = route;
  let body: unknown;
  if (!request && !route.upload) refuseUnread(bytes);
  else if (request && !isLarge(bytes)) body = readJson(request, bytes, isPlain);
  else if (request) body = await readLargeJson(request, bytes, isPlain);
  return {
    services,
    catalogue,
    caller: visit.caller ?? { name: 'anyone', key: undefined },
    headers,
    params: c.req.param() as Record<string, string>,
    query,
    controls,
    bytes,
    body,
    signal,
    audit: visit.audit,
  };
}

async function waited(entered: Promise<() => void>, { audit }: Visit): Promise<() => void> {
  const begunMs = performance.now();
  const leave = await entered;
  audit.waitedMs = Math.round((performance.now() - begunMs) * 100) / 100;
  return leave;
}

// A route that takes no body reads one for wishes that it would not hear, and for nothing else.
const mostUnread = 65_536;

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function bytesOf(
  route: Route,
  c: RequestContext,
  limits: GatewaySettings['limits'],
): Uint8Array | Promise<Uint8Array> {
  const { incoming } = c.env;
  if (!route.request && !route.upload)
    return hasBody(incoming.headers) ? readBody(incoming, mostUnread) : new Uint8Array();
  const type = c.req.raw.headers.get('content-type') ?? '';
  const wanted = route.upload ? 'multipart/form-data' : 'application/json';
  // What a web page may send without being asked first is none of these.
  if (type.split(';', 1)[0]!.trim().toLowerCase() !== wanted) {
    throw new Problem(
      { status: 415, type: 'invalid_request_error', code: 'wrong_content_type' },
      `The body must be ${wanted}. Send \`content-type: ${wanted}\`.`,
    );
  }
  return readBody(incoming, route.upload ? limits.fileBytes : limits.bodyBytes);
}

function failed({ log }: Door, error: unknown): Problem {
  const problem = problemOf(error);
  // A stack names places in the code; a message may quote a request.
  if (problem.status === 500)
    log.error({ error: (error as Error)?.name, stack: stackOf(error) }, 'unforeseen');
  return problem;
}

function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter(line => line.startsWith('    at '))
    .join('\n');
}

function note(
  { services, log, route }: Door,
  method: string,
  facts: { status: number; ms: number; audit: Audit; caller: Caller | undefined },
): void {
  const { status, audit, caller } = facts;
  const ms = Math.round(facts.ms * 100) / 100;
  const path = route?.path ?? 'none';
  services.metrics.countRequest({ route: path, status, ms, audit });
  log.info({ caller: caller?.name ?? null, method, path, status, ms, ...audit }, 'request');
}

function refuse(door: Door, c: RequestContext, problem: Problem): Response {
  const { method } = c.req;
  const { status, code } = problem;
  door.services.afterwork.add(() =>
    note(door, method, { status, ms: 0, audit: { code }, caller: undefined }),
  );
  // By this a Tandem that is asked through another one knows what it talks to.
  return answer(problem, { ...corsOrNone(door.services, c), 'x-tandem-server': 'gateway' });
}

// A page that may call this server may read why it was refused.
function corsOrNone(services: Services, c: RequestContext): Record<string, string> {
  try {
    return corsHeaders(c.req.raw.headers, services.catalogue().settings);
  } catch {
    return {};
  }
}

function preflight(services: Services, c: RequestContext, allow: string): Response {
  const { settings } = services.catalogue();
  const { headers } = c.req.raw;
  try {
    checkHost(headers, settings);
    const cors = corsHeaders(headers, settings);
    return new Response(null, {
      status: 204,
      headers: { allow, ...cors, ...(cors.vary && preflightHeaders(headers)) },
    });
  } catch (error) {
    return answer(problemOf(error), {});
  }
}

function answer(problem: Problem, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(problemBody(problem)), {
    status: problem.status,
    headers: {
      'content-type': 'application/json',
      'x-request-id': newRunId(),
      ...headers,
      ...problem.headers,
    },
  });
}

function idHeaders({ runId }: Audit): Record<string, string> {
  return runId === undefined ? {} : { 'x-tandem-run-id': runId, 'x-request-id': runId };
}

function notAllowed(method: string, allow: string, path: string): Problem {
  if (method === 'GET' && path === '/v1/chat/completions')
    return notFound('Chat completions are not kept. Use /v1/responses, whose answers are.');
  return new Problem(
    { status: 405, type: 'invalid_request_error', code: 'method_not_allowed' },
    `${method.slice(0, 16)} is not understood here. Use ${allow}.`,
    { allow },
  );
}

function noWebSocket(): Problem {
  return new Problem(
    { status: 501, type: 'invalid_request_error', code: 'websocket_not_served' },
    'WebSocket is not served. Post the request, with `stream: true` for events.',
  );
}

function clientGone(): DOMException {
  return new DOMException('The client went away.', 'AbortError');
}

function gone(): Problem {
  return new Problem(
    { status: 499, type: 'aborted', code: 'client_gone' },
    'The client went away.',
  );
}

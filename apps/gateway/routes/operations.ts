import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as answers from '../answers.ts';
import type { Route } from '../exchange.ts';
import { openapiDocument } from '../openapi.ts';
import { later } from '../wire/problem.ts';

export const health: Route = {
  method: 'get',
  path: '/healthz',
  summary: 'Say that the process lives.',
  scope: undefined,
  replies: answers.status,
  answer: '`{ "status": "ok" }`',
  handle: () => ({ body: { status: 'ok' } }),
};

export const ready: Route = {
  method: 'get',
  path: '/readyz',
  summary: 'Say whether requests are taken.',
  scope: undefined,
  replies: answers.status,
  answer: '`{ "status": "ready" }`, or 503 while the server ends.',
  handle({ services }) {
    if (services.isReady()) return { body: { status: 'ready' } };
    throw later(
      { status: 503, code: 'ending', seconds: 5 },
      'The server is ending. Ask another one.',
    );
  },
};

/** The route that names all others. */
export function index(routes: () => readonly Route[]): Route {
  return {
    method: 'get',
    path: '/',
    summary: 'Name what is here.',
    scope: undefined,
    replies: answers.index,
    answer: 'The name, and every route in a line.',
    handle: () => ({
      body: {
        object: 'index',
        name: 'tandem',
        base_url: '/v1',
        document: '/openapi.json',
        routes: routes().map(({ method, path, summary }) => ({
          method: method.toUpperCase(),
          path,
          summary,
        })),
      },
    }),
  };
}

const delay = monitorEventLoopDelay({ resolution: 10 });

export const metrics: Route = {
  method: 'get',
  path: '/metrics',
  summary: 'Count requests, runs, tokens, money and what left, for Prometheus.',
  scope: 'metrics',
  replies: answers.plainText,
  answer: 'Prometheus text.',
  handle({ services }) {
    delay.enable();
    const memory = process.memoryUsage();
    services.afterwork.flush();
    const text = services.metrics.text(
      {
        tandem_requests_active: services.admission.active,
        tandem_requests_waiting: services.admission.waiting,
        tandem_runs_active: services.runs.active,
        tandem_batches_active: services.batches.active,
        tandem_event_loop_delay_p99_seconds: delay.percentile(99) / 1e9,
        process_resident_memory_bytes: memory.rss,
        nodejs_heap_size_total_bytes: memory.heapTotal,
        nodejs_heap_size_used_bytes: memory.heapUsed,
        nodejs_external_memory_bytes: memory.external,
        process_uptime_seconds: Math.round(process.uptime()),
      },
      { ...services.catalogue(), observed: services.observer?.report() },
    );
    delay.reset();
    return { text, contentType: 'text/plain; version=0.0.4; charset=utf-8' };
  },
};

/** The route of the OpenAPI document, which describes this very table. */
export function openapiRoute(routes: () => readonly Route[]): Route {
  return {
    method: 'get',
    path: '/openapi.json',
    summary: 'Describe this interface.',
    scope: undefined,
    replies: answers.document,
    answer: 'An OpenAPI 3.1 document.',
    handle: () => ({ body: openapiDocument(routes()) }),
  };
}

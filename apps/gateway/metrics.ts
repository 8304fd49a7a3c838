import type { PoolMember } from '../../src/entries/backends.ts';
import type { DriftStatus } from '../../src/entries/eval.ts';
import type { Audit } from './exchange.ts';
import type { ObservedReport } from './observe/observed-report.ts';

/** Counts what a server does, and writes it in Prometheus' text form. */
export interface Metrics {
  countRequest(facts: {
    readonly route: string;
    readonly status: number;
    readonly ms: number;
    readonly audit: Audit;
  }): void;
  /** Counts a run that has ended, of the key that asked. */
  countRun(key: string, audit: Audit): void;
  countReload(isDone: boolean): void;
  text(
    gauges: Readonly<Record<string, number>>,
    served?: {
      readonly pools?: readonly ServedPool[];
      readonly routers?: readonly ServedRouter[];
      readonly observed?: ObservedReport | undefined;
    },
  ): string;
}

/** A router, or a calibrated cascade, that watches whether its requests move. */
export interface ServedRouter {
  readonly name: string;
  readonly drift: () => DriftStatus;
}

/** Several servers that are served as one model. */
export interface ServedPool {
  readonly name: string;
  readonly members: () => readonly PoolMember[];
}

const bucketsMs = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];
// Keys, models and reasons are few; more series than this are a mistake that must not take memory.
const mostSeries = 2000;

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** What is counted of the runs of one key, model, answering model, place and reason. */
interface RunSeries {
  readonly labels: string;
  runs: number;
  input: number;
  cachedInput: number;
  output: number;
  costUsd: number;
  savedUsd: number;
  unpriced: number;
  cloudCalls: number;
  replayed: number;
}

/** What is counted of the requests of one route. */
interface RouteSeries {
  readonly byStatus: Map<number, number>;
  readonly duration: Histogram;
  readonly firstByte: Histogram;
  readonly queue: Histogram;
}

/** Opens the counters of a server. */
export function openMetrics(): Metrics {
  const runs = new Map<string, RunSeries>();
  const routes = new Map<string, RouteSeries>();
  const reloads = { done: 0, refused: 0 };
  return {
    countRequest({ route, status, ms, audit: { firstByteMs, waitedMs } }) {
      let series = routes.get(route);
      if (!series) {
        series = {
          byStatus: new Map(),
          duration: histogram(),
          firstByte: histogram(),
          queue: histogram(),
        };
        routes.set(route, series);
      }
      series.byStatus.set(status, (series.byStatus.get(status) ?? 0) + 1);
      observe(series.duration, ms);
      if (firstByteMs !== undefined) observe(series.firstByte, firstByteMs);
      if (waitedMs !== undefined) observe(series.queue, waitedMs);
    },
    countRun(key, audit) {
      const series = seriesOf(runs, key, audit);
      series.runs++;
      series.input += audit.inputTokens ?? 0;
      series.cachedInput += audit.cachedTokens ?? 0;
      series.output += audit.outputTokens ?? 0;
      series.cloudCalls += audit.egressCalls ?? 0;
      series.replayed += audit.replayedCalls ?? 0;
      if (audit.costUsd === 'unknown') series.unpriced++;
      else series.costUsd += audit.costUsd ?? 0;
      series.savedUsd += audit.savedUsd ?? 0;
    },
    countReload: isDone => void reloads[isDone ? 'done' : 'refused']++,
    text: (gauges, { pools = [], routers = [], observed } = {}) =>
      [
        ...Object.entries(gauges).map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}`),
        ...requestLines(routes),
        ...runLines([...runs.values()]),
        ...poolLines(pools),
        ...routerLines(routers),
        ...(observed ? observedLines(observed) : []),
        ...reloadLines(reloads),
        '',
      ].join('\n'),
  };
}

function seriesOf(runs: Map<string, RunSeries>, key: string, audit: Audit): RunSeries {
  const { model = '', answeredBy = '', place = '', reason = '' } = audit;
  const name = `${key}\n${model}\n${answeredBy}\n${place}\n${reason}`;
  const found = runs.get(name);
  if (found) return found;
  if (runs.size >= mostSeries) return seriesOf(runs, 'other', {});
  const all = { key, model, answered_by: answeredBy, place, reason };
  const labels = Object.entries(all)
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(',');
  const fresh = {
    ...{ labels, runs: 0, input: 0, cachedInput: 0, output: 0, costUsd: 0, savedUsd: 0 },
    ...{ unpriced: 0, cloudCalls: 0, replayed: 0 },
  };
  runs.set(name, fresh);
  return fresh;
}

function histogram(): Histogram {
  return { counts: bucketsMs.map(() => 0), sum: 0, count: 0 };
}

function observe(found: Histogram, ms: number): void {
  for (let index = bucketsMs.length - 1; index >= 0 && ms <= bucketsMs[index]!; index--)
    found.counts[index]!++;
  found.sum += ms;
  found.count++;
}

type Sample = readonly [labels: string, value: number];

function family(name: string, type: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => `${name}{${labels}} ${value}`),
  ];
}

function requestLines(routes: ReadonlyMap<string, RouteSeries>): string[] {
  const all = [...routes].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = all.flatMap(([route, { byStatus }]) =>
    [...byStatus].map(([status, count]): Sample => [`route="${route}",status="${status}"`, count]),
  );
  const histograms = (name: string, of: (series: RouteSeries) => Histogram) => {
    const seen = all.filter(([, series]) => of(series).count > 0);
    if (seen.length === 0) return [];
    const lines = seen.flatMap(([route, series]) => histogramLines(name, route, of(series)));
    return [`# TYPE ${name} histogram`, ...lines];
  };
  return [
    ...family('tandem_requests_total', 'counter', counts),
    ...histograms('tandem_request_duration_seconds', ({ duration }) => duration),
    ...histograms('tandem_first_byte_seconds', ({ firstByte }) => firstByte),
    ...histograms('tandem_queue_seconds', ({ queue }) => queue),
  ];
}

function histogramLines(name: string, route: string, found: Histogram): string[] {
  const { counts, sum, count } = found;
  const labels = `route="${route}"`;
  return [
    ...bucketsMs.map((most, at) => `${name}_bucket{${labels},le="${most / 1000}"} ${counts[at]}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum / 1000}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

function runLines(runs: readonly RunSeries[]): string[] {
  const each = (name: string, value: (series: RunSeries) => number, type = 'counter') =>
    family(
      name,
      type,
      runs.map(series => [series.labels, value(series)]),
    );
  const tokens = runs.flatMap(({ labels, input, cachedInput, output }): Sample[] => [
    [`${labels},kind="input"`, input],
    [`${labels},kind="cached_input"`, cachedInput],
    [`${labels},kind="output"`, output],
  ]);
  return [
    ...each('tandem_runs_total', series => series.runs),
    ...family('tandem_tokens_total', 'counter', tokens),
    ...each('tandem_cost_usd_total', series => series.costUsd),
    // What was saved is signed: a cascade that asked both has spent more.
    ...each('tandem_saved_usd', series => series.savedUsd, 'gauge'),
    ...each('tandem_unpriced_runs_total', series => series.unpriced),
    ...each('tandem_cloud_calls_total', series => series.cloudCalls),
    ...each('tandem_replayed_calls_total', series => series.replayed),
  ];
}

function reloadLines({ done, refused }: { readonly done: number; readonly refused: number }) {
  return family('tandem_config_reloads_total', 'counter', [
    [`result="done"`, done],
    [`result="refused"`, refused],
  ]);
}

function routerLines(routers: readonly ServedRouter[]): string[] {
  const all = routers.map(({ name, drift }) => ({
    labels: `model="${escaped(name)}"`,
    ...drift(),
  }));
  const each = (name: string, value: (status: (typeof all)[number]) => number) =>
    family(
      name,
      'gauge',
      all.map((status): Sample => [status.labels, value(status)]),
    );
  const moved = all.flatMap(({ labels, stability }) =>
    Object.entries(stability).map(
      ([feature, index]): Sample => [`${labels},feature="${escaped(feature)}"`, index],
    ),
  );
  return [
    ...each('tandem_router_window_decisions', ({ seen }) => seen),
    ...each('tandem_router_cloud_share', ({ cloudShare }) => cloudShare),
    ...each('tandem_router_expected_cloud_share', status => status.expectedCloudShare),
    ...each('tandem_router_drift_alarms', ({ alarms }) => alarms.length),
    ...family('tandem_router_stability_index', 'gauge', moved),
  ];
}

function observedLines(found: ObservedReport): string[] {
  const labels = `model="${escaped(found.model)}"`;
  const kept = Math.round((found.local?.value ?? 0) * found.observed);
  const differ = found.compared - found.same;
  return [
    ...family('tandem_observed_total', 'counter', [
      [`${labels},would="local"`, kept],
      [`${labels},would="cloud"`, found.observed - kept],
      [`${labels},would="unknown"`, found.leftOut + found.failed],
    ]),
    ...family('tandem_observed_paid_usd_total', 'counter', [[labels, found.paidUsd]]),
    ...family('tandem_observed_saved_usd_total', 'counter', [[labels, found.savedUsd]]),
    ...family('tandem_observed_compared_total', 'counter', [
      [`${labels},answers="same"`, found.same],
      [`${labels},answers="differ"`, differ],
    ]),
  ];
}

function poolLines(pools: readonly ServedPool[]): string[] {
  const all = pools.flatMap(({ name, members }) =>
    members().map(member => ({
      ...member,
      labels: `pool="${escaped(name)}",member="${escaped(member.name)}"`,
    })),
  );
  const each = (name: string, type: string, value: (member: PoolMember) => number) =>
    family(
      name,
      type,
      all.map((member): Sample => [member.labels, value(member)]),
    );
  return [
    ...each('tandem_pool_calls_active', 'gauge', ({ out }) => out),
    ...each('tandem_pool_calls_total', 'counter', ({ served }) => served),
    ...each('tandem_pool_failures_total', 'counter', ({ failed }) => failed),
    ...each('tandem_pool_rest_seconds', 'gauge', ({ restsMs }) => restsMs / 1000),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, '_');
}

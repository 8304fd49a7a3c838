import type { Audit } from './exchange.ts';

/** Counts what a server does, and writes it in Prometheus' text form. */
export interface Metrics {
  countRequest(facts: {
    readonly route: string;
    readonly status: number;
    readonly ms: number;
    readonly firstByteMs?: number | undefined;
  }): void;
  countRun(audit: Audit): void;
  countReload(isDone: boolean): void;
  text(gauges: Readonly<Record<string, number>>): string;
}

const bucketsMs = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Opens the counters of a server. */
export function openMetrics(): Metrics {
  const counters = new Map<string, number>();
  const histograms = new Map<string, Histogram>();
  const add = (name: string, value: number) =>
    counters.set(name, (counters.get(name) ?? 0) + value);
  const observe = (name: string, ms: number) => {
    let found = histograms.get(name);
    if (!found) {
      found = { counts: bucketsMs.map(() => 0), sum: 0, count: 0 };
      histograms.set(name, found);
    }
    for (let index = bucketsMs.length - 1; index >= 0 && ms <= bucketsMs[index]!; index--)
      found.counts[index]!++;
    found.sum += ms;
    found.count++;
  };
  return {
    countRequest({ route, status, ms, firstByteMs }) {
      add(`tandem_requests_total{route="${route}",status="${status}"}`, 1);
      observe(`tandem_request_duration_seconds|route="${route}"`, ms);
      if (firstByteMs !== undefined)
        observe(`tandem_first_byte_seconds|route="${route}"`, firstByteMs);
    },
    countRun({
      model = '',
      place = '',
      costUsd = 0,
      egressCalls = 0,
      inputTokens = 0,
      outputTokens = 0,
    }) {
      const label = `model="${escaped(model)}"`;
      add(`tandem_runs_total{${label}}`, 1);
      add(`tandem_tokens_total{${label},kind="input"}`, inputTokens);
      add(`tandem_tokens_total{${label},kind="output"}`, outputTokens);
      add(`tandem_cloud_calls_total{${label}}`, egressCalls);
      if (costUsd === 'unknown') add(`tandem_unpriced_runs_total{${label}}`, 1);
      else add(`tandem_cost_usd_total{${label}}`, costUsd);
      if (place !== '') add(`tandem_answers_total{${label},place="${place}"}`, 1);
    },
    countReload: isDone =>
      add(`tandem_config_reloads_total{result="${isDone ? 'done' : 'refused'}"}`, 1),
    text: gauges => prometheusText(gauges, counters, histograms),
  };
}

function prometheusText(
  gauges: Readonly<Record<string, number>>,
  counters: ReadonlyMap<string, number>,
  histograms: ReadonlyMap<string, Histogram>,
): string {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(gauges))
    lines.push(`# TYPE ${name} gauge`, `${name} ${value}`);
  const seen = new Set<string>();
  for (const [name, value] of [...counters].sort(byName))
    lines.push(...counterLines(name, value, seen));
  for (const [name, histogram] of [...histograms].sort(byName))
    lines.push(...histogramLines(name, histogram, seen));
  return `${lines.join('\n')}\n`;
}

function counterLines(name: string, value: number, seen: Set<string>): string[] {
  const [family = ''] = name.split('{', 1);
  const head = seen.has(family) ? [] : [`# TYPE ${family} counter`];
  seen.add(family);
  return [...head, `${name} ${value}`];
}

function histogramLines(
  name: string,
  { counts, sum, count }: Histogram,
  seen: Set<string>,
): string[] {
  const [family = '', labels = ''] = name.split('|');
  const head = seen.has(family) ? [] : [`# TYPE ${family} histogram`];
  seen.add(family);
  return [
    ...head,
    ...bucketsMs.map(
      (most, index) => `${family}_bucket{${labels},le="${most / 1000}"} ${counts[index]}`,
    ),
    `${family}_bucket{${labels},le="+Inf"} ${count}`,
    `${family}_sum{${labels}} ${sum / 1000}`,
    `${family}_count{${labels}} ${count}`,
  ];
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, '_');
}
